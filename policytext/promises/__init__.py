"""What clauses promise: who gets how much under which condition, and whether the policy runs long enough for it."""

from policytext.promises.documents import Judged, judged
from policytext.promises.finding import find_promises
from policytext.promises.in_time import Feasibility, feasibility

__all__ = ["Feasibility", "Judged", "feasibility", "find_promises", "judged"]

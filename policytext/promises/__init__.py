"""What clauses promise: who gets how much under which condition, and whether the policy runs long enough for it."""

from policytext.promises.feasibility import Feasibility, feasibility
from policytext.promises.finding import promises
from policytext.promises.judged import Judged, judged

__all__ = ["Feasibility", "Judged", "feasibility", "judged", "promises"]

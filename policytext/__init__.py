"""policytext: what Chinese policy documents promise, and for how long.

The functions that the commands call, for use from Python (docs/python.md). Each is imported when it is first asked for, so that
``import policytext`` stays light.
"""

from __future__ import annotations

from importlib import import_module

__version__ = "0.1.0"

TYPE_CHECKING = False  # as in typing, whose import would be most of what it takes to start a command
if TYPE_CHECKING:
    from policytext.analyze import analyze_path
    from policytext.commitments import find_commitments
    from policytext.corpus import Corpus
    from policytext.corpus.filters import Bands, Filters
    from policytext.periods.finding import find_period
    from policytext.promises import Judged, feasibility, find_promises, judged
    from policytext.records import clauses, record
    from policytext.search.find import Wanted, corpus_searcher, files_searcher
    from policytext.study.compare import compare
    from policytext.study.copied import copied
    from policytext.study.stats import tally
    from policytext.study.succession import links

_HOMES = {
    "analyze_path": "policytext.analyze",
    "Bands": "policytext.corpus.filters",
    "clauses": "policytext.records",
    "compare": "policytext.study.compare",
    "copied": "policytext.study.copied",
    "Corpus": "policytext.corpus",
    "corpus_searcher": "policytext.search.find",
    "feasibility": "policytext.promises",
    "files_searcher": "policytext.search.find",
    "Filters": "policytext.corpus.filters",
    "find_commitments": "policytext.commitments",
    "find_period": "policytext.periods.finding",
    "Judged": "policytext.promises",
    "judged": "policytext.promises",
    "links": "policytext.study.succession",
    "find_promises": "policytext.promises",
    "record": "policytext.records",
    "tally": "policytext.study.stats",
    "Wanted": "policytext.search.find",
}
__all__ = [
    "Bands",
    "Corpus",
    "Filters",
    "Judged",
    "Wanted",
    "analyze_path",
    "clauses",
    "compare",
    "copied",
    "corpus_searcher",
    "feasibility",
    "files_searcher",
    "find_commitments",
    "find_period",
    "find_promises",
    "judged",
    "links",
    "record",
    "tally",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'policytext' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)

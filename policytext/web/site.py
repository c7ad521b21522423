"""What lasts from request to request: open readers of the corpus, the warm index, what was worked out and still holds."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import Empty, LifoQueue
from threading import Lock
from typing import Any, TypeVar

from policytext.corpus import Corpus, Store, Where, open_corpus
from policytext.corpus.filters import Bands, Filters
from policytext.errors import CorpusError
from policytext.schema import READABLE, Record
from policytext.search.engines import engine
from policytext.search.find import Searcher
from policytext.search.local import LocalIndex
from policytext.search.protocol import Engine
from policytext.search.synonyms import Synonyms, load_synonyms
from policytext.study.holdings import corpus_links, succeeded
from policytext.taxonomy import Taxonomy, load_taxonomy

T = TypeVar("T")
#: Answers that are kept until the corpus changes.
KEPT = 32


@dataclass(slots=True)
class Kept:
    """Answers by what was asked, the last few; all are forgotten when the corpus has changed."""

    state: Hashable = None
    answers: OrderedDict[Hashable, Any] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def get(self, state: Hashable, key: Hashable, make: Callable[[], T]) -> T:
        """The answer to ``key``, made when there is none that holds in ``state``."""
        with self.lock:
            if self.state != state:
                self.state = state
                self.answers.clear()
            if key in self.answers:
                self.answers.move_to_end(key)
                known: T = self.answers[key]
                return known
        made = make()
        with self.lock:
            if self.state == state:
                self.answers[key] = made
                while len(self.answers) > KEPT:
                    self.answers.popitem(last=False)
        return made


@dataclass(slots=True)
class Reader:
    """One open corpus with its index, used by one request at a time."""

    corpus: Store
    taxonomy: Taxonomy
    synonyms: Synonyms
    kept: Kept
    index: Engine | None = None

    def searcher(self, filters: Filters) -> Searcher:
        """Search over the corpus as it is now; the index stays open."""
        if self.index is None or (isinstance(self.corpus, Corpus) and self._behind(self.corpus)):
            self.index = engine(self.corpus)
            if isinstance(self.index, LocalIndex):
                self.index.close()  # whoever writes next, here or in another process, finds it free; reading goes on
        return Searcher(self.index, self.corpus.clause, self.corpus.unit, filters, self.synonyms, self.corpus.expect)

    def _behind(self, corpus: Corpus) -> bool:
        return (isinstance(self.index, LocalIndex) and self.index.needs_rebuild) or bool(corpus.pending())

    def close(self) -> None:
        """Let the corpus go."""
        with self.corpus:
            pass

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What ``make`` works out from the corpus, kept until the corpus changes."""
        return self.kept.get(self.corpus.state, key, make)

    def records(self) -> list[Record]:
        """The records of all documents."""
        return self.once("records", lambda: list(self.corpus.records()))

    def succeeded(self, bands: Bands) -> Bands:
        """The bands, knowing what a text of the corpus replaces or extends."""
        return succeeded(bands, self.once("links", lambda: corpus_links(self.corpus)))

    def documents(self, filters: Filters) -> list[Record]:
        """The readable documents that pass the filters."""

        def find() -> list[Record]:
            found = filters.documents(one for one in self.records() if one.status in READABLE)
            return [one for one in found if not filters.measure or filters.admit(self.corpus.clauses(one))]

        return self.once(("documents", str(filters)), find)

    def facets(self, bands: Bands) -> dict[str, Counter[str]]:
        """How many readable documents each province, year, issuer and period flag has."""
        return self.once(("facets", bands.short_below, bands.long_from), lambda: _count(self.records(), bands))


@dataclass(slots=True)
class Site:
    """The corpus ``where`` it lies, as pages see it. Readers are opened as they are needed and kept for the next request."""

    where: Where
    taxonomy: Taxonomy = field(default_factory=load_taxonomy)
    synonyms: Synonyms = field(default_factory=load_synonyms)
    kept: Kept = field(default_factory=Kept)
    _free: LifoQueue[Reader] = field(default_factory=LifoQueue)

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """A reader for one request."""
        try:
            reader = self._free.get_nowait()
        except Empty:
            reader = Reader(open_corpus(self.where), self.taxonomy, self.synonyms, self.kept)
        try:
            with reader.corpus.named_errors():
                yield reader
        except CorpusError:
            reader.close()  # the next request opens what is there then
            raise
        except BaseException:
            self._free.put(reader)
            raise
        self._free.put(reader)

    def close(self) -> None:
        """Let the corpus go."""
        while not self._free.empty():
            self._free.get_nowait().close()


def _count(records: list[Record], bands: Bands) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = {name: Counter() for name in ("province", "year", "issuer", "flag")}
    for one in records:
        if one.status in READABLE:
            head = one.head
            counts["province"].update([head.region.province] if head.region.province else [])
            counts["year"].update([head.issue_date[:4]] if head.issue_date else [])
            counts["issuer"].update(head.issuers)
            counts["flag"].update([bands.flag(one)])
    return counts

"""The documents that a command is about: those of the files named, else those of the corpus."""

from __future__ import annotations

from collections.abc import Iterator

from policytext.cli.inputs import Inputs
from policytext.cli.options import Output
from policytext.corpus import Where, open_corpus
from policytext.corpus.filters import Filters
from policytext.records import clauses, record
from policytext.schema import READABLE, Clause, Record
from policytext.study.holdings import with_succession


def documents_of(run: Inputs, where: Where, filters: Filters, output: Output) -> Iterator[tuple[Record, list[Clause]]]:
    """The readable documents that pass the filters, each with all its clauses: of the files named, else of the corpus ``where``.

    How many documents of the corpus could not be read is told at the end.
    """
    if run.paths or run.texts:
        for analysis in run.analyses():
            for of in filters.documents([record(analysis)]):
                found = clauses(analysis, of)
                if filters.admit(found):
                    yield of, found
        return
    unread = 0
    with open_corpus(where) as corpus:
        for of in corpus.documents(with_succession(filters, corpus)):
            if of.status in READABLE:
                yield of, corpus.clauses(of)
            else:
                unread += 1
    if unread:
        output.note("unread", number=unread)

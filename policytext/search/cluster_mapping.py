"""What a clause is in OpenSearch: the fields of the index, and a clause as such a document."""

from __future__ import annotations

from typing import Any

from policytext.schema import printable
from policytext.search.conditions import steps
from policytext.search.protocol import Entry
from policytext.search.ranking import K1, B
from policytext.words import fingerprint, pieces, terms

#: Raised with every change of the fields below or of what they hold.
VERSION = 3
#: Stands in a field of terms for each repetition of one, and alone for none: no term is spelled so.
REPEATED = "_"
#: Digits of a key: as text keys sort as they do as numbers, and 80 bits hold a document's digest and a clause's number.
KEY_DIGITS = 20
#: Entries that one request may return.
WINDOW = 10_000
#: Entries of the documents that are replaced together.
MOST_ENTRIES = 1 << 20
#: Longer words are looked up by their first letters no more.
LONGEST_WORD = 200


def settings(shards: int = 1, replicas: int = 1) -> dict[str, Any]:
    """Settings and fields of a new index.

    ``text`` and ``head`` hold our own terms. A term counts once an entry and the length of an entry is that of all its terms
    (ranking.py): each term stands there once, with a filling word for each time that it is repeated. ``said``, ``said_head`` and
    ``said_title`` hold the pieces of exact phrases, ``path`` the steps of the path.
    """
    terms_field = {
        "type": "text",
        "analyzer": "whitespace",
        "index_options": "freqs",
        "similarity": "policytext",
        # Which words begin so: asked of the words of the entries found.
        "fields": {"word": {"type": "keyword", "index": False, "ignore_above": LONGEST_WORD}},
    }
    in_order = {"type": "text", "analyzer": "whitespace", "index_options": "positions", "norms": False}
    word, number = {"type": "keyword"}, {"type": "integer", "index": True}
    return {
        "settings": {
            "number_of_shards": shards,
            "number_of_replicas": replicas,
            "index.codec": "best_compression",
            "index.max_result_window": WINDOW,
            "index.max_terms_count": MOST_ENTRIES,
            "index.similarity.policytext": {"type": "BM25", "k1": K1, "b": B},
        },
        "mappings": {
            "dynamic": "strict",
            # The clauses themselves lie with their documents.
            "_source": {"enabled": False},
            "_meta": {"policytext": state()},
            "properties": {
                "key": word,
                "doc_id": word,
                "text": terms_field,
                "head": terms_field,
                "said": in_order,
                "said_head": in_order,
                "said_title": in_order,
                "path": in_order,
                **dict.fromkeys(("province", "city", "district", "issuer", "type", "measure"), word),
                **dict.fromkeys(("year", "months", "start", "end"), number),
                "open": {"type": "boolean"},
                "length": {"type": "integer", "index": False},
            },
        },
    }


def state() -> dict[str, object]:
    """What an index must have been made with."""
    return {"version": VERSION, "words": fingerprint()}


def key_word(key: int) -> str:
    """A key as the index has it, which is the id of the entry too."""
    return f"{key:0{KEY_DIGITS}x}"


def source(entry: Entry, doc_id: str) -> dict[str, Any]:
    """The entry as a document of the index."""
    record, head = entry.record, entry.record.head
    text = terms(entry.text)
    period = record.period
    return {
        "key": key_word(entry.key),
        "doc_id": doc_id,
        "text": _once(text),
        "head": _once([*terms(entry.head), *terms(entry.places)]),
        "length": len(text),
        "said": " ".join(pieces(entry.text)),
        "said_head": " ".join(pieces(entry.head)),
        "said_title": " ".join(pieces(entry.title)),
        "path": " ".join(steps(entry.path)),
        "province": head.region.province,
        "city": head.region.city,
        "district": head.region.district,
        "issuer": [printable(issuer) for issuer in head.issuers],
        "type": head.doc_type,
        "measure": list(entry.measures or ("none",)),
        "year": int(head.issue_date[:4]) if head.issue_date else None,
        "months": period.months,
        "start": day(record.begins),
        "end": day(period.end),
        "open": period.open_ended,
    }


def day(text: str | None) -> int | None:
    """A day as a number that grows with it."""
    return int(text.replace("-", "")) if text else None


def _once(found: list[str]) -> list[str]:
    once = list(dict.fromkeys(found))
    return [*once, *[REPEATED] * (len(found) - len(once))] or [REPEATED]

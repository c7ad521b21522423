"""What the user typed: words, and exact phrases in quotation marks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from policytext.words import normalise, pieces, terms

#: Most words, phrases, and pieces of a phrase in a query; the rest of a pasted page is left out.
MAX_TERMS = 100
# After normalise(), which also turns full-width quotes into ASCII ones. A quote without its partner is punctuation like any other.
QUOTED = re.compile(r'"([^"]*)"|“([^“”]*)”|「([^「」]*)」')


@dataclass(frozen=True, slots=True)
class Query:
    """``words`` are the distinct terms in order, those of the phrases among them; ``phrases`` are runs of ``words.pieces``."""

    text: str
    words: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()


def parse(text: str) -> Query:
    """The query that ``text`` asks. Takes any text; one without a word gives a query that nothing answers."""
    folded = normalise(text)
    phrases = [tuple(pieces("".join(groups)))[:MAX_TERMS] for groups in QUOTED.findall(folded)]
    # Quotes become blanks: they end a word.
    words = dict.fromkeys(terms(re.sub('["“”「」]', " ", folded)))
    return Query(text, tuple(words)[:MAX_TERMS], tuple(dict.fromkeys(filter(None, phrases)))[:MAX_TERMS])

"""Search results on a terminal: snippet with the query's words highlighted, then the citation, what is alike, and why it was found."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from policytext.corpus.filters import Bands
from policytext.messages import Lang, say
from policytext.report.citation import citation
from policytext.report.output import CONTROL
from policytext.schema import Explanation, Hit

INDENT = "     "


@dataclass(frozen=True, slots=True)
class Print:
    """How hits are printed: language, names of labels, citation style, bounds of the period flags, how many are asked for (0: all)."""

    lang: Lang
    names: Mapping[str, str]
    cite: str
    bands: Bands
    limit: int = 0


def print_hits(query: str, hits: Sequence[Hit], look: Print) -> None:
    """Write the hits of one query to standard output; where that is no terminal, highlights are shown as 【…】."""
    console = Console(file=sys.stdout, highlight=False)
    head = "hits_head_more" if len(hits) == look.limit else "hits_head"
    console.print(Text(say(head, look.lang, query=CONTROL.sub("", query), number=len(hits)), style="bold"))
    for hit in hits:
        line = Text(f"{hit.rank:>3}. ")
        line.append_text(_highlighted(hit, marks=not console.is_terminal))
        console.print(line, soft_wrap=True)
        for note in _notes(hit, look):
            console.print(Text(CONTROL.sub("", INDENT + note), style="dim"), soft_wrap=True)
    console.print()


def _notes(hit: Hit, look: Print) -> Iterator[str]:
    """The lines below a hit."""
    comma = "、" if look.lang == "zh" else ", "
    labels = comma.join(look.names.get(label, label) for label in hit.clause.measures.labels)
    marks = [labels, say(f"flag.{look.bands.flag(hit.clause.record)}", look.lang)]
    yield citation(hit.clause.record, hit.clause.unit, look.cite) + f"  〔{'｜'.join(mark for mark in marks if mark)}〕"
    if hit.synonyms:
        yield say("hit_synonyms", look.lang, words=comma.join(f"{word}（{of}）" for word, of in hit.synonyms))
    if hit.copies:
        yield say("hit_copies", look.lang, number=len(hit.copies))
    if hit.also:
        places = comma.join(dict.fromkeys(one["path"] or "—" for one in hit.also))
        yield say("hit_also", look.lang, number=len(hit.also), places=places)
    if hit.explanation:
        yield from _explained(hit.score, hit.explanation, look.lang)


def _explained(score: float, why: Explanation, lang: Lang) -> Iterator[str]:
    yield say("hit_score", lang, score=round(score, 4), bm25=why.bm25, coverage=why.coverage, power=why.power, brevity=why.brevity)
    for one in why.words:
        key = "hit_word_missing" if not one.where else "hit_word_synonym" if one.synonym_of else "hit_word"
        where = say(f"hit_where.{one.where}", lang) if one.where else ""
        yield "  " + say(key, lang, word=one.word, found=one.found, where=where, share=f"{one.share:.0%}", filled=f"{one.filled:.0%}")


def _highlighted(hit: Hit, marks: bool) -> Text:
    text, place = Text(), 0
    for start, end in hit.spans:
        text.append(CONTROL.sub("", hit.snippet[place:start]))
        word = CONTROL.sub("", hit.snippet[start:end])
        text.append(f"【{word}】" if marks else word, style="bold red")
        place = end
    return text.append(CONTROL.sub("", hit.snippet[place:]))

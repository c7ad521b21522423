"""Search results on a terminal: snippet with the query's words highlighted, then the citation."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.text import Text

from policytext.messages import Lang, say
from policytext.report.citation import citation
from policytext.report.output import CONTROL
from policytext.schema import Hit


def print_hits(query: str, hits: Sequence[Hit], lang: Lang, names: Mapping[str, str], style: str = "gbt7714") -> None:
    """Write the hits of one query to standard output; where that is no terminal, highlights are shown as 【…】."""
    console = Console(file=sys.stdout, highlight=False)
    console.print(Text(say("hits_head", lang, query=CONTROL.sub("", query), number=len(hits)), style="bold"))
    for hit in hits:
        labels = "、".join(names.get(label, label) for label in hit.clause.measures.labels)
        line = Text(f"{hit.rank:>3}. ")
        line.append_text(_highlighted(hit, marks=not console.is_terminal))
        console.print(line, soft_wrap=True)
        source = f"     {citation(hit.clause.record, hit.clause.unit, style)}" + (f"  〔{labels}〕" if labels else "")
        console.print(Text(source, style="dim"), soft_wrap=True)
    console.print()


def _highlighted(hit: Hit, marks: bool) -> Text:
    text, place = Text(), 0
    for start, end in hit.spans:
        text.append(CONTROL.sub("", hit.snippet[place:start]))
        word = CONTROL.sub("", hit.snippet[start:end])
        text.append(f"【{word}】" if marks else word, style="bold red")
        place = end
    return text.append(CONTROL.sub("", hit.snippet[place:]))

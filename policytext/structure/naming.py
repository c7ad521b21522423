"""What a document is called: by its title among headlines, names of pages and labels; and the titles of the policies inside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from unicodedata import normalize

from policytext.schema import Reading, Span, Unit
from policytext.structure import frame, titles
from policytext.structure.frame import DOC_NO
from policytext.structure.issuers import LEADING, ORDER
from policytext.structure.record import TITLE_LABELS, labelled, span

PROVISIONS = frozenset({"clause", "paragraph", "item", "heading"})
#: A title that passes on what stands behind these is another one.
PASSES_ON = re.compile("《|关于|印发|转发")
#: What tools and pages put before a title that they print once more.
PRINTED_AGAIN = re.compile(r"(?:[\d_.\-\s]|（转载）|【[^】]{1,8}】)+")
#: A title that its page has cut off.
CUT = re.compile("(?:…|[.]{3})$")
#: 听全文 may stand between a headline and the record.
BUTTON = 4
HEADLINE = re.compile(r"(?!.*\d{4}[-年]\d)[^>＞|｜]{6,60}")
PAGE_PARTS = re.compile(r"[-_—|]+|(?<=号[)）])\s+")
#: What the name of a page or file has beside a title.
OF_PAGE = re.compile(r"网站$|政府网$|门户$|公报$|^\d+$|(?:令|公告)(?:[（(].{1,16}[）)])?$")
BROUGHT_OUT = re.compile("(?!.*关于).{1,24}(?:出台|发布|印发|公布|推出)《》|[，,].{2,20}")


def title_of(reading: Reading, shown: Sequence[Unit], units: Sequence[Unit], evidence: dict[str, Span]) -> tuple[str, str]:
    """(title, the number that stands on its line); ``shown`` are the ``units`` without noise. ``evidence`` gets the words that tell."""
    return titles.apart(_title(reading, shown, evidence) or _headline(units, evidence))


def _title(reading: Reading, units: Sequence[Unit], evidence: dict[str, Span]) -> str:
    leading = [unit for unit in units[:LEADING] if unit.kind == "title"]
    first = next((unit for unit in units if unit.kind == "title"), None)
    # A page or a tool prints the title once more above the document, with additions of its own, or calls a notice by what it passes on.
    if len(leading) == 2 and (_is_headline(leading[0].text, leading[1].text) or _passes_on(leading[1].text, leading[0].text)):
        first = leading[1]
    elif first is not None:
        whole = first.text
        first = next((unit for unit in units if unit.kind == "title" and _names_page(whole, unit.text)), first)
    found = next(((unit, value) for unit, value in labelled(units, TITLE_LABELS) if not CUT.search(value)), None)
    # The title of what a notice passes on stands behind its addressees.
    sent = next((unit.start for unit in units if unit.kind in ("addressee", "signature")), len(reading.text))
    if first is not None and (first.start < sent or found is None):
        found = first, titles.without_number(first.text)
    if found is None:
        return reading.metadata.get("title", "").strip()
    evidence["title"] = span(found[0], found[0].text)
    return found[1]


def _passes_on(notice: str, title: str) -> bool:
    """Is it a notice that passes on what is named so?"""
    named = "关于" not in title and _folded(title) in _folded(notice)
    return named and titles.sends(notice) and PASSES_ON.search(notice) is not None


def _headline(units: Sequence[Unit], evidence: dict[str, Span]) -> str:
    """The line right above the record of a web page (发布时间：…), for a document without a title; empty where there is none."""
    above: Unit | None = None
    for unit in units:
        if unit.kind not in ("head", "noise"):
            break
        if above is not None and unit.kind == "head" and (frame.is_metadata(unit.text) or frame.is_date(unit.text)):
            menu = frame.is_navigation(above.text) or frame.is_metadata(above.text) or frame.is_body(above.text)
            if menu or not HEADLINE.fullmatch(above.text):
                break
            evidence["title"] = span(above, above.text)
            return above.text
        if not (len(unit.text) <= BUTTON and frame.is_navigation(unit.text)):
            above = unit
    return ""


def _is_headline(line: str, title: str) -> bool:
    """Is the line above a title the same once more, with what a page or a tool adds: a number, who brought it out (某市出台《…》)?"""
    rest = re.sub(r"\s", "", line).replace(re.sub(r"\s", "", title), "", 1)
    return PRINTED_AGAIN.fullmatch(line.removesuffix(title)) is not None or (
        titles.names(line, title) and BROUGHT_OUT.fullmatch(rest) is not None
    )


def _names_page(line: str, title: str) -> bool:
    """Is the line the name of a page or file that holds the title beside its site, a number, or an order (甲局网站-甲市园区条例)?"""
    parts = [part for part in PAGE_PARTS.split(line) if part.strip()]
    others = [part for part in parts if _folded(part) != _folded(title)]
    return 0 < len(others) < len(parts) and all(OF_PAGE.search(part) for part in others)


def policies_of(units: Sequence[Unit], title: str) -> tuple[Span, ...]:
    """The titles after the document's own that have provisions below them, or the tables that the document's own title names."""
    places = [place for place, unit in enumerate(units) if unit.kind == "title"]
    found: list[Span] = []
    for place, after in pairwise((*places, len(units))):
        unit = units[place]
        # Behind a notice that passes it on, a policy of the document's own title is one inside.
        again = _same(unit.text, title) and not any(PASSES_ON.search(one.text) for one in found)
        held = {below.kind for below in units[place + 1 : after]}
        holds = held & PROVISIONS or ("table" in held and _folded(unit.text) in _folded(title))
        if holds and not again and not ORDER.fullmatch(unit.text) and not DOC_NO.fullmatch(re.sub(r"\s", "", unit.text)):
            found.append(span(unit, unit.text))
    return tuple(found)


def _same(title: str, other: str) -> bool:
    """Are these two printings of one title: marks aside, and one perhaps without the issuer or the year before it?"""
    short, long = sorted(map(_folded, (title, other)), key=len)
    return short == long or (len(short) > 5 and long.endswith(short) and not PASSES_ON.search(long.removesuffix(short)))


def _folded(title: str) -> str:
    return re.sub(r"[^\w《》]|_", "", normalize("NFKC", titles.unwrapped(titles.apart(title)[0])))

"""The head record: title, 文号, issuers, date of issue, kind of document, 试行/暂行; each value with the words it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from unicodedata import normalize

from policytext import regions
from policytext.numerals import dates
from policytext.schema import Head, Reading, Span, Unit
from policytext.structure import frame, titles
from policytext.structure.frame import DOC_NO
from policytext.structure.issuers import LEADING, ORDER, issuers_of
from policytext.structure.record import TITLE_LABELS, TOP, labelled, span

TRIAL = re.compile(r"试行|暂行")
ADOPTION_VERB = re.compile(r"通过|批准|公布|修订|发布")
NUMBER_ALONE = re.compile(r"[（(〔]?((?:\d{4}\s*年)?\s*第\s*[\d一二三四五六七八九十百]+\s*号)[）)〕]?")
#: 自公布之日（2023年12月1日）起
ISSUED_ON = re.compile(r"(?<![》）)])(?<!文件)(?:发布|公布|印发|颁布)之日[（(]([^（）()]{6,20})[）)]")
#: 根据…会议《关于修改〈某条例〉的决定》第二次修正; what is 通过的 or 批准的 is a decision that amends, not the law.
AMENDED = re.compile(r"《[^》]*决定》[^，。；]{0,8}修[正订]|修正|(?:通过|批准)的")
ORDERED = re.compile("令|公告")
GLUED_HOUR = re.compile(r"(?<=\d{4}-\d\d-\d\d)(?=\d\d:\d\d)")
IN_FORCE = re.compile(r"起?施行|实施|生效")
NUMBER_LABELS = ("文号", "发文字号", "文件编号", "发文文号", "发布文号")
DATE_LABELS = ("成文日期", "发文日期", "印发日期", "生成日期", "公布日期")
PAGE_LABELS = ("发布日期", "发布时间", "发表时间", "公开日期", "日期", "时间")
PRINTED_LABELS = ("印发日期", "发布日期", "发布时间", "公布日期", "公开日期")
IMPRINT = re.compile(r"(\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日)\s*印发\s*$")
PUBLISHED = re.compile(r"发布日期\s*[：:]\s*(\d{4}.{4,12})")
#: A page's record below the document is among the last so many units.
RECORD = 12
IMPRINTED = frozenset({"head", "signature", "noise", "footnote"})
PROVISIONS = frozenset({"clause", "paragraph", "item", "heading"})
#: A title that passes on what stands behind these is another one.
PASSES_ON = re.compile("《|关于|印发|转发")
#: What tools and pages put before a title that they print once more.
PRINTED_AGAIN = re.compile(r"(?:[\d_.\-\s]|（转载）|【[^】]{1,8}】)+")
#: A title that its page has cut off.
CUT = re.compile("(?:…|[.]{3})$")
#: A sentence of news is no line of a date.
SENTENCE = re.compile("。|日[，,]")
#: 听全文 may stand between a headline and the record.
BUTTON = 4
HEADLINE = re.compile(r"(?!.*\d{4}[-年]\d)[^>＞|｜]{6,60}")
PAGE_PARTS = re.compile(r"[-_—|]+|(?<=号[)）])\s+")
#: What the name of a page or file has beside a title.
OF_PAGE = re.compile(r"网站$|政府网$|门户$|公报$|^\d+$|(?:令|公告)(?:[（(].{1,16}[）)])?$")
BROUGHT_OUT = re.compile("(?!.*关于).{1,24}(?:出台|发布|印发|公布|推出)《》|[，,].{2,20}")


def head_of(reading: Reading, units: Sequence[Unit]) -> Head:
    """The head record of the document that ``units`` make. Dates: the signature before the adoption, that before the page's own record."""
    shown = [unit for unit in units if unit.kind != "noise"]
    evidence: dict[str, Span] = {}
    title, number = titles.apart(_title(reading, shown, evidence) or _headline(units, evidence))
    doc_no = _doc_no(shown, title, number, evidence)
    issuers = issuers_of(shown, title, evidence)
    date = _date(shown, evidence) or _page_date(reading, evidence)
    named = [title, *(unit.text for unit in shown if unit.kind == "title")]
    return Head(
        title=title,
        doc_no=doc_no,
        issuers=issuers,
        issue_date=date,
        printed_date=_printed(shown, units, evidence),
        doc_type=frame.document_type(title),
        trial=any(TRIAL.search(one) for one in named),
        policies=_policies(shown, title),
        region=regions.locate(title=title, issuers=issuers, doc_no=doc_no),
        evidence=evidence,
    )


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


def _doc_no(units: Sequence[Unit], title: str, number: str, evidence: dict[str, Span]) -> str:
    # An order bears its number below its heading; the note on a law cites the orders of earlier versions.
    for unit, below in pairwise(units[:TOP]):
        order = ORDER.fullmatch(unit.text) if unit.kind in ("head", "title") else None
        if order and (found := NUMBER_ALONE.fullmatch(below.text.strip())):
            evidence["doc_no"] = span(below, below.text)
            return _plain_number(unit.text + found[1])
    for unit in units[: min(TOP, _own(units))]:
        words = re.sub(r"\s", "", unit.text)
        named = DOC_NO.search(words) if unit.kind == "head" and not frame.is_metadata(unit.text) else None
        if found := named or (DOC_NO.fullmatch(words) if unit.kind == "title" else None):
            evidence["doc_no"] = span(unit, unit.text)
            return _plain_number(found.group())
    for unit, value in labelled(units, NUMBER_LABELS):
        if found := DOC_NO.search(value):
            evidence["doc_no"] = span(unit, unit.text)
            return _plain_number(found.group())
    if number:
        evidence["doc_no"] = Span(number)
        return _plain_number(number)
    for unit in units[:1]:
        if unit.kind == "title" and (found := next(filter(None, map(DOC_NO.fullmatch, PAGE_PARTS.split(unit.text))), None)):
            evidence["doc_no"] = span(unit, unit.text)
            return _plain_number(found.group())
    found = DOC_NO.search(title) if not frame.cites(title) else None
    if found and found.start() * found.end() in (0, found.start() * len(title)):
        evidence["doc_no"] = Span(found.group())
        return _plain_number(found.group())
    return ""


def _own(units: Sequence[Unit]) -> int:
    """How many units come before the first attachment of a document that has its own text above it."""
    begun = next((place for place, unit in enumerate(units) if unit.kind == "addressee" or unit.kind in PROVISIONS), len(units))
    attached = (place for place in range(begun, len(units)) if units[place].kind == "head" and frame.is_attachment_mark(units[place].text))
    return next(attached, len(units))


def _plain_number(text: str) -> str:
    """The number without blanks, without the end of a date before it, an order's number without brackets."""
    plain = re.sub(r"(令|公告)[（(](.+?)[）)]$", r"\1\2", re.sub(r"\s", "", text))
    return frame.undated(plain) if ORDERED.search(plain) else plain


def _date(units: Sequence[Unit], evidence: dict[str, Span]) -> str | None:
    for unit in units:
        if unit.kind == "signature" and (frame.is_date(unit.text) or frame.is_signed(unit.text)) and (day := _day(unit.text)):
            evidence["issue_date"] = span(unit, unit.text)
            return day
    if adopted := _adoptions([unit for unit in units[:TOP] if unit.kind == "head" and frame.is_adopted(unit.text)]):
        day, unit = max(adopted, key=lambda one: one[0])
        evidence["issue_date"] = span(unit, unit.text)
        return day
    for labels in (DATE_LABELS, (), PAGE_LABELS):
        for unit, value in labelled(units, labels):
            if day := _day(value[:30]):
                evidence["issue_date"] = span(unit, unit.text)
                return day
        if not labels:
            for unit in units[: TOP // 2]:
                dated = unit.kind == "title" and titles.COMPILED.fullmatch(unit.text) is not None
                stated = (
                    (unit.kind == "head" and not frame.is_metadata(unit.text) and not SENTENCE.search(unit.text))
                    or unit.kind == "signature"
                    or dated
                )
                if stated and (day := _day(unit.text)):
                    evidence["issue_date"] = span(unit, unit.text)
                    return day
    for unit in units[:TOP]:
        if unit.kind == "head" and "来源" in unit.text and (day := _day(unit.text)):
            evidence["issue_date"] = span(unit, unit.text)
            return day
    for unit in units:
        found = ISSUED_ON.search(unit.text)
        if (unit.kind == "signature" and (day := _day(unit.text))) or (found and (day := _day(found[1]))):
            evidence["issue_date"] = span(unit, found[0] if found else unit.text)
            return day
    return None


def _printed(shown: Sequence[Unit], units: Sequence[Unit], evidence: dict[str, Span]) -> str | None:
    """The day of the imprint (某办公室 2020年3月2日印发), which may stand among repeated lines, else that of the page's record, which may
    stand below the document.
    """
    found = [(unit, mark[1]) for unit in units if unit.kind in IMPRINTED and (mark := IMPRINT.search(unit.text))]
    below = [(unit, mark[1]) for unit in units[-RECORD:] if unit.kind in ("noise", "head") and (mark := PUBLISHED.search(unit.text))]
    for unit, text in (*found, *labelled(shown, PRINTED_LABELS), *below):
        if day := _day(text[:30]):
            evidence["printed_date"] = span(unit, unit.text)
            return day
    return None


def _policies(units: Sequence[Unit], title: str) -> tuple[Span, ...]:
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


def _page_date(reading: Reading, evidence: dict[str, Span]) -> str | None:
    """The day on which a web page says that it was published, where the document itself has none."""
    stated = reading.metadata.get("pubdate", "")
    day = _day(stated[:30])
    if day:
        evidence["issue_date"] = Span(stated)
    return day


def _day(text: str) -> str | None:
    """The first full date in ``text`` as ISO."""
    # 2023-02-27 18:43: the blank keeps the day from the hour; where a page has lost it, it is put back.
    text = GLUED_HOUR.sub(" ", text)
    for part in (text, *text.split()):
        for one in dates(part):
            if one.precision == "day":
                return one.first.isoformat()
    return None


def _adoptions(notes: Sequence[Unit]) -> list[tuple[str, Unit]]:
    """The days on which a law was adopted, approved or revised; not those of an amendment (修正) or the day on which it takes effect."""
    events = [(day, words, unit) for unit in notes for day, words in _dated_words(unit.text)]
    following = [*(words for _, words, _ in events[1:]), ""]
    days = []
    for (day, words, unit), after in zip(events, following, strict=False):
        # A city's decision to amend is adopted by the city before the province approves it: …通过 …批准的《…决定》修正.
        if AMENDED.search(words) or ("通过" in words and "批准的" in after):
            continue
        if ADOPTION_VERB.search(words) and not (IN_FORCE.search(words) and not re.search("通过|批准|修", words)):
            days.append((day, unit))
    return days


def _dated_words(text: str) -> Iterator[tuple[str, str]]:
    """Every full date in ``text`` and the words between it and the next."""
    found = [one for one in dates(text) if one.precision == "day"]
    ends = [*(one.start for one in found[1:]), len(text)]
    for one, end in zip(found, ends, strict=True):
        yield one.first.isoformat(), text[one.end : end]

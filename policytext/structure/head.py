"""The head record: title, 文号, issuers, date of issue, kind of document, 试行/暂行; each value with the words it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from policytext import regions
from policytext.numerals import dates
from policytext.schema import Head, Reading, Span, Unit
from policytext.structure import frame, titles
from policytext.structure.frame import DOC_NO
from policytext.structure.issuers import ORDER, issuers_of
from policytext.structure.naming import PAGE_PARTS, PROVISIONS, policies_of, title_of
from policytext.structure.record import TOP, labelled, span

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
#: A sentence of news is no line of a date.
SENTENCE = re.compile("。|日[，,]")


def head_of(reading: Reading, units: Sequence[Unit]) -> Head:
    """The head record of the document that ``units`` make. Dates: the signature before the adoption, that before the page's own record."""
    shown = [unit for unit in units if unit.kind != "noise"]
    evidence: dict[str, Span] = {}
    title, number = title_of(reading, shown, units, evidence)
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
        policies=policies_of(shown, title),
        region=regions.locate(title=title, issuers=issuers, doc_no=doc_no),
        evidence=evidence,
    )


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
    for unit in (unit for unit in units[:1] if unit.kind == "title"):
        if found := next(filter(None, map(DOC_NO.fullmatch, PAGE_PARTS.split(unit.text))), None):
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

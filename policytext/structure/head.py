"""The head record: title, 文号, issuers, date of issue, kind of document, 试行/暂行; each value with the words it comes from."""

from __future__ import annotations

import re
from collections.abc import Sequence

from policytext import regions
from policytext.schema import Head, Reading, Span, Unit
from policytext.structure import frame
from policytext.structure.frame import DOC_NO

DATE = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?")
HAN_DATE = re.compile(r"([二一][〇○零Oo一二三四五六七八九]{3})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十廿]{1,4})日")
TRIAL = re.compile(r"试行|暂行")
ISSUER_IN_TITLE = re.compile(r"^(.{2,80}?)(?:关于|印发|转发|发布)")
LABELLED = re.compile(r"(发文机关|发布机构|发文单位|发布单位|制定机关|发文机构)[：:]\s*(\S.*)")
LABELLED_NO = re.compile(r"(文号|发文字号|文件编号)[：:]\s*(\S.*)")
LABELLED_DATE = re.compile(r"(成文日期|发文日期|印发日期|公布日期|发布日期|发布时间|公开日期|日期)[：:]\s*")
TRUE_DATES = ("成文日期", "发文日期", "印发日期")


def head_of(reading: Reading, units: Sequence[Unit]) -> Head:
    """The head record of the document that ``units`` make."""
    evidence: dict[str, Span] = {}
    title = _title(reading, units, evidence)
    doc_no = _doc_no(units, evidence)
    issuers = _issuers(units, title, evidence)
    date = _date(units, evidence)
    kind = next((word for word in frame._words("document_types") if re.sub(r"[（(][^（）()]*[）)]|[》*\s]", "", title).endswith(word)), "")
    return Head(
        title=title,
        doc_no=doc_no,
        issuers=issuers,
        issue_date=date,
        doc_type=kind,
        trial=bool(TRIAL.search(title) or any(TRIAL.search(unit.text) for unit in units if unit.kind == "title")),
        region=regions.locate(title, issuers, doc_no),
        evidence=evidence,
    )


def _span(unit: Unit, text: str) -> Span:
    return Span(text, unit.path, unit.page, unit.start, unit.end)


def _title(reading: Reading, units: Sequence[Unit], evidence: dict[str, Span]) -> str:
    first = next((unit for unit in units if unit.kind == "title"), None)
    if first is None:
        return reading.metadata.get("title", "")
    evidence["title"] = _span(first, first.text)
    return re.sub(r"^[#*\s]+|[*\s]+$", "", first.text)


def _doc_no(units: Sequence[Unit], evidence: dict[str, Span]) -> str:
    for unit in units[:60]:
        if unit.kind == "head":
            labelled = LABELLED_NO.match(unit.text)
            found = DOC_NO.search(labelled[2] if labelled else unit.text) if not frame.is_metadata(unit.text) or labelled else None
            if found:
                evidence["doc_no"] = _span(unit, unit.text)
                return re.sub(r"\s", "", found.group())
        elif unit.kind in ("clause", "paragraph", "signature"):
            break
    return ""


def _issuers(units: Sequence[Unit], title: str, evidence: dict[str, Span]) -> tuple[str, ...]:
    signed: list[Unit] = []
    for unit in units:
        if unit.kind == "signature" and frame.is_body(unit.text):
            signed.append(unit)
        elif signed and unit.kind != "signature":
            break
    if signed:
        evidence["issuer"] = _span(signed[0], "、".join(unit.text for unit in signed))
        return tuple(name for unit in signed for name in _names(unit.text))
    for unit in units[:40]:
        found = LABELLED.match(unit.text) if unit.kind == "head" else None
        if found:
            evidence["issuer"] = _span(unit, unit.text)
            return tuple(_names(found[2]))
    named = ISSUER_IN_TITLE.match(title)
    if named and frame.is_body(named[1].strip()):
        evidence["issuer"] = Span(named[1])
        return tuple(_names(named[1]))
    return ()


def _names(text: str) -> list[str]:
    """The bodies in one line: 甲省财政厅 甲省教育厅 → two; letter-spaced names are closed up."""
    parts = [part for part in re.split(r"[、，,\s]+", text.strip()) if part]
    if any(len(part) < 3 for part in parts):
        parts = ["".join(parts)]
    return parts


def _date(units: Sequence[Unit], evidence: dict[str, Span]) -> str | None:
    signed = False
    for unit in units:
        if unit.kind == "signature":
            signed = signed or frame.is_body(unit.text)
            found = iso_date(unit.text) if frame.is_date(unit.text) else None
            if found:
                evidence["issue_date"] = _span(unit, unit.text)
                return found
    for wanted in (TRUE_DATES, None):
        for unit in units[:60]:
            labelled = LABELLED_DATE.match(re.sub(r"\s(?=\S)", "", unit.text)) if unit.kind == "head" else None
            if labelled and (wanted is None or labelled[1] in wanted) and (found := iso_date(unit.text)):
                evidence["issue_date"] = _span(unit, unit.text)
                return found
    for unit in units[:20]:
        if unit.kind == "head" and (frame.is_date(unit.text) or frame.is_adopted(unit.text)) and (found := iso_date(unit.text)):
            evidence["issue_date"] = _span(unit, unit.text)
            return found
    return None


def iso_date(text: str) -> str | None:
    """The first full date in ``text`` as ISO, None when there is none or it is no day of the calendar."""
    import datetime

    found = DATE.search(text)
    if found:
        year, month, day = (int(part) for part in found.groups())
    else:
        written = HAN_DATE.search(text)
        if not written:
            return None
        digits = {char: str(value) for value, char in enumerate("零一二三四五六七八九")} | {"〇": "0", "○": "0", "O": "0", "o": "0"}
        year = int("".join(digits[char] for char in written[1]))
        month, day = _small(written[2]), _small(written[3])
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return None


def _small(text: str) -> int:
    text = text.replace("廿", "二十")
    tens, has_ten, units = text.partition("十")
    digits = "零一二三四五六七八九"
    if not has_ten:
        return digits.index(tens)
    return (digits.index(tens) if tens else 1) * 10 + (digits.index(units) if units else 0)

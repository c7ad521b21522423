"""The head record: title, 文号, issuers, date of issue, kind of document, 试行/暂行; each value with the words it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from unicodedata import normalize

from policytext import regions
from policytext.numerals import dates
from policytext.schema import Head, Reading, Span, Unit
from policytext.structure import frame
from policytext.structure.frame import DOC_NO
from policytext.structure.titles import COMPILED, without_number

TRIAL = re.compile(r"试行|暂行")
ISSUER_IN_TITLE = re.compile(r"^(.{2,120}?)(?:关于|印发|转发|批转|联合印发|发布)")
#: 某省第十四届人民代表大会常务委员会第三次会议通过
ADOPTED_BY = re.compile(
    r"(?:[）)日\s]|^)([\u4e00-\u9fff]{2,14}?)(?:第[一二三四五六七八九十百\d]+届)?(人民代表大会(?:常务委员会)?|全国人民代表大会(?:常务委员会)?|人民政府)(?:第[一二三四五六七八九十百\d]+次|[\u4e00-\u9fff\d]{0,12}(?:会议|令))"
)
ADOPTION_VERB = re.compile(r"通过|批准|公布|修订|发布")
NUMBER_ALONE = re.compile(r"[（(〔]?((?:\d{4}\s*年)?\s*第\s*[\d一二三四五六七八九十百]+\s*号)[）)〕]?")
#: 自公布之日（2023年12月1日）起
ISSUED_ON = re.compile(r"(?:发布|公布|印发|颁布)之日[（(]([^（）()]{6,20})[）)]")
#: 根据…会议《关于修改〈某条例〉的决定》第二次修正; what is 通过的 or 批准的 is a decision that amends, not the law.
AMENDED = re.compile(r"《[^》]*决定》[^，。；]{0,8}修[正订]|修正|(?:通过|批准)的")
IN_FORCE = re.compile(r"起?施行|实施|生效")
ORDER = re.compile(r"(?:^|(?<=[\s日]))([\u4e00-\u9fff、]{4,80}?)(?:令|公告)(?:\s*[（(]?(?:第|\d{4}\s*年)|$)")
#: 中共某市委某市人民政府 are two.
#: 财政部国家税务总局 are two: a body's name ends and that of a central body, a city, or the same place again, begins.
BODY_END = frozenset("部委厅局办室署会院行府心")
ONE_PLACE = re.compile(r"[\u4e00-\u9fff]{2,8}?[省市区县州盟旗]")
BANK_BRANCH = re.compile(r"银行[\u4e00-\u9fff]{2,12}(?:分行|支行)")
#: 市委网信办 is one.
NO_CENTRE = "网信办"
#: 国家税务总局 and 某市税务局 behind it are one: a body of the centre and its branch.
CENTRE = re.compile(r"国家税务总局|中国人民银行|国家外汇管理局|国家统计局|中国.{2,12}监督管理委员会|国家金融监督管理总局|中国.保?监会")
BRANCH = re.compile(r".{2,20}(?:税务局|行|监管分?局|分局|调查总?队)")
PARTY = re.compile(r"(中共中央(?:办公厅)?|委员会|委(?:办公[厅室])?)(?=国务院|[\u4e00-\u9fff]{2,8}人民政府)")
#: Labels of a page's record, the most telling first.
ISSUER_LABELS = ("发文机关", "发布机构", "发布机关", "发文单位", "发布单位", "制定机关", "发文机构", "制定单位")
NUMBER_LABELS = ("文号", "发文字号", "文件编号", "发文文号")
DATE_LABELS = ("成文日期", "发文日期", "印发日期", "生成日期", "公布日期")
PAGE_LABELS = ("发布日期", "发布时间", "发表时间", "公开日期", "日期", "时间")
TITLE_LABELS = ("标题", "名称", "文件名称", "政策名", "政策名称", "政策标题", "信息名称")
#: The number and the date stand near the top; a report may cite others below.
TOP = 40
PRINTED_LABELS = ("印发日期", "发布日期", "发布时间", "公布日期", "公开日期")
IMPRINT = re.compile(r"(\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日)\s*印发\s*$")
IMPRINTED = frozenset({"head", "signature", "noise", "footnote"})
PROVISIONS = frozenset({"clause", "paragraph", "item", "heading"})
#: What tools and pages put before a title that they print once more.
PRINTED_AGAIN = re.compile(r"(?:[\d_.\-\s]|（转载）|【[^】]{1,8}】)+")
#: A title printed twice stands among the first so many units.
LEADING = 4


def head_of(reading: Reading, units: Sequence[Unit]) -> Head:
    """The head record of the document that ``units`` make. Dates: the signature before the adoption, that before the page's own record."""
    shown = [unit for unit in units if unit.kind != "noise"]
    evidence: dict[str, Span] = {}
    title = _title(reading, shown, evidence)
    doc_no = _doc_no(shown, title, evidence)
    issuers = _issuers(shown, title, evidence)
    date = _date(shown, evidence) or _page_date(reading, evidence)
    titles = [title, *(unit.text for unit in shown if unit.kind == "title")]
    return Head(
        title=title,
        doc_no=doc_no,
        issuers=issuers,
        issue_date=date,
        printed_date=_printed(shown, units, evidence),
        doc_type=frame.document_type(title),
        trial=any(TRIAL.search(one) for one in titles),
        policies=_policies(shown, title),
        region=regions.locate(title=title, issuers=issuers, doc_no=doc_no),
        evidence=evidence,
    )


def _span(unit: Unit, text: str) -> Span:
    return Span(text, unit.path, unit.page, unit.start, unit.end)


def _labelled(units: Sequence[Unit], labels: Sequence[str]) -> Iterator[tuple[Unit, str]]:
    """The head lines with one of ``labels``, in the order of the labels, and the words behind it."""
    lines = [(unit, frame.LETTER_GAPS.sub("", unit.text)) for unit in units[:TOP] if unit.kind == "head"]
    for label in labels:
        pattern = re.compile(rf"(?:^|[\s\]】日）)局委厅办府])[【\[]?{label}[】\]]?\s*[：:]\s*(\S.*)")
        for unit, text in lines:
            found = pattern.search(text)
            if found:
                yield unit, found[1].strip()


def _title(reading: Reading, units: Sequence[Unit], evidence: dict[str, Span]) -> str:
    leading = [unit for unit in units[:LEADING] if unit.kind == "title"]
    first = next((unit for unit in units if unit.kind == "title"), None)
    # A page or a tool prints the title once more above the document, with additions of its own.
    if len(leading) == 2 and PRINTED_AGAIN.fullmatch(leading[0].text.removesuffix(leading[1].text)):
        first = leading[1]
    if first is not None:
        evidence["title"] = _span(first, first.text)
        return without_number(first.text)
    for unit, value in _labelled(units, TITLE_LABELS):
        evidence["title"] = _span(unit, unit.text)
        return value
    return reading.metadata.get("title", "").strip()


def _doc_no(units: Sequence[Unit], title: str, evidence: dict[str, Span]) -> str:
    for unit in units[:TOP]:
        if unit.kind == "head" and not frame.is_metadata(unit.text) and (found := DOC_NO.search(re.sub(r"\s", "", unit.text))):
            evidence["doc_no"] = _span(unit, unit.text)
            return _plain_number(found.group())
    for unit, below in pairwise(units[:TOP]):
        order = ORDER.fullmatch(unit.text) if unit.kind in ("head", "title") else None
        if order and (found := NUMBER_ALONE.fullmatch(below.text.strip())):
            evidence["doc_no"] = _span(below, below.text)
            return _plain_number(unit.text + found[1])
    for unit, value in _labelled(units, NUMBER_LABELS):
        if found := DOC_NO.search(value):
            evidence["doc_no"] = _span(unit, unit.text)
            return _plain_number(found.group())
    found = DOC_NO.search(title) if not frame.cites(title) else None
    if found and found.start() * found.end() in (0, found.start() * len(title)):
        evidence["doc_no"] = Span(found.group())
        return _plain_number(found.group())
    return ""


def _plain_number(text: str) -> str:
    """The number without blanks, without the end of a date before it, an order's number without brackets."""
    plain = re.sub(r"\s", "", text)
    plain = re.sub(r"^日(?=.{3,}(?:令|公告))", "", plain)
    return re.sub(r"(令|公告)[（(](.+?)[）)]$", r"\1\2", plain)


def _issuers(units: Sequence[Unit], title: str, evidence: dict[str, Span]) -> tuple[str, ...]:
    signed: list[Unit] = []
    for unit in units:
        if unit.kind == "signature" and (frame.is_body(unit.text) or frame.is_signed(unit.text)):
            signed.append(unit)
        elif signed and unit.kind != "signature":
            break
    if signed:
        evidence["issuers"] = _span(signed[0], "、".join(unit.text for unit in signed))
        return _distinct([name for unit in signed for name in _names(frame.SIGNED.sub(r"\1", unit.text))])
    for unit in units[:TOP]:
        found = ADOPTED_BY.search(unit.text) if unit.kind == "head" and frame.is_adopted(unit.text) else None
        if found:
            evidence["issuers"] = _span(unit, unit.text)
            return (found[1] + found[2],)
    for unit, value in _labelled(units, ISSUER_LABELS):
        if names := _distinct(_names(value)):
            evidence["issuers"] = _span(unit, unit.text)
            return names
    named = ISSUER_IN_TITLE.match(title)
    bodies = [name for name in _names(named[1]) if frame.is_body(name)] if named else []
    if named and bodies:
        evidence["issuers"] = Span(named[1])
        return _distinct(bodies)
    for unit in units[:TOP]:
        found = ORDER.search(unit.text) if unit.kind in ("head", "title") else None
        ordered = _names(_plain_number(found[1] + "令")[:-1]) if found else []
        if ordered and all(map(frame.is_body, ordered)):
            evidence["issuers"] = _span(unit, unit.text)
            return _distinct(ordered)
    return ()


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Every body once; a branch is joined to the body of the centre before it."""
    whole: list[str] = []
    for name in names:
        if whole and CENTRE.fullmatch(whole[-1]) and BRANCH.fullmatch(name) and not regions.is_central(name):
            whole[-1] += name
        else:
            whole.append(name)
    return tuple(dict.fromkeys(whole))


def _names(text: str) -> list[str]:
    """The bodies in one line: 甲省财政厅 甲省教育厅 → two; letter-spaced names are closed up."""
    parts = [part for part in re.split(r"[、，,;；\s]+", PARTY.sub(r"\1 ", text.strip())) if part]
    if any(len(part) < 3 for part in parts):
        parts = ["".join(parts)]
    return [name for part in parts for name in _apart(part)]


def _apart(text: str) -> list[str]:
    """The bodies whose names are written without anything between them; ``text`` itself where that is not sure."""
    place = ONE_PLACE.match(text)
    cuts = [
        at
        for at in range(3, len(text) - 2)
        if text[at - 1] in BODY_END
        and not BANK_BRANCH.match(text, at - 2)
        and ((place and text.startswith(place[0], at)) or _begins_body(text[at:]))
    ]
    names = [text[start:end] for start, end in pairwise((0, *cuts, len(text)))]
    return names if all(frame.is_body(name) for name in names) else [text]


def _begins_body(text: str) -> bool:
    return regions.begins_with_city(text) or (regions.is_central(text) and not text.startswith(NO_CENTRE))


def _date(units: Sequence[Unit], evidence: dict[str, Span]) -> str | None:
    for unit in units:
        if unit.kind == "signature" and (frame.is_date(unit.text) or frame.is_signed(unit.text)) and (day := _day(unit.text)):
            evidence["issue_date"] = _span(unit, unit.text)
            return day
    if adopted := _adoptions([unit for unit in units[:TOP] if unit.kind == "head" and frame.is_adopted(unit.text)]):
        day, unit = max(adopted, key=lambda one: one[0])
        evidence["issue_date"] = _span(unit, unit.text)
        return day
    for labels in (DATE_LABELS, (), PAGE_LABELS):
        for unit, value in _labelled(units, labels):
            if day := _day(value[:30]):
                evidence["issue_date"] = _span(unit, unit.text)
                return day
        if not labels:
            for unit in units[: TOP // 2]:
                dated = unit.kind == "title" and COMPILED.fullmatch(unit.text) is not None
                stated = (unit.kind == "head" and not frame.is_metadata(unit.text)) or unit.kind == "signature" or dated
                if stated and (day := _day(unit.text)):
                    evidence["issue_date"] = _span(unit, unit.text)
                    return day
    for unit in units:
        found = ISSUED_ON.search(unit.text)
        if (unit.kind == "signature" and (day := _day(unit.text))) or (found and (day := _day(found[1]))):
            evidence["issue_date"] = _span(unit, found[0] if found else unit.text)
            return day
    return None


def _printed(shown: Sequence[Unit], units: Sequence[Unit], evidence: dict[str, Span]) -> str | None:
    """The day of the imprint (某办公室 2020年3月2日印发), which may stand among repeated lines, else that of the page's label."""
    found = [(unit, mark[1]) for unit in units if unit.kind in IMPRINTED and (mark := IMPRINT.search(unit.text))]
    for unit, text in (*found, *_labelled(shown, PRINTED_LABELS)):
        if day := _day(text[:30]):
            evidence["printed_date"] = _span(unit, unit.text)
            return day
    return None


def _policies(units: Sequence[Unit], title: str) -> tuple[Span, ...]:
    """The titles after the document's own that have provisions below them."""
    places = [place for place, unit in enumerate(units) if unit.kind == "title"]
    found = []
    for place, after in pairwise((*places, len(units))):
        unit = units[place]
        if _folded(unit.text) != _folded(title) and any(below.kind in PROVISIONS for below in units[place + 1 : after]):
            found.append(_span(unit, unit.text))
    return tuple(found)


def _folded(title: str) -> str:
    """A title without what differs between two printings of it: blanks, the width of brackets and digits."""
    return re.sub(r"\s", "", normalize("NFKC", title))


def _page_date(reading: Reading, evidence: dict[str, Span]) -> str | None:
    """The day on which a web page says that it was published, where the document itself has none."""
    stated = reading.metadata.get("pubdate", "")
    day = _day(stated[:30])
    if day:
        evidence["issue_date"] = Span(stated)
    return day


def _day(text: str) -> str | None:
    """The first full date in ``text`` as ISO."""
    # 2023-02-27 18:43: the blank keeps the day from the hour.
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

"""Who issued a document: the signature before the adoption of a law, that before the page's record, the title and an order's heading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from policytext import regions
from policytext.schema import Span, Unit
from policytext.structure import frame
from policytext.structure.record import TOP, labelled, span

IN_TITLE = re.compile(r"^(.{2,120}?)(?:关于|印发|转发|批转|联合印发|发布)")
#: 2024年甲省政府工作报告 is by the government of the place.
REPORT = re.compile(r"(?:\d{4}年)?([\u4e00-\u9fff]{2,12}?)(?:人民)?(?:\d{4}年)?政府工作报告(?:[（(].*[）)])?")
#: 某省第十四届人民代表大会常务委员会第三次会议通过
ADOPTED_BY = re.compile(
    r"(?:[）)日\s]|^)([\u4e00-\u9fff]{1,14}?)(?<![第一二三四五六七八九十百])(?:第?[一二三四五六七八九十百\d]+届)?(人民代表大会(?:常务委员会)?|全国人民代表大会(?:常务委员会)?|人大(?:常委会)?|人民政府)(?:第[一二三四五六七八九十百\d]+次|[\u4e00-\u9fff\d]{0,12}(?:会议|令))"
)
CONGRESS = {"人大": "人民代表大会", "人大常委会": "人民代表大会常务委员会"}
ORDER = re.compile(r"(?:^|(?<=[\s日]))((?:(?!关于)[\u4e00-\u9fff、]){3,80}?)(?:令|公告)(?:\s*[（(]?(?:第|\d{4}\s*年)|$)")
#: 甲局（代章）, 某小组（甲局代章）: who lends the seal does not issue.
STAMP = re.compile(r"[（(]([^（）()]{0,30})代章?[）)]")
#: 第十四届全国人民代表大会第三次会议: which sitting of a congress is no part of its name.
SITTING = re.compile(r"第?[一二三四五六七八九十百\d]+届(?=全国人|人民代表|常务)|(?<=会)第[一二三四五六七八九十百\d]+次会议$")
#: 甲局等9部门: the others are named in the signature, if anywhere.
OTHERS = re.compile(r"等[^，。、]{0,4}(?:部门|单位|机关)$")
#: 上海市相关部门 names nobody.
VAGUE = re.compile(r"(?:相关|有关)(?:部门|单位|机构)$")
#: The title and a headline above it stand among the first so many units.
LEADING = 4
#: Labels of a page's record, the most telling first.
LABELS = ("发文机关", "发布机构", "发布机关", "发文单位", "发布单位", "制定机关", "发文机构", "制定单位")
#: 中共某市委某市人民政府 are two.
PARTY = re.compile(r"(中共中央(?:办公厅)?|委员会|委(?:办公[厅室])?)(?=国务院|[\u4e00-\u9fff]{2,8}人民政府)")
#: 财政部国家税务总局 are two: a body's name ends and that of a central body, a city, or the same place again, begins.
BODY_END = frozenset("部委厅局办室署会院行府心")
ONE_PLACE = re.compile(r"[\u4e00-\u9fff]{2,8}?[省市区县州盟旗]")
#: 某银行某省分行, 市委网信办, 国务院国资委 and 国家税务总局某市税务局 are one each; a branch may stand on the line below.
BANK_BRANCH = re.compile(r"银行[\u4e00-\u9fff]{2,12}(?:分行|支行)")
NO_CENTRE, COUNCIL = "网信办", "国务院"
CENTRE = re.compile(r"国家税务总局|中国人民银行|国家外汇管理局|国家统计局|中国.{2,12}监督管理委员会|国家金融监督管理总局|中国.保?监会")
BRANCH = re.compile(r".{2,20}(?:税务局|行|监管分?局|分局|调查总?队)")


def issuers_of(units: Sequence[Unit], title: str, evidence: dict[str, Span]) -> tuple[str, ...]:
    """The bodies that issued the document, as they sign; ``evidence`` gets the words that tell."""
    if signed := _signatures(units):
        evidence["issuers"] = span(signed[0], "、".join(unit.text for unit in signed))
        names = _distinct([name for unit in signed for name in _names(frame.SIGNED.sub(r"\1", unit.text))])
        whole, _ = _titled(title)
        return whole if len(names) == len(whole) == 1 and _shortens(names[0], whole[0]) else names
    for unit in units[:TOP]:
        found = ADOPTED_BY.search(unit.text) if unit.kind == "head" and frame.is_adopted(unit.text) else None
        name = _placed(found[1], title) if found else ""
        if found and len(name) > 1:
            evidence["issuers"] = span(unit, unit.text)
            return (SITTING.sub("", name + CONGRESS.get(found[2], found[2])),)
    for unit, value in labelled(units, LABELS):
        if names := _distinct([name for name in _names(value) if not VAGUE.search(name)]):
            evidence["issuers"] = span(unit, unit.text)
            return names
    # A headline above the title (甲局发布《…》) names the issuer, too.
    headed = [unit.text for unit in units[:LEADING] if unit.kind == "title"]
    names, words = next((told for told in map(_titled, (title, *headed)) if told[0]), ((), ""))
    if names:
        evidence["issuers"] = Span(words)
        return names
    for unit in units[:TOP]:
        found = ORDER.search(unit.text) if unit.kind in ("head", "title") else None
        parts = unit.text.split()
        joint = parts[:-1] if parts and frame.joins(parts[:-1], parts[-1]) else []
        ordered = joint + _names(frame.undated(found[1])) if found else []
        if ordered and all(map(frame.is_body, ordered)):
            evidence["issuers"] = span(unit, unit.text)
            return _distinct(ordered)
    return ()


def _shortens(short: str, name: str) -> bool:
    """省政府办公厅 signs for 甲省人民政府办公厅."""
    letters = iter(name)
    return short != name and short[-2:] == name[-2:] and all(sign in letters for sign in short)


def _placed(name: str, title: str) -> str:
    """市 as the city that the title of its law begins with."""
    place = ONE_PLACE.match(title)
    return place[0] if place is not None and name == place[0][-1] else name


def _signatures(units: Sequence[Unit]) -> list[Unit]:
    """The names of the first signature; an attached document may be signed by others."""
    signed: list[Unit] = []
    dated = False
    for unit in units:
        if unit.kind == "signature":
            dated = dated or frame.is_date(unit.text)
            if not (frame.is_date(unit.text) or frame.is_closing(unit.text) or frame.is_holder(unit.text)):
                signed.append(unit)
        elif signed or (dated and unit.kind == "title"):
            break
    return signed


def _titled(title: str) -> tuple[tuple[str, ...], str]:
    """The bodies that a title begins with (甲市财政局等三部门关于…, 2024年甲省政府工作报告), and the words that name them."""
    if report := REPORT.fullmatch(title):
        body = report[1].removeprefix("中华人民共和国")
        return (body if frame.is_body(body) else body + "人民政府",), title
    named = IN_TITLE.match(title)
    if named is None:
        return (), ""
    return _distinct([name for name in _names(OTHERS.sub("", named[1])) if frame.is_body(name)]), named[1]


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
    parts = [part for part in re.split(r"[、，,;；\s]+", PARTY.sub(r"\1 ", STAMP.sub("", text).strip())) if part]
    if any(len(part) < 3 for part in parts):
        parts = ["".join(parts)]
    return [SITTING.sub("", name) for part in parts for name in _apart(part)]


def _apart(text: str) -> list[str]:
    """The bodies whose names are written without anything between them; ``text`` itself where that is not sure."""
    place = ONE_PLACE.match(text)
    cuts = [
        at
        for at in range(3, len(text) - 2)
        if text[at - 1] in BODY_END
        and not BANK_BRANCH.match(text, at - 2)
        and text[:at] != COUNCIL
        and ((place and _of_place(text, at, place[0])) or _begins_body(text[at:]) or _begins_state_assets(text, at))
    ]
    names = [text[start:end] for start, end in pairwise((0, *cuts, len(text)))]
    return names if all(frame.is_body(name) for name in names) else [text]


def _of_place(text: str, at: int, place: str) -> bool:
    """Does another body of the same place begin at ``at``: 上海市财政局|上海海事局?"""
    bare = place[:-1]
    return text.startswith(place, at) or (len(bare) > 1 and text.startswith(bare, at) and not text.endswith("分局"))


def _begins_state_assets(text: str, at: int) -> bool:
    """国资委 behind another body of the centre; that of the State Council bears its name."""
    return text[at - 1] in "委会部" and text.startswith("国资委", at)


def _begins_body(text: str) -> bool:
    return regions.begins_with_city(text) or (regions.is_central(text) and not text.startswith(NO_CENTRE))

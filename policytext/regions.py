"""Places of policy documents by the official division codes: which province, city and district issued a document.

``data/regions.csv`` holds the codes of GB/T 2260 down to county level, ``data/regions_supplement.csv`` newer divisions and the 新区, 开发区
and 高新区 that have no code of their own, ``data/docno_prefixes.csv`` what the first characters of a 文号 say, ``data/regions_words.toml``
the words that only look like places. A municipality (上海市) is a province without a city level; a county governed by its province directly
(潜江市) is a district without a city. A name that several places share stays empty unless another part of the document fixes its parent.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from policytext import errors, places
from policytext.schema import Region

_ETHNIC = re.compile(
    r"(?:壮族|回族|维吾尔|藏族|羌族|彝族|白族|傣族|景颇族|傈僳族|哈尼族|朝鲜族|土家族|苗族|侗族|布依族|蒙古族|蒙古|哈萨克|柯尔克孜"
    r"|满族|达斡尔族|畲族|瑶族|各族|仫佬族|毛南族|黎族|水族|仡佬族|纳西族|拉祜族|佤族|布朗族|独龙族|怒族|普米族|裕固族|土族|撒拉族"
    r"|东乡族|保安族|塔吉克|锡伯)+(?=自治)"
)
_PROVINCE_END = re.compile(r"(?:省|市|特别行政区|(?:壮族|回族|维吾尔)?自治区)$")
_CITY_END = re.compile(r"(?:市|地区|自治州|盟)$")
_DISTRICT_END = re.compile(r"(?:新区|市|区|自治县|县|自治旗|旗)$")
#: How a head begins that names a level but no place (省政府关于…), and that level.
_LEVEL_WORDS: tuple[tuple[tuple[str, ...], int], ...] = ((("省", "自治区", "中共省"), 1), (("市", "州", "中共市"), 2))
_BRACKETS = str.maketrans("[［【（(", "〔〔〔〔〔")


class Place(NamedTuple):
    """One division: ``level`` 1 province, 2 city, 3 district; ``code`` is the parent's code where the place has none of its own."""

    key: str
    code: str
    name: str
    level: int
    parent: str


@dataclass(frozen=True, slots=True)
class _Gazetteer:
    places: dict[str, Place]
    #: Name as written -> keys of the places that bear it.
    full: dict[str, tuple[str, ...]]
    #: Names without their suffix; only provinces and cities may stand alone under them.
    bare: dict[str, tuple[str, ...]]
    #: Words that hold a place name and are none.
    never: frozenset[str]
    longest: int
    prefixes: tuple[tuple[str, str], ...]
    central: re.Pattern[str]
    after_full: re.Pattern[str]
    after_bare: re.Pattern[str]
    need_parent: frozenset[str]
    need_suffix: frozenset[str]


def _rows(name: str) -> Iterator[list[str]]:
    with places.data_file(name).open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(line for line in lines if not line.startswith("#"))
        next(rows)  # the names of the columns
        yield from rows


def _level(code: str) -> int:
    return 1 if code.endswith("0000") else 2 if code.endswith("00") else 3


def _names(place: Place) -> tuple[set[str], set[str]]:
    """Full and bare forms of an official name: 恩施土家族苗族自治州 -> 恩施州; 广西壮族自治区 -> 广西; 南京市 -> 南京."""
    full = {place.name}
    if place.level == 1:
        return full, {_PROVINCE_END.sub("", place.name)}
    plain = _ETHNIC.sub("", place.name) if "自治" in place.name else place.name
    short = plain.replace("自治州", "州").replace("自治县", "县").replace("自治旗", "旗")
    if short != place.name and len(short) > 2:
        full.add(short)
    end = _CITY_END if place.level == 2 else _DISTRICT_END
    stem = end.sub("", plain)
    return full, {stem} if len(stem) > 1 and stem != place.name else set()


@cache
def _gazetteer() -> _Gazetteer:
    words = tomllib.loads(places.data_file("regions_words.toml").read_text(encoding="utf-8"))
    known: dict[str, Place] = {}
    full: dict[str, list[str]] = {}
    bare: dict[str, list[str]] = {}
    for code, name, parent in _rows("regions.csv"):
        if "直辖县级行政区划" in name:
            continue
        above = parent if parent in known else parent[:2] + "0000" if parent else ""
        place = known[code] = Place(code, code, name, _level(code), above)
        whole, stems = _names(place)
        for form in whole:
            full.setdefault(form, []).append(code)
        for form in stems:
            bare.setdefault(form, []).append(code)
    for name, parent, code, level, aliases, _ in _rows("regions_supplement.csv"):
        place = Place(code or name, code or parent, name, int(level), parent)
        # 南沙新区 is 南沙区 under another name: one place must have one name, or filters miss half of it.
        key = parent if known[parent].level == 3 else place.key
        known.setdefault(key, place)
        for form in filter(None, (name, *aliases.split("|"))):
            full.setdefault(form, []).append(key)
        if code:
            bare.setdefault(_DISTRICT_END.sub("", name), []).append(code)
    never = frozenset(words["never"])
    return _Gazetteer(
        places=known,
        full={name: tuple(keys) for name, keys in full.items()},
        bare={name: tuple(keys) for name, keys in bare.items()},
        never=never,
        longest=max(map(len, (*full, *bare, *never))),
        prefixes=tuple(sorted(((prefix, place) for prefix, place, _ in _rows("docno_prefixes.csv")), key=lambda pair: -len(pair[0]))),
        central=re.compile(rf"(?:关于)?《?(?:{'|'.join(words['central'])})"),
        after_full=re.compile("|".join(words["after_full"])),
        after_bare=re.compile("|".join(words["after_bare"])),
        need_parent=frozenset(words["need_parent"]),
        need_suffix=frozenset(words["need_suffix"]),
    )


def _chain(place: Place) -> tuple[Place, ...]:
    """The place and the places above it, province first."""
    known = _gazetteer().places
    line = [place]
    while line[0].parent:
        line.insert(0, known[line[0].parent])
    return tuple(line)


def _region(place: Place) -> Region:
    named = {link.level: link.name for link in _chain(place)}
    return Region(named.get(1, ""), named.get(2, ""), named.get(3, ""), place.code)


def _below(place: Place, above: Place | None) -> bool:
    return above is None or any(link.key == above.key for link in _chain(place))


def _pick(keys: Iterable[str], above: Place | None) -> Place | None:
    """The one place among ``keys`` that lies in ``above``; None where none or several do."""
    known = _gazetteer().places
    fitting = [known[key] for key in keys if _below(known[key], above) and (above is None or key != above.key)]
    if len(fitting) > 1:
        # 吉林 is the province before it is the city, 海南 before 海南州: the wider place holds for both where it contains the others.
        widest = min(fitting, key=lambda place: place.level)
        rivals = [place for place in fitting if place.level == widest.level]
        return widest if len(rivals) == 1 and widest.level < 3 else None
    return fitting[0] if fitting else None


@dataclass(frozen=True, slots=True)
class _Found:
    """What one string says: the place, names in it that several places share, and the offset where the place begins."""

    place: Place | None = None
    shared: tuple[str, ...] = ()
    start: int = 0


#: What may stand before a bare name (广州): there it begins a name and is not part of a sentence.
_STARTS = re.compile(r"(?:^|[《“〈（(、,，；;\s]|中共|印发|\d{4}年)$")
#: What joins a central body to the place of its branch: 国家税务总局|重庆市税务局.
_BRANCH = re.compile(r"[局会行院署驻部（(]$")
#: What may stand between two names of one chain.
_JOINTS = frozenset({"", " ", "·", "-", "委", "（", "("})
#: What stands between the places of two joint issuers: 重庆市|人民政府办公厅 |四川省.
_JOINT_ISSUERS = re.compile(r"[\u4e00-\u9fff]*[、 ，,；;]")
#: A bare name before these is a river, a hill, a port … (钱塘江, 白云山), no district.
_LANDFORM = re.compile(r"[江河山湖海岛港站桥路湾]")


def _scan(text: str) -> Iterator[tuple[int, str]]:
    """Longest names from left to right, names that are no places taken whole and left out; (offset, name)."""
    data = _gazetteer()
    at = 0
    while at < len(text):
        for end in range(min(len(text), at + data.longest), at + 1, -1):
            name = text[at:end]
            if name in data.never:
                break
            if (name in data.full and not data.after_full.match(text, end)) or (name in data.bare and not data.after_bare.match(text, end)):
                yield at, name
                break
        else:
            end = at + 1
        at = end


def _choose(text: str, start: int, name: str, *, central: bool) -> Place | None:
    """The place that ``name`` stands for at the head of a chain, None where it may be another word or several places."""
    data = _gazetteer()
    if central and not _BRANCH.search(text[:start]):
        return None
    begins = bool(_STARTS.search(text[:start]))
    if name in data.full:
        # 文县 and 新城区 are words too: alone they count only at the head of the text, 新城区 only as 新城区人民政府.
        word = name in data.need_parent and (len(name) == 2 or not text.startswith("人民政府", start + len(name)))
        return None if word or (len(name) == 2 and start) else _pick(data.full[name], None)
    if name in data.need_suffix or not (begins or central):
        return None
    return _pick((key for key in data.bare[name] if data.places[key].level < 3), None)


def _read(text: str, *, central: bool = False) -> _Found:
    """The first chain of place names in ``text``: names that follow one another (江苏省南京市) and a branch (上海市公安局奉贤分局)."""
    data = _gazetteer()
    place: Place | None = None
    first = last = 0
    shared: list[str] = []
    for start, name in _scan(text):
        end = start + len(name)
        keys = (*data.full.get(name, ()), *data.bare.get(name, ()))
        if place is None:
            place = _choose(text, start, name, central=central)
            first, last = start, end
            if place is None and len(data.full.get(name, ())) > 1 and name not in data.need_parent:
                shared.append(name)
            continue
        inside = _pick(data.full.get(name, ()), place) or (None if _LANDFORM.match(text, end) else _pick(data.bare.get(name, ()), place))
        if inside is not None and (text[last:start] in _JOINTS or text[end : end + 2] in {"分局", "支局"}):
            place, last = inside, end
        elif inside is None and place.key not in keys and name in data.full and _JOINT_ISSUERS.fullmatch(text, last, start):
            other = _pick(data.full[name], None)
            return _Found(_common([place, other]) if other else place, tuple(shared), first)
    return _Found(place, tuple(shared), first)


def is_central(text: str) -> bool:
    """Does ``text`` begin with the name of a body of the centre (国务院…, 财政部…)?"""
    return bool(_gazetteer().central.match(text))


def begins_with_city(text: str) -> bool:
    """Does ``text`` begin with the full name of a province or a city (广东省…, 南京市…)?"""
    data = _gazetteer()
    return any(data.places[key].level < 3 for end in range(3, data.longest + 1) for key in data.full.get(text[:end], ()))


def _head(title: str) -> str:
    """The part of a title that names the issuer: what stands before 关于."""
    head, mark, _ = title.partition("关于")
    return head if mark else ""


def _prefix(doc_no: str) -> Place | None:
    data = _gazetteer()
    number = doc_no.strip().translate(_BRACKETS)
    return next((data.places[key] for prefix, key in data.prefixes if number.startswith(prefix)), None)


def _common(found: Sequence[Place]) -> Place | None:
    """The narrowest place that holds all of one line; joint issuers of two cities share only their province."""
    lines = [_chain(place) for place in found]
    longest = max(lines, key=len)
    if all(longest[: len(line)] == line for line in lines):
        return longest[-1]
    level = [links[0] for links in zip(*lines, strict=False) if len({link.key for link in links}) == 1]
    return level[-1] if level else None


def locate(title: str, issuers: Sequence[str] = (), doc_no: str = "") -> Region:
    """The place that a document comes from, by its issuers, else its title, else the first characters of its 文号.

    Central bodies and unknown places give an empty ``Region``. A name that several places share (鼓楼区) counts only where the other parts
    of the document name its parent.
    """
    title = re.sub(r"\s+", " ", title).strip()
    shared: list[str] = []
    found: list[Place] = []
    branches: list[Place] = []
    for issuer in (name.strip() for name in issuers if name.strip()):
        central = is_central(issuer)
        read = _read(issuer, central=central)
        shared.extend(read.shared)
        if read.place is not None:
            # A branch of a central body (人民银行海口中心支行) signs with the province that it works for.
            (branches if central else found).append(read.place)
        elif central and not found and not branches:
            return Region()
    found = found or branches
    if found:
        place = _common(found)
        return Region() if place is None else _region(_narrow(place, shared, _head(title) or title))
    said = _read_title(title)
    if said is None:
        return Region()
    place = said.place or _prefix(doc_no)
    return Region() if place is None else _region(_narrow(place, (*shared, *said.shared), ""))


def _read_title(title: str) -> _Found | None:
    """What a title says of its issuer's place; None where a central body issued it."""
    head = _head(title)
    if is_central(title):
        read = _read(head or title, central=True)
        return read if read.place is not None else None
    read = _read(head)
    if read.place is not None:
        return read
    rest = _read(title[len(head) :])
    # 省政府关于…南京市… comes from a province: only the province of the place after 关于 is the issuer's.
    limit = next((level for words, level in _LEVEL_WORDS if head.startswith(words)), 3)
    place = rest.place
    while place is not None and place.level > limit:
        place = _chain(place)[-2] if place.parent else None
    return _Found(place, (*read.shared, *(rest.shared if limit == 3 else ())))


def _narrow(place: Place, shared: Iterable[str], title: str) -> Place:
    """``place``, or a shared name inside it, or the place inside it that begins ``title``."""
    data = _gazetteer()
    for name in shared:
        place = _pick(data.full[name], place) or place
    begins = _read(title.lstrip("《<〈 ")) if place.level < 3 else _Found()
    return begins.place if begins.place is not None and begins.start == 0 and _below(begins.place, place) else place


def resolve(name: str) -> Region:
    """The place that a user names (江苏, 江苏省, 南京, 江北新区, 江苏省南京市).

    Raises ``WrongUsage('unknown_region')`` when no place fits or several do; its ``options`` are then the full names that would.
    """
    data = _gazetteer()
    text = re.sub(r"\s+", "", name)
    place = _pick(data.full.get(text, ()), None) or _pick(data.bare.get(text, ()), None)
    if place is None:
        read = _read(text)
        place = read.place if read.place is not None and text.endswith(tuple(_endings(read.place))) else None
    if place is None:
        options = [_region(data.places[key]) for key in (*data.full.get(text, ()), *data.bare.get(text, ()))]
        raise errors.WrongUsage(
            "unknown_region", name=name, options=[option.province + option.city + option.district for option in options]
        )
    return _region(place)


def _endings(place: Place) -> set[str]:
    full, bare = _names(place)
    return full | bare


def matches(region: Region, wanted: Region) -> bool:
    """Whether ``region`` is ``wanted`` or lies in it; an empty ``wanted`` fits everything."""
    pairs = ((region.province, wanted.province), (region.city, wanted.city), (region.district, wanted.district))
    return all(not want or have == want for have, want in pairs)

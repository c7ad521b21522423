"""Characters as a PDF or a web page gives them → plain characters, words joined as they were printed, and a check that text is language."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache

from policytext.places import data_file

# CJK Radicals Supplement: forms that browsers print for the plain character; Unicode gives most of them no decomposition.
_RADICALS = dict(
    zip(
        "⺁⺄⺆⺈⺉⺊⺋⺌⺍⺏⺐⺑⺒⺓⺔⺖⺗⺘⺙⺛⺝⺞⺟⺠⺡⺢⺣⺥⺦⺨⺩⺪⺫⺬⺭⺮⺯⺰⺱⺲⺳⺴⺵⺸⺹⺻⺼⺾⻀⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻎⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻟⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻯⻰⻱⻲⻳",
        "厂乙冂刀刂卜㔾小⺍尢尣尢巳幺彑忄心扌攵旡月歺母民氵水灬爪丬犭王疋目示礻竹糸纟罓罒网罒羊羊老肀肉艹艹衤覀西见角角讠贝足车辶辶钅長长长门阜阝雨青韦页风飞食饣饣马骨鬼鱼鸟卤麦黄黾齐齿竜龙龟龟龟",
        strict=True,
    )
)
# NFKC turns these into the traditional or another form, or they are drawn for a look-alike.
_LOOKALIKES = {
    "⼾": "户",
    "⻁": "虎",
    "―": "—",
    "﹣": "-",
    "\u00ad": "",
    "\ufeff": "",
    "\u200b": "",
    "\u200c": "",
    "\u200d": "",
    "\u2060": "",
}
_FOLD = {**_RADICALS, **_LOOKALIKES}
_SPACE = re.compile(r"[\u2000-\u200a\u202f\u205f]")


@cache
def plain(char: str) -> str:
    """The plain character for a radical or compatibility ideograph, ``""`` for zero-width ones; all others (full-width digits too) stay."""
    if char in _FOLD:
        return _FOLD[char]
    code = ord(char)
    # Kangxi and CJK radicals, compatibility ideographs, ligatures (ﬁ): NFKC is right there; elsewhere it would change （ and １.
    if 0x2E80 <= code <= 0x2FDF or 0xF900 <= code <= 0xFAFF or 0xFB00 <= code <= 0xFB06 or 0x2F800 <= code <= 0x2FA1F:
        return unicodedata.normalize("NFKC", char)
    return " " if _SPACE.match(char) or char == "\xa0" else char


@cache
def wide(char: str) -> bool:
    """Does the character fill a full square (Han, full-width punctuation and digits)?"""
    return unicodedata.east_asian_width(char) in "WF"


def is_han(char: str) -> bool:
    """Is it a Han character (basic block, extension A, or beyond the basic plane)?"""
    return "\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf" or "\U00020000" <= char <= "\U0003ffff"


@cache
def common_characters() -> frozenset[str]:
    """The most frequent Han characters of policy texts (``data/common_characters.txt``)."""
    lines = data_file("common_characters.txt").read_text("utf-8").splitlines()
    return frozenset(char for line in lines if not line.startswith("#") for char in line)


@cache
def _odd(char: str) -> bool:
    """A character that no Chinese document prints: control and private codes, replacement characters, scripts other than those in use."""
    category = unicodedata.category(char)
    if category in ("Cc", "Co", "Cn", "Cs") or char == "\ufffd":
        return char not in "\t\n\r\x0b\x0c"
    code = ord(char)
    return category[0] in "LM" and not (is_han(char) or code < 0x0250 or 0x0370 <= code <= 0x045F or code >= 0x3005)


def garbled(text: str) -> bool:
    """Is the text not language: odd codes, ``(cid:n)``, or Han characters that are real but not those that Chinese uses?"""
    signs = re.sub(r"\s+", "", text)
    if len(signs) < 8:
        return False
    if len(re.findall(r"\(cid:\d+\)", signs)) * 8 > 0.1 * len(signs):
        return True
    counts = Counter(signs)
    if sum(times for char, times in counts.items() if _odd(char)) > 0.1 * len(signs):
        return True
    han = {char: times for char, times in counts.items() if is_han(char)}
    number = sum(han.values())
    if number >= 40:
        return sum(times for char, times in han.items() if char in common_characters()) < 0.4 * number
    # Next to no Han characters: tables of figures and English pages have words and digits, ciphers have neither.
    tame = sum(times for char, times in counts.items() if char.isalnum()) + number
    return len(signs) >= 40 and tame < 0.35 * len(signs) and not re.search(r"[.…·_—-]{6}", signs)

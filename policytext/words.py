"""Segmentation with the policy dictionary: one cut for labels, index and query.

``jieba`` 0.42.1 is the reference. ``rjieba`` (Rust) gives the same tokens about 14 times as fast once its runs of ASCII are split
again with jieba's own pattern; tests/test_words.py compares them line by line.

The policy dictionary (``data/dictionary.txt``, jieba's format: word, frequency, tag) lists what jieba's own dictionary cuts apart.
A word survives when its frequency beats the product of its parts' shares; jieba's ``suggest_freq`` gives that bound, at most 27 for
these entries. They have 500: enough to win where a neighbour would like to have one of the parts, and still no more than a middling
word of jieba's own (园区 has 397, 创新 4,681, 建设 26,381), so that little around them is torn apart. Left out are words that did tear
their surroundings in real texts: 新动能 in 创新动能, 管理委员会 in 监督管理委员会. The few that begin with 大数据 have 10: with more
they would tear 加大数据开放.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import cache, lru_cache
from threading import Lock
from typing import Any, Literal

from policytext.places import data_file
from policytext.quantities import Quantity, quantities

Engine = Literal["fast", "reference"]

# jieba.finalseg.re_skip of jieba 0.42.1: outside the dictionary, Latin runs and numbers are words of their own.
LATIN = re.compile(r"([a-zA-Z0-9]+(?:\.\d+)?%?)")
# Only a sign of ASCII beside another character of ASCII makes a token that is to be split.
LATIN_RUN = re.compile(r"[\0-/:-@\[-`{-\x7f][\0-\x7f]|[\0-\x7f][\0-/:-@\[-`{-\x7f]")
LONE = re.compile("([\ud800-\udfff])")
# A term of the index: something with a letter (Han characters are letters) or digit in it.
TERM = re.compile(r"[^\W_]")
# 首台（套）, 首批（次）: one character in brackets belongs to the word before it. A numeral there, （一）, counts clauses.
BRACKETED = re.compile(r"(?<=\w)\(([^\W\d_一二三四五六七八九十])\)")
NUMBER = re.compile(r"\d|[万亿]|百分之|千元")
PIECE = re.compile(r"[a-z0-9]+|[^\sa-z0-9]")
#: What begins the term of a number; no word begins so.
AMOUNT = "#"
#: Raised when the code behind ``terms`` or ``pieces`` changes; words and patterns are watched by themselves.
TERMS_VERSION = "2"
#: Words that stand in nearly every clause and tell nothing.
STOP_WORDS = frozenset("的了和与及或在对为以等将并被把从到由于其该各是有也都而且之这那一不")
#: The words are added once, and before any thread cuts.
_LOADING = Lock()


def normalise(text: str) -> str:
    """NFKC (full-width forms narrowed), lower case, white space folded to single blanks, halves of broken UTF-16 pairs replaced by ?."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return " ".join(unicodedata.normalize("NFKC", whole).lower().split())


@lru_cache(maxsize=1_000)  # the text of an answer is compared with others, cut, and searched for what to highlight
def fold(text: str) -> str:
    """``normalise`` and traditional characters made simplified: what index and query compare."""
    return normalise(text).translate(_simplified())


def dictionary() -> list[tuple[str, int]]:
    """The policy dictionary: (word, frequency)."""
    lines = data_file("dictionary.txt").read_text("utf-8").splitlines()
    return [(word, int(frequency)) for word, frequency, _ in (line.split() for line in lines if line and not line.startswith("#"))]


def cut(text: str, engine: Engine = "fast") -> list[str]:
    """The tokens of ``text`` in order; joined they give ``text`` again. Both engines give the same."""
    tokens: list[str]
    if engine == "reference":
        tokens = _reference().lcut(text)
        return tokens
    try:
        tokens = _fast().cut(text)
        return _split_latin(tokens) if LATIN_RUN.search(text) else tokens
    except UnicodeEncodeError:
        # Half of a UTF-16 pair, as damaged files give it: Rust has no such character, jieba makes it a token of its own.
        parts = [[part] if LONE.match(part) else cut(part) for part in LONE.split(text) if part]
        return [token for part in parts for token in part]


def terms(text: str) -> list[str]:
    """The terms of ``text`` for index and query: folded words, each followed by the shorter words inside it, without stop words.

    At the end stand the numbers that can be printed in several ways, as one term each (``amount``).
    """
    folded = fold(text)
    found = []
    for token in telling(BRACKETED.sub(r"\1", folded)):
        found.append(token)
        found += inner_words(token)
    return found + [amount(one) for one in amounts(folded)]


def telling(text: str) -> list[str]:
    """The tokens of folded ``text`` that are terms: something with a letter or digit, and no stop word."""
    return [token for token in cut(text) if TERM.search(token) and token not in STOP_WORDS]


def amounts(text: str) -> list[Quantity]:
    """The numbers in ``text`` that can be printed in several ways: 50万 and 500000元, 百分之十 and 10%."""
    if not NUMBER.search(text):
        return []
    return [one for one in quantities(text) if one.percent or one.scaled or one.value >= 10_000 or text.startswith("元", one.end)]


def amount(of: Quantity) -> str:
    """The term that stands for a number however it is printed."""
    return f"{AMOUNT}{of.value}{'%' if of.percent else ''}"


def pieces(text: str) -> list[str]:
    """What an exact phrase is made of: single characters (punctuation too) and runs of Latin letters and digits, folded."""
    return PIECE.findall(fold(text))


def fingerprint() -> str:
    """A digest of all that decides ``terms`` and ``pieces``: an index made with another one must be made again."""
    from importlib.metadata import version  # takes longer than to cut a document: only who writes or opens an index waits for it

    parts = (
        TERMS_VERSION,
        version("rjieba"),
        data_file("dictionary.txt").read_text("utf-8"),
        data_file("traditional.txt").read_text("utf-8"),
        "".join(sorted(STOP_WORDS)),
        TERM.pattern,
        PIECE.pattern,
        BRACKETED.pattern,
    )
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


@lru_cache(maxsize=100_000)
def inner_words(token: str) -> tuple[str, ...]:
    """The dictionary words of two and more characters that fill a word of four and more: 专精特新 and 企业 for 专精特新企业.

    Only words of some way to fill the whole token count: 人民 and 政府 for 人民政府, but not the 民政 across them. A place has its bare
    name beside it: 河北 for 河北省.
    """
    if len(token) > 2 and token[-1] in "省市县区" and _fast().has_word(token[:-1]):
        return (token[:-1],)
    if len(token) < 4 or token.isascii():
        return ()
    inside = [(start, word) for word in set(_fast().cut_all(token)) if 1 < len(word) < len(token) for start in _places(word, token)]
    inside.sort(key=lambda pair: (pair[0], -len(pair[1])))
    filled_before, filled_after = {0}, {len(token)}
    for start, word in inside:
        if start in filled_before:
            filled_before.add(start + len(word))
    for start, word in reversed(inside):
        if start + len(word) in filled_after:
            filled_after.add(start)
    return tuple(word for start, word in inside if start in filled_before and start + len(word) in filled_after)


def _places(word: str, token: str) -> list[int]:
    return [start for start in range(len(token)) if token.startswith(word, start)]


def _split_latin(tokens: list[str]) -> list[str]:
    engine = _fast()
    out: list[str] = []
    for token in tokens:
        if len(token) > 1 and token.isascii() and not token.isalnum() and not engine.has_word(token):
            out += [part for part in LATIN.split(token) if part]
        else:
            out.append(token)
    return out


@cache
def _simplified() -> dict[int, str]:
    lines = data_file("traditional.txt").read_text("utf-8").splitlines()
    return {ord(pair[0]): pair[1] for line in lines if not line.startswith("#") for pair in line.split()}


def _fast() -> Any:
    with _LOADING:
        return _loaded()


@cache
def _loaded() -> Any:
    """rjieba's own instance with our words: another one beside it would double the time to load and the memory."""
    import rjieba

    for word, frequency in dictionary():
        rjieba.add_word(word, frequency, "n")
    return rjieba


@cache
def _reference() -> Any:
    import jieba

    jieba.setLogLevel("ERROR")
    engine = jieba.Tokenizer()
    for word, frequency in dictionary():
        engine.add_word(word, frequency, "n")
    return engine

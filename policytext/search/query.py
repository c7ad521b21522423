"""The query language: what the user typed → words to find and conditions to meet.

``word`` is wanted, best answers first; ``"phrase"`` must stand so; ``+word`` must stand in it; ``-word`` must not; ``甲 OR 乙`` wants
either; ``title:word`` and ``path:第三条`` ask title and clause number; ``区块*`` means all words that begin so. An operator counts only
directly before a word (``*``: behind one); anywhere else it is a plain character. Full-width forms do as well.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from policytext.errors import WrongUsage
from policytext.words import STOP_WORDS, fold, pieces

Field = Literal["any", "title", "path"]

#: Most words, conditions, and pieces of a phrase in a query; the rest of a pasted page is left out.
MAX_TERMS = 100
TOKEN = re.compile(
    r"""(?P<sign>[+＋\-－])?
    (?:(?P<field>title|path|标题|路径)[:：])?
    (?:["＂](?P<ascii>[^"＂]*)["＂]|“(?P<curly>[^“”]*)”|「(?P<corner>[^「」]*)」|(?P<word>[^\s"＂“”「」]+))""",
    re.VERBOSE | re.IGNORECASE,
)
QUOTE = re.compile('["＂“”「」]')
FIELDS: dict[str, Field] = {"title": "title", "标题": "title", "path": "path", "路径": "path"}
PREFIX = re.compile(r"(?P<stem>.*\w)[*＊]")


@dataclass(frozen=True, slots=True)
class Wish:
    """A word that answers should hold: as typed; with ``prefix`` every word that begins so. ``alternatives`` are the other sides of OR."""

    text: str
    prefix: bool = False
    alternatives: tuple[Wish, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """Characters that stand together: in title, headings or text (``any``), in the title, or as whole steps of the clause's path."""

    field: Field
    text: str

    @property
    def pieces(self) -> tuple[str, ...]:
        """The characters, and runs of Latin letters and digits, as ``words.pieces`` gives them."""
        return tuple(pieces(self.text))[:MAX_TERMS]


@dataclass(frozen=True, slots=True)
class Condition:
    """An answer must hold one of ``runs``; with ``excluded`` none of them."""

    runs: tuple[Run, ...]
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What is wanted, which orders the answers, and what they must and must not hold."""

    text: str
    wishes: tuple[Wish, ...] = ()
    conditions: tuple[Condition, ...] = ()

    @property
    def phrases(self) -> tuple[str, ...]:
        """What must stand in text, title or headings."""
        return tuple(run.text for one in self.conditions if not one.excluded for run in one.runs if run.field == "any")


@dataclass(frozen=True, slots=True)
class _Token:
    """One token: its wish (None for a path or an exclusion), its run where it must or must not be met, and where it stands."""

    wish: Wish | None
    run: Run | None
    excluded: bool
    start: int


def parse(text: str) -> Query:
    """The query that ``text`` asks. Raises WrongUsage ``query_…`` with the place when it cannot be meant so."""
    groups: list[list[_Token]] = []
    joined = False
    place = 0
    while match := TOKEN.search(text, place):
        _no_stray_quote(text, place, match.start())
        if match["word"] == "OR" and not (match["sign"] or match["field"]):
            if joined or not groups:
                raise wrong("or", text, match.start())
            joined = True
        elif (token := _token(match, text)) is not None:
            if joined and (token.excluded or groups[-1][-1].excluded):
                raise wrong("or_excluded", text, match.start())
            if joined:
                groups[-1].append(token)
            else:
                groups.append([token])
            joined = False
        place = match.end()
    _no_stray_quote(text, place, len(text))
    if joined:
        raise wrong("or", text, text.rindex("OR"))
    if not re.search(r"[^\W_]", text):
        raise wrong("no_word", text, 0)
    if groups and all(group[0].excluded for group in groups):
        raise wrong("only_excluded", text, groups[0][0].start)
    wishes = dict.fromkeys(wish for group in groups if (wish := _wish(group)) is not None)
    conditions = dict.fromkeys(condition for group in groups if (condition := _condition(group)) is not None)
    return Query(text, tuple(wishes)[:MAX_TERMS], tuple(conditions)[:MAX_TERMS])


def wrong(problem: str, text: str, place: int) -> WrongUsage:
    """The error that shows the place: the query, and under it a mark below the character."""
    width = sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text[:place])
    shown = "".join(character if character.isprintable() else " " for character in text)
    return WrongUsage(f"query_{problem}", shown=shown, mark=" " * width + "^")


def _token(match: re.Match[str], text: str) -> _Token | None:
    quoted = next((match[name] for name in ("ascii", "curly", "corner") if match[name] is not None), None)
    field: Field = FIELDS[match["field"].lower()] if match["field"] else "any"
    content = match["word"] if quoted is None else quoted
    if quoted is None and re.fullmatch(r"[+＋\-－]?(?:title|path|标题|路径)[:：]", match[0], re.IGNORECASE):
        raise wrong("field", text, match.start())
    stem = PREFIX.fullmatch(content) if quoted is None else None
    content = stem["stem"] if stem else content
    sign = match["sign"] or ""
    bound = quoted is not None or field != "any" or bool(sign)
    if not fold(content) or (bound and not pieces(content)):
        return None
    excluded = sign in ("-", "－")
    if bound and field != "path" and not any(piece not in STOP_WORDS and piece.isalnum() for piece in pieces(content)):
        raise wrong("too_common", text, match.start())
    wish = None if excluded or field == "path" else Wish(content, prefix=stem is not None)
    return _Token(wish, Run(field, content) if bound else None, excluded, match.start())


def _wish(group: list[_Token]) -> Wish | None:
    wishes = [token.wish for token in group if token.wish is not None]
    if len(wishes) < 2:
        return wishes[0] if wishes else None
    return Wish(wishes[0].text, wishes[0].prefix, tuple(wishes[1:]))


def _condition(group: list[_Token]) -> Condition | None:
    runs = [token.run for token in group if token.run is not None]
    if not runs:
        return None
    # 甲 OR "乙": the one that need not be met alone must be met here when the other is not.
    return Condition(tuple(token.run or Run("any", token.wish.text if token.wish else "") for token in group), group[0].excluded)


def _no_stray_quote(text: str, start: int, end: int) -> None:
    if stray := QUOTE.search(text, start, end):
        raise wrong("quote", text, stray.start())

"""The wordings of ``data/commitments.toml``, compiled: the scale of strength and the cue that decides it, deadlines, roles of bodies."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from policytext import numerals
from policytext.patterns import expand
from policytext.places import data_file

_PARTS = {"date": numerals.DATE, "short": numerals.SHORT_DATE, "duration": numerals.DURATION}
#: Where a part of a sentence begins.
_MARKS = ",;:。("
#: Brackets within a name: 各县(市)人民政府.
_LITTLE = re.compile(r"\(([市州区县旗镇、街道]{1,6})\)")
NUMBER = re.compile(
    r"^(?:第[一二三四五六七八九十百零\d]+[条章节]|\(?[一二三四五六七八九十\d]{1,3}[)、.]|[①-⑳]|[一二三四五六七八九十]是|-+)+"
)


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that give a sentence its strength; ``head``: only as its predicate."""

    strength: str
    head: bool
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Role:
    """What a body is to a task, by the label before its name or the word behind it."""

    id: str
    labels: re.Pattern[str]
    verbs: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Wording:
    """All patterns; they run on flattened text (``numerals.flatten``)."""

    strengths: tuple[str, ...]
    cues: tuple[Cue, ...]
    #: What may stand between the beginning of a part of a sentence and its predicate; the group ``subject`` is who acts.
    before: re.Pattern[str]
    aside: re.Pattern[str]
    deadlines: tuple[re.Pattern[str], ...]
    roles: tuple[Role, ...]


@cache
def raw() -> dict[str, Any]:
    """The data file with its examples."""
    return tomllib.loads(data_file("commitments.toml").read_text("utf-8"))


@cache
def wording() -> Wording:
    """The compiled patterns, made once a process."""
    data = raw()
    body, filler = data["pieces"]["body"], expand(data["pieces"]["filler"], _PARTS)
    inner = rf"(?:(?!{data['pieces']['governing']})[^,;:。()])"
    subject = rf"(?P<subject>(?!对|为|向|将|把|在|以|从|与|给|由|当)(?:(?!对(?!外)){inner}){{0,40}}?{body})"
    adverbs = rf"(?:(?!将){filler})*+"  # 将 is an adverb or begins a phrase
    # One phrase takes in all that follows it; possessive repeats, so that no text makes the matching slow.
    led = "对|由|向|把|在|以|从|与|给|面向|针对|通过|依托|围绕|根据|按照?|结合"
    phrase = rf"(?:将{inner}{{0,60}}?|(?:{led}){inner}{{1,60}}?|为{inner}{{1,60}}?{body})"
    return Wording(
        strengths=tuple(one["id"] for one in data["strength"]),
        cues=tuple(
            Cue(
                one["strength"],
                one["place"] == "head",
                re.compile(rf"(?<!无)(?:{'|'.join(sorted(one['words'].split(), key=len, reverse=True))})(?!{one['unless']})"),
            )
            for one in data["cue"]
        ),
        before=re.compile(rf"{adverbs}(?:{subject})?{adverbs}(?:{phrase}(?:{filler})*+)?"),
        aside=re.compile(data["pieces"]["aside"]),
        deadlines=tuple(re.compile(expand(one["pattern"], _PARTS)) for one in data["deadline"]),
        roles=tuple(Role(one["id"], re.compile(rf"(?:{one['labels']}):"), re.compile(one["verbs"])) for one in data["role"]),
    )


def strength(sentence: str) -> tuple[str, re.Match[str], re.Match[str] | None] | None:
    """The strength of a flattened sentence, its deciding word, and what stands before that word in its part of the sentence.

    None where nothing is owed: no cue stands as a predicate, or the sentence only defines, reports or introduces.
    """
    known = wording()
    if known.aside.search(sentence):
        return None
    for level in known.strengths:
        for cue in known.cues:
            if cue.strength == level:
                for word in cue.pattern.finditer(sentence):
                    if sentence.count("《", 0, word.start()) > sentence.count("》", 0, word.start()):
                        continue  # in a title
                    led = before(sentence, word.start())
                    if led or not cue.head:
                        return level, word, led
    return None


def before(sentence: str, place: int) -> re.Match[str] | None:
    """What stands before a predicate at ``place``, where that is of the kind that may."""
    sentence = _LITTLE.sub(r"〈\1〉", sentence)
    number = NUMBER.match(sentence)
    begin = number.end() if number else 0
    first = max(begin, *(sentence.rfind(mark, begin, place) + 1 for mark in _MARKS))
    return wording().before.fullmatch(sentence, first, place) if 0 <= place - first <= 60 else None

"""The wordings of ``data/periods.toml``, compiled."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from policytext import numerals
from policytext.patterns import expand
from policytext.places import data_file

#: What every sentence with a period or a date of commencement holds: a cheap look before the patterns.
TRIGGER = re.compile(r"有效|[施执试实]行|实施|生效|期限|时限|为期|[行策划]期|另行|失效|废止|解除|截止|[日月年底]止")


@dataclass(frozen=True, slots=True)
class Wordings:
    """Compiled patterns; their named groups are explained at the head of ``data/periods.toml``."""

    stated: tuple[re.Pattern[str], ...]
    headed: tuple[re.Pattern[str], ...]
    start: tuple[re.Pattern[str], ...]
    horizon: tuple[re.Pattern[str], ...]
    this: re.Pattern[str]
    these: re.Pattern[str]
    short_name: re.Pattern[str]
    owner: re.Pattern[str]
    number: re.Pattern[str]
    aside: re.Pattern[str]
    partial: re.Pattern[str]
    heading: re.Pattern[str]
    carve_out: re.Pattern[str]
    draft: re.Pattern[str]
    trial: re.Pattern[str]
    cited: re.Pattern[str]
    plan_title: re.Pattern[str]
    surely_plan: re.Pattern[str]
    explains: re.Pattern[str]
    other_title: re.Pattern[str]
    cited_title: re.Pattern[str]
    one_year: re.Pattern[str]
    length_title: re.Pattern[str]
    entry_into_force: tuple[re.Pattern[str], ...]
    imprint: re.Pattern[str]


def raw() -> dict[str, Any]:
    """The data file as it is, with the examples that the tests read."""
    return tomllib.loads(data_file("periods.toml").read_text("utf-8"))


@cache
def wordings() -> Wordings:
    """The compiled patterns, made once a process."""
    data = raw()
    pieces: dict[str, str] = {
        "day": numerals.DAY,
        "month": numerals.MONTH,
        "date": numerals.DATE,
        "short": numerals.SHORT_DATE,
        "duration": numerals.DURATION,
        "to": numerals.TO,
        "range": numerals.YEAR_RANGE,
        "year": numerals.YEAR,
    }

    def compiled(source: str) -> re.Pattern[str]:
        return re.compile(expand(source, pieces))

    for name, source in data["pieces"].items():
        pieces[name] = expand(source, pieces)
    words, title, page = data["words"], data["title"], data["page"]
    return Wordings(
        stated=tuple(compiled(one["pattern"]) for one in data["stated"] if not one.get("headed")),
        headed=tuple(compiled(one["pattern"]) for one in data["stated"] if one.get("headed")),
        start=tuple(compiled(one["pattern"]) for one in data["start"]),
        horizon=tuple(compiled(one["pattern"]) for one in data["horizon"]),
        this=compiled("«this»"),
        these=compiled("«these»"),
        short_name=compiled("«short_name»"),
        owner=compiled(words["owner"]),
        number=compiled(words["number"]),
        aside=compiled(words["aside"]),
        partial=compiled(words["partial"]),
        heading=compiled(words["heading"]),
        carve_out=compiled(words["carve_out"]),
        draft=compiled(words["draft"]),
        trial=compiled(words["trial"]),
        cited=compiled(words["cited"]),
        plan_title=compiled(title["plan"]),
        explains=compiled(title["explains"]),
        surely_plan=compiled(title["surely"]),
        other_title=compiled(title["other"]),
        cited_title=compiled(title["cited"]),
        one_year=compiled(title["one_year"]),
        length_title=compiled(title["length"]),
        entry_into_force=tuple(compiled(one) for one in page["entry_into_force"]),
        imprint=compiled(page["imprint"]),
    )

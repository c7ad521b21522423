"""What a request asks for: its values by name, checked; filters as of the commands' options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from policytext.corpus.filters import FLAGS, STATUSES, Bands, Filters, days, id_of
from policytext.errors import WrongUsage
from policytext.messages import Lang
from policytext.schema import printable
from policytext.taxonomy import NONE, Taxonomy

#: The longest value that is looked at.
LONGEST = 500
#: Rows a page of a listing, where it can be chosen.
SIZES = (20, 50, 200, 1000, 10000)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value that a page takes: its kind as OpenAPI names it, whether it may be given several times, and what it may be."""

    name: str
    kind: str = "string"
    many: bool = False
    choices: tuple[str, ...] = ()
    default: Any = None
    least: float | None = None
    most: float | None = None


FILTERS = (
    Parameter("province", many=True),
    Parameter("city", many=True),
    Parameter("issuer", many=True),
    Parameter("year"),
    Parameter("measure", many=True),
    Parameter("all_measures", "boolean"),
    Parameter("doc_type", many=True),
    Parameter("flag", many=True, choices=FLAGS),
    Parameter("status", many=True, choices=STATUSES),
    Parameter("as_of"),
    Parameter("short_below", "integer", default=36, least=1, most=12000),
    Parameter("long_from", "integer", default=60, least=1, most=12000),
    Parameter("within", default="90d"),
)
PAGES = (
    Parameter("limit", "integer", default=50, least=1, most=max(SIZES)),
    Parameter("page", "integer", default=1, least=1, most=1000),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """The values of one request. ``given`` has each name with all its values, blank ones left out; ``known`` what the page takes."""

    lang: Lang
    taxonomy: Taxonomy
    given: Mapping[str, Sequence[str]] = field(default_factory=dict)
    known: Mapping[str, Parameter] = field(default_factory=dict)

    def check(self) -> None:
        """Raises WrongUsage ``unknown_parameter`` for a name that the page does not take: a misspelt filter must not look like none."""
        for name, values in self.given.items():
            if name not in self.known and name != "lang":
                raise WrongUsage("unknown_parameter", name=name[:100], known="、".join(self.known))
            if any(len(value) > LONGEST for value in values):
                raise WrongUsage("wrong_value", name=name, value=values[0][:30] + "……", expected=f"≤{LONGEST}")

    def texts(self, name: str) -> tuple[str, ...]:
        """All values of a name."""
        return tuple(dict.fromkeys(printable(value).strip() for value in self.given.get(name, ()) if value.strip()))

    def text(self, name: str) -> str:
        """The last value of a name, its default where there is none."""
        return next(reversed(self.texts(name)), str(self.known[name].default or "") if name in self.known else "")

    def yes(self, name: str) -> bool:
        """A box that is ticked."""
        return self.text(name).lower() not in ("", "0", "false", "no", "off")

    def number(self, name: str) -> int:
        """A whole number within the bounds of its parameter."""
        of, value = self.known[name], self.text(name)
        if not (value.isascii() and value.isdigit() and len(value) < 10 and self._within(of, int(value))):
            raise WrongUsage("wrong_value", name=name, value=value, expected=f"{of.least}–{of.most}")
        return int(value)

    def share(self, name: str) -> float:
        """A number with a point within the bounds of its parameter."""
        of, value = self.known[name], self.text(name)
        try:
            number = float(value)
        except ValueError:
            number = float("nan")
        if not self._within(of, number):
            raise WrongUsage("wrong_value", name=name, value=value, expected=f"{of.least}–{of.most}")
        return number

    def choice(self, name: str) -> str:
        """One of the choices of its parameter."""
        of, value = self.known[name], self.text(name)
        if value and value not in of.choices:
            raise WrongUsage("wrong_value", name=name, value=value, expected="、".join(of.choices))
        return value

    def choices(self, name: str) -> tuple[str, ...]:
        """Several of the choices of its parameter."""
        of = self.known[name]
        for value in self.texts(name):
            if value not in of.choices:
                raise WrongUsage("wrong_value", name=name, value=value, expected="、".join(of.choices))
        return self.texts(name)

    def day(self, name: str) -> date | None:
        """A day like 2020-07-28."""
        value = self.text(name)
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            raise WrongUsage("wrong_value", name=name, value=value, expected="2020-07-28") from None

    def filters(self) -> Filters:
        """The filters, checked as those of the commands."""
        short_below, long_from = self.number("short_below"), self.number("long_from")
        if short_below > long_from:
            raise WrongUsage("wrong_bounds", short_below=short_below, long_from=long_from)
        filters = Filters(
            Bands(self.day("as_of") or date.today(), short_below, long_from, days(self.text("within"))),
            province=self.texts("province"),
            city=self.texts("city"),
            issuer=self.texts("issuer"),
            year=self.text("year"),
            flag=tuple(id_of("flag", value, FLAGS) for value in self.texts("flag")),
            status=tuple(id_of("status", value, STATUSES) for value in self.texts("status")),
            all_measures=self.yes("all_measures"),
            doc_type=self.texts("doc_type"),
            measure=tuple(NONE if value in (NONE, "无") else self.taxonomy.find(value) for value in self.texts("measure")),
        )
        filters.check()
        return filters

    @staticmethod
    def _within(of: Parameter, value: float) -> bool:
        return (of.least is None or value >= of.least) and (of.most is None or value <= of.most)

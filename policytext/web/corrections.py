"""A correction that a reader sends: checked, then kept beside the machine's value."""

from __future__ import annotations

from datetime import date

from policytext.errors import WrongUsage
from policytext.numerals import months_between
from policytext.schema import Period
from policytext.web.asked import Asked, Parameter
from policytext.web.document import record
from policytext.web.site import Reader

FORM = {
    one.name: one
    for one in (
        Parameter("field", choices=("labels", "period")),
        Parameter("who"),
        Parameter("number", "integer", least=0, most=1_000_000),
        Parameter("labels", many=True),
        Parameter("start"),
        Parameter("end"),
        Parameter("months", "integer", least=1, most=1200),
        Parameter("open_ended", "boolean"),
        Parameter("withdraw", "boolean"),
    )
}
#: Letters of a name.
LONGEST_NAME = 60


def correct(reader: Reader, doc_id: str, sent: Asked) -> str:
    """Keep what was sent of a document; returns the place on its page. Raises WrongUsage for what cannot be a correction."""
    asked = Asked(sent.lang, sent.taxonomy, sent.given, FORM)
    of = record(reader, doc_id)
    who = asked.text("who")
    if not 0 < len(who) <= LONGEST_NAME:
        raise WrongUsage("wrong_value", name="who", value=who[:LONGEST_NAME], expected=f"1–{LONGEST_NAME}")
    if asked.choice("field") == "period":
        reader.corpus.correct(doc_id, "period", None if asked.yes("withdraw") else _period(asked), who)
        return "period"
    number = asked.number("number")
    if number not in {one.number for one in reader.corpus.clauses(of)}:
        raise WrongUsage("wrong_value", name="number", value=number, expected="/documents/{doc_id}.json → rows[].number")
    given = {asked.taxonomy.find(value) for value in asked.texts("labels")}
    labels = tuple(label for label in asked.taxonomy.ids if label in given)
    reader.corpus.correct(doc_id, "labels", None if asked.yes("withdraw") else labels, who, number)
    return f"u{number}"


def _period(asked: Asked) -> Period:
    """The period that the form states; its length is worked out where only its days are given."""
    start, end = asked.day("start"), asked.day("end")
    if start and end and end < start:
        raise WrongUsage("wrong_value", name="end", value=end.isoformat(), expected=f"≥ {start.isoformat()}")
    open_ended = asked.yes("open_ended")
    if open_ended and (end or asked.text("months")):
        raise WrongUsage("wrong_value", name="open_ended", value="1", expected="end = months = —")
    months = asked.number("months") if asked.text("months") else _months(start, end)
    return Period(
        start.isoformat() if start else None,
        end.isoformat() if end else None,
        months,
        "stated" if (months or end or open_ended) else "none",
        open_ended=open_ended,
    )


def _months(start: date | None, end: date | None) -> int | None:
    return months_between(start, end) if start and end else None

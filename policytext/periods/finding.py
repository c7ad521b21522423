"""The execution period of a document, put together from its statements or its title, with evidence and arithmetic."""

from __future__ import annotations

from datetime import date

from policytext import numerals
from policytext.periods.statements import Context, Statement, statements
from policytext.periods.titles import Plan, plan_of
from policytext.periods.wording import wordings
from policytext.schema import Document, Period, Span

#: Kinds of unit in which the line 某某办公室 2020年3月1日印发 stands.
_FRAME = frozenset({"head", "noise", "signature", "paragraph", "footnote"})


def find_period(document: Document) -> Period:
    """The execution period of ``document``. A stated validity beats the years of a plan; a commencement alone gives a start, basis none.

    ``evidence`` quotes the words that decided and tells where they stand; ``arithmetic`` shows how the dates follow from them.
    """
    if wordings().explains.search(numerals.flatten(document.head.title).text):
        return Period()
    context = _context(document)
    stated, starts = statements(document, context)
    # What a later attachment states about itself does not beat the plan that the first one is.
    later = _second_policy(document)
    own = [one for one in stated if one.unit < later]
    starts = [one for one in starts if one.unit < later] or starts
    plan = None if own else plan_of(document)
    if own or (stated and not plan):
        best = max(own or stated, key=lambda one: one.rank)
        return _stated_period(document, best, starts, context)
    if plan:
        return _plan_period(document, plan)
    if starts:
        best = max(starts, key=lambda one: one.rank)
        return Period(
            start=_iso(best.begins),
            trial=_trial(document, best),
            evidence=_quoted(document, best),
            arithmetic=_beginning(best, context),
        )
    return Period(trial=_trial(document, None))


def _context(document: Document) -> Context:
    words = wordings()
    issued = date.fromisoformat(document.head.issue_date) if document.head.issue_date else None
    announced = issued
    title = numerals.flatten(document.head.title + "".join(unit.text for unit in document.units if unit.kind == "title")).text
    entry = _entry(document)
    imprint = next(
        (hit for unit in document.units if unit.kind in _FRAME and (hit := words.imprint.search(numerals.flatten(unit.text).text))), None
    )
    if entry:
        announced = entry.begins
    elif imprint and (moment := numerals.read_date(imprint["from"])):
        announced = moment.first
    # A draft has not been announced: what it says of that day cannot be dated.
    if words.draft.search(title):
        announced = entry = None
    return Context(announced, issued.year if issued else None, title, entry)


def _entry(document: Document) -> Statement | None:
    """The day of commencement that the page prints outside the sentences: 实施日期：…, or the note below the title of a law."""
    label = ""
    for n, unit in enumerate(document.units):
        if unit.kind not in ("head", "noise"):
            continue
        flat = numerals.flatten(unit.text).text
        for pattern in wordings().entry_into_force:
            found = pattern.search(label + flat)
            if found and (moment := numerals.read_date(found["from"])):
                return Statement(n, max(0, found.start() - len(label)), found.end() - len(label), 0, moment.first)
        label = flat if flat.endswith(":") else ""
    return None


def _second_policy(document: Document) -> int:
    """Where among the units the second attached policy begins; their number where there is none."""
    begins = {span.start for span in document.head.policies[1:2]}
    return next((n for n, unit in enumerate(document.units) if unit.kind == "title" and unit.start in begins), len(document.units))


def _stated_period(document: Document, found: Statement, starts: list[Statement], context: Context) -> Period:
    begins, source = found.begins, found
    if begins is None and not found.at_issue and starts:
        source = max(starts, key=lambda one: (one.unit == found.unit, one.rank))
        begins = source.begins
    last, months = found.until, found.length.months if found.length else None
    steps = _beginning(source, context) if source.at_issue else ""
    if begins and found.length and not last:
        last = numerals.last_day(begins, found.length)
        steps = (steps + "; " if steps else "") + f"{begins} + {found.length} − 1 日 = {last}"
    if begins and last and begins > last:
        begins = None
    if not months and begins and last:
        months = numerals.months_between(begins, last)
        steps = (steps + "; " if steps else "") + f"{begins} … {last} = {months} 个月"
    return Period(
        start=_iso(begins),
        end=_iso(last),
        months=months,
        basis="stated",
        trial=_trial(document, found),
        evidence=_quoted(document, found),
        arithmetic=steps,
        open_ended=found.open_ended,
    )


def _plan_period(document: Document, plan: Plan) -> Period:
    months, steps = plan.months, ""
    if plan.first and plan.last:
        months = numerals.months_between(plan.first, plan.last)
        steps = f"{plan.first} … {plan.last} = {months} 个月"
    if plan.unit is None:
        evidence = document.head.evidence.get("title", Span(document.head.title))
    else:
        evidence = _evidence(document, plan.unit, plan.start, plan.end)
    return Period(_iso(plan.first), _iso(plan.last), months, "plan", _trial(document, None), evidence, steps)


def _beginning(found: Statement, context: Context) -> str:
    if not found.at_issue or context.announced is None:
        return ""
    return f"{context.announced} + {found.later} = {found.begins}" if found.later else f"印发之日 = {context.announced}"


def _trial(document: Document, found: Statement | None) -> bool:
    words = wordings()
    title = document.head.title + next((unit.text for unit in document.units if unit.kind == "title"), "")
    if words.trial.search(title) or document.head.trial:
        return True
    if found is None:
        return False
    unit = document.units[found.unit]
    return bool(words.trial.search(words.cited.sub("", numerals.flatten(unit.text).text[found.start : found.end])))


def _quoted(document: Document, found: Statement) -> Span:
    flat = numerals.flatten(document.units[found.unit].text)
    return _evidence(document, found.unit, *flat.span(found.start, found.end))


def _evidence(document: Document, n: int, start: int, end: int) -> Span:
    """The words ``start`` to ``end`` of unit ``n``'s text, with their place in the document's text (line breaks there are skipped)."""
    unit = document.units[n]
    words = unit.text[start:end]
    place = _locate(document.text, unit.start, unit.end, words) or (unit.start, unit.end)
    return Span(words, unit.path, unit.page, *place)


def _locate(text: str, start: int, end: int, words: str) -> tuple[int, int] | None:
    """Where ``words`` stand in ``text[start:end]``, white space on both sides ignored."""
    at = [i for i in range(start, end) if not text[i].isspace()]
    flat = "".join(text[i] for i in at)
    wanted = "".join(words.split())
    place = flat.find(wanted)
    return (at[place], at[place + len(wanted) - 1] + 1) if place >= 0 and wanted else None


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None

"""What is said of a promise beside its amounts: who, condition, what is measured, how, for how long."""

from __future__ import annotations

import re
from collections.abc import Mapping

from policytext.numerals import Flat, number
from policytext.promises.amounts import SAME_UNIT, Amount
from policytext.promises.drafts import Draft, Step
from policytext.promises.wording import Wordings
from policytext.schema import Promise, Tier

_MARKS = re.compile(r"^[,:、的]+|[,:、的]+$")
_END = re.compile("[,。;]")
_LIST = re.compile(r"[^,。:;、和及与或]+(?:(?:、|和|及|与|或者?|以及)[^,。:;、和及与或]+)+")
_ITEM = re.compile(r"、|和|及|与|或者?|以及")
_PART = re.compile("[,每]")
#: 由区政府 names who gives.
_GIVER = re.compile("由[^,。;]{0,10}(?:政府|管委会|财政局?|部门)")
#: Who hires is the holder, not who is hired.
_HIRES = re.compile("招用|吸纳|录用|招聘|招录|新招|聘用")
#: What a condition begins with that only heads the amounts: 补贴标准：购买…
_HEADING = re.compile("^(?:补贴|补助|奖励|资助|扶持)(?:标准|强度|内容|金额)(?:为)?:?")
#: 凭户口本或出生证明: what is shown names no step.
_SHOWN = re.compile("凭|^持|提供|提交|出具|^根据|^依据")
_GIVING = re.compile("^(?:分别)?(?:按照?|给予)")
#: 对购房人 behind the words that say who may have it: so short a condition is none by itself.
FEWEST = 8
#: Longest name of a step: 高级技师, 新建、扩建的床位.
LABEL = 20
#: Words before the word of giving that still name the holder: 给予见习基地, 奖励所在县.
AROUND = 24


def described(draft: Draft, flat: Flat, text: str, words: Wordings) -> Promise:
    """The promise that ``draft`` became."""
    begun = _begun(draft, flat.text)
    behind = _END.search(flat.text, draft.end, draft.stop)
    start, end = flat.span(begun, behind.start() if behind else draft.stop)
    said = flat.text[begun : draft.given]
    condition = _condition(said, words)
    given = flat.text[max(draft.start, draft.given - AROUND) : min(draft.stop, draft.given + AROUND)]
    in_row = words.years_in_row.search(condition)
    if in_row and in_row.end() == len(condition):
        in_row = None  # 连续3年 right before the word of giving are years of payment
    return Promise(
        who=_holder(_condition(said, words, 0), words) or _holder(condition, words) or _last(words.who, given) or "other",
        condition=condition,
        metric=_measured(draft, flat.text, words) or _first(words.metric, condition) or _first(words.metric, given) or "other",
        first_time=bool(words.first_time.search(condition)),
        window=_window(condition, in_row, words),
        tiers=tuple(
            _tier(step, label, draft, flat) for step, label in zip(draft.steps, _labels(draft, flat.text, condition, words), strict=True)
        ),
        cap_total=draft.cap_total.value if draft.cap_total else None,
        cap_scope=_first(words.scope, re.split("[,;:]", draft.cap_before)[-1]) if draft.ceiling else "",
        pay_years=_pay_years(flat.text[draft.start : draft.stop], condition, words),
        benefit="terms" if draft.terms else "money",
        text=text[start:end].strip(),
        start=start,
        end=end,
    )


def _begun(draft: Draft, text: str) -> int:
    """Where the words of a draft begin: not in what is left of the promise before it (…元购房补贴,在乙镇购买…)."""
    start = draft.start
    comma = text.find(",", start, draft.given) if start and text[start - 1] not in ",;:。" else -1
    return comma + 1 if comma >= 0 else start


def _condition(before: str, words: Wordings, fewest: int = FEWEST) -> str:
    """The words that say what must be so: from the last 对 on (the one before it where these are fewer than ``fewest``), up to the words
    that give the first reward.
    """
    before = _HEADING.sub("", before)
    given = list(words.gives.finditer(before))
    if given:
        before = before[: given[-1].start()]
    said = before
    for begin in reversed([0, *(found.end() for found in words.begins.finditer(before))]):
        said = words.trailing.sub("", before[begin:])
        if len(said) > fewest:
            break
    return _MARKS.sub("", words.opening.sub("", _MARKS.sub("", said)))


def _holder(condition: str, words: Wordings) -> str:
    """Who is named last in the first part of the condition that names anybody; what is counted (每引进1名…) is no holder."""
    condition = _GIVER.sub("", condition)
    named = (_last(words.who, _HIRES.split(part)[0]) or _last(words.who, part) for part in _PART.split(condition))
    return next(filter(None, named), "")


def _measured(draft: Draft, text: str, words: Wordings) -> str:
    """What the first threshold measures, by the words before it."""
    first = draft.steps[0].threshold
    return _first(words.metric, re.split("[,;:、]", text[max(draft.start, first.start - AROUND) : first.start])[-1]) if first else ""


def _window(condition: str, in_row: re.Match[str] | None, words: Wordings) -> str:
    if in_row:
        return f"连续{number(in_row[1])}年"
    if words.in_all.search(condition):
        return "累计"
    return "年度" if words.whole_year.search(condition) else ""


def _pay_years(sentence: str, condition: str, words: Wordings) -> int | None:
    """The years of payment: those that are no part of the condition, or stand at its end."""
    if paid := words.paid_years.search(sentence):
        return number(paid[1] or paid[2])
    return next((number(found[1]) for found in words.pay_years.finditer(sentence) if found[0] not in condition), None)


def notes(text: str, words: Wordings) -> tuple[str, ...]:
    """What plain text says of all its promises: that the budget ends them, that they do not add up."""
    named = {"budget_limited": words.budget_limited, "not_repeated": words.not_repeated}
    return tuple(name for name, pattern in named.items() if pattern.search(text))


def _first(classes: Mapping[str, re.Pattern[str]], text: str) -> str:
    return next((name for name, pattern in classes.items() if pattern.search(text)), "")


def _last(classes: Mapping[str, re.Pattern[str]], text: str) -> str:
    """The class whose word stands last in the text."""
    ends = {name: max((found.end() for found in pattern.finditer(text)), default=0) for name, pattern in classes.items()}
    best = max(ends, key=lambda name: ends[name])
    return best if ends[best] else ""


def _labels(draft: Draft, text: str, condition: str, words: Wordings) -> list[str]:
    """What tells the steps apart where it is no amount: 国家级, 省级; empty where nothing does."""
    steps = draft.steps
    nothing = [""] * len(steps)
    levels = list(dict.fromkeys(words.level.findall(condition)))
    if len(steps) == len(levels) == 1:
        return levels
    if len(steps) < 2 or len({step.threshold.value for step in steps if step.threshold}) == len(steps):
        return nothing
    place = draft.start
    named = []
    for step in steps:
        before = re.split("[,:;。]", text[max(place, step.amount.start - LABEL) : step.amount.start])[-1]
        named.append(words.around_label.sub("", words.part_of_list.sub("", before)))
        place = step.amount.end
    behind = re.split("[,:;]", text[draft.start : draft.given])[-1]
    lists = [found for part in (behind, condition) for found in _LIST.finditer(part) if not _SHOWN.search(found[0])]
    listed = next((items for found in reversed(lists) if len(items := _ITEM.split(found[0])) == len(steps)), ())
    for labels in (named, levels, [words.around_label.sub("", _GIVING.sub("", item)) for item in listed]):
        if len(set(labels)) == len(steps) and all(label and not words.no_label.search(label) for label in labels):
            return labels
    return nothing


def _tier(step: Step, label: str, draft: Draft, flat: Flat) -> Tier:
    start, end = flat.span(step.amount.start, step.amount.end)
    threshold = step.threshold
    return Tier(
        threshold=None if threshold is None else threshold.low if threshold.low is not None else threshold.value,
        threshold_unit="" if threshold is None else "项" if threshold.kind == "count" and threshold.unit not in "人名" else threshold.unit,
        threshold_label=label,
        threshold_bound="max" if step.most and (threshold is None or threshold.low is None) else "",
        reward=step.reward.value if step.reward else None,
        reward_low=step.reward.low if step.reward else None,
        reward_unit=_unit(step.amount, draft),
        reward_bound=step.bound,
        cap=step.cap.value if step.cap else None,
        also=tuple(one.value for one in step.also),
        start=start,
        end=end,
    )


def _unit(amount: Amount, draft: Draft) -> str:
    """元/人/月: the unit of the money, then what it is paid for each of."""
    if amount.kind != "money":
        return amount.unit
    each = amount.each or SAME_UNIT.get(draft.each, draft.each)
    return f"{amount.unit}/{each}" if each else amount.unit

"""Amounts with their roles → tiers: which condition goes with which reward, and which ceiling limits what."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from policytext.promises.amounts import Amount, Row
from policytext.promises.wording import Role

#: A ceiling of all payments together.
_TOTAL = re.compile("总金额|总额|累计|合计|总计")


@dataclass(frozen=True, slots=True)
class Found:
    """A row of amounts and what it is. ``most``: a condition met by everything up to the amount. ``before``: the words that lead to it."""

    row: Row
    role: Role
    most: bool = False
    before: str = ""


@dataclass(slots=True)
class Step:
    """One tier in the making. ``named``: the amount that it was made of."""

    named: Amount
    reward: Amount | None = None
    bound: str = ""
    cap: Amount | None = None
    threshold: Amount | None = None
    most: bool = False
    also: tuple[Amount, ...] = ()

    @property
    def amount(self) -> Amount:
        """The amount that the tier is known by."""
        return self.reward or self.named


@dataclass(slots=True)
class Draft:
    """One promise in the making: conditions read so far, then steps.

    It stands at ``start`` to ``end`` in the plain text, in a sentence that ends at ``stop``; its first reward begins at ``given``.
    """

    start: int
    end: int
    stop: int
    given: int = 0
    conditions: list[Found] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    last: list[Step] = field(default_factory=list)
    each: str = ""
    cap_total: Amount | None = None
    cap_before: str = ""
    cap_wider: str = ""
    terms: bool = False

    @property
    def limited(self) -> bool:
        """Has it a ceiling already?"""
        return self.cap_total is not None or any(step.cap is not None and step.reward is not None for step in self.steps)

    @property
    def ceiling(self) -> bool:
        """Has it a ceiling of any kind?"""
        return self.cap_total is not None or any(step.cap is not None for step in self.steps)

    @property
    def fixed(self) -> bool:
        """Are its last tiers sums that nothing else decides?"""
        return bool(self.last) and not any(_open(step) for step in self.last) and all(step.reward is not None for step in self.last)

    @property
    def undivided(self) -> bool:
        """Is it one rate (or amount by area) without a ceiling?"""
        return len(self.steps) == 1 and self.steps[0].cap is None and _open(self.steps[0])

    @property
    def only_caps(self) -> bool:
        """Does it name ceilings only?"""
        return bool(self.steps) and all(step.reward is None for step in self.steps)

    @property
    def ungiven(self) -> bool:
        """Is it a rate that only its ceiling gives: 按费用的50%,每项给予不超过30万元?"""
        return bool(self.last) and all(step.cap is None and _open(step) for step in self.last)

    @property
    def capped(self) -> bool:
        """Has each of its last tiers a ceiling?"""
        return bool(self.last) and all(step.cap is not None for step in self.last)

    def divided_by(self, found: Found, part: bool) -> bool:
        """Do the rates of ``found`` say how the last rate is divided: 按不高于80%…,其中第一年为80%,第二年为70%?"""
        rates = found.row.kind == "percent" and found.role == "reward"
        return part and rates and bool(self.last) and all(step.bound == "max" and step.cap is None for step in self.last)

    def replace_last(self) -> None:
        """Take the last rate back: what follows divides it."""
        self.steps = [step for step in self.steps if step not in self.last]
        self.last = []

    def divide(self, whole: Step) -> None:
        """Its ceilings are ceilings of ``whole``."""
        for step in self.steps:
            step.reward, step.bound = whole.reward, whole.bound

    def ask(self, found: Found, anew: bool) -> None:
        """A condition, or one unit of what is counted; ``anew``: it has nothing to do with those before it."""
        if anew:
            self.conditions.clear()
        if found.role == "threshold":
            self.conditions.append(found)
        else:
            self.each = found.row.amounts[0].unit

    def require(self, conditions: list[Found]) -> None:
        """Conditions that stand behind the reward: any of them will do."""
        amounts = [(found.row.amounts[0], found.most) for found in conditions]
        for step in self.steps:
            if step.threshold is None:
                step.threshold, step.most = amounts[0]
                step.also = tuple(amount for amount, _ in amounts[1:])
            else:
                step.also += tuple(amount for amount, _ in amounts)

    def give(self, found: Found) -> None:
        """Tiers for a row of rewards or ceilings."""
        row = found.row
        if not self.steps:
            self.given = row.start
        if found.role == "cap":
            self.cap_before = found.before
        steps = []
        for place, amount in enumerate(row.amounts):
            ceiling = found.role == "cap" and amount.kind == "money"
            step = Step(amount, cap=amount) if ceiling else Step(amount, amount, bound=_bound(found.role))
            self._condition(step, place, len(row.amounts))
            steps.append(step)
        self.steps += steps
        self.last = steps
        self.end = row.end

    def limit(self, found: Found, labelled: bool = False) -> bool:
        """A ceiling of the tiers before it: of each rate or amount by area its own, of fixed sums one over all of them.

        ``labelled``: the ceiling stands in a list with the one before it, so that it is that of another holder. False where it is none of
        theirs: lower than what they give already.
        """
        row = found.row
        if row.start < self.stop:
            self.end = max(self.end, row.end)
        self.cap_wider, self.cap_before = self.cap_before, found.before
        several = len(row.amounts) > 1 and len(row.amounts) == len(self.last)
        own = [step for step in (self.last if several else self.steps) if step.cap is None and _open(step)]
        if own and len(row.amounts) in (1, len(own)):
            for place, step in enumerate(own):
                step.cap = row.amounts[place if len(row.amounts) > 1 else 0]
        elif labelled and self.last[-1].cap and (self.last[-1].reward is None or _open(self.last[-1])):
            self.steps += [replace(self.last[-1], cap=amount) for amount in row.amounts]
        elif self._gives_more(row):
            return self._narrow(row.amounts[0])
        elif len(row.amounts) == 1:
            self.cap_total = self.cap_total or row.amounts[0]
        return True

    def _narrow(self, ceiling: Amount) -> bool:
        """Was the ceiling so far the wider one, of a rate or by its words: 单个企业最高60万元,单个展会最高5万元? False where it was not."""
        wider = self.steps[0].cap
        alike = all(step.cap == wider and (_open(step) or _TOTAL.search(self.cap_wider)) for step in self.steps)
        if wider is None or self.cap_total is not None or not alike:
            return False
        self.cap_total, self.cap_before = wider, self.cap_wider
        for step in self.steps:
            step.cap = ceiling
        return True

    def _gives_more(self, row: Row) -> bool:
        """Is one ceiling of money lower than a sum that it would limit?"""
        sums = [step.cap or (None if _open(step) else step.reward) for step in self.steps]
        return row.kind == "money" and len(row.amounts) == 1 and any(one is not None and row.amounts[0].value < one.value for one in sums)

    def share(self, row: Row) -> bool:
        """A rate after a ceiling, of the same payment: 不超过300万元且不超过费用的50%. False where there is no such ceiling."""
        bare = [step for step in self.last if step.reward is None]
        if not bare or len(row.amounts) not in (1, len(bare)):
            return False
        for place, step in enumerate(bare):
            step.reward = row.amounts[place if len(row.amounts) > 1 else 0]
            step.bound = "max"
        self.end = row.end
        return True

    def _condition(self, step: Step, place: int, number: int) -> None:
        series = _series(self.conditions)
        matching = next((one for one in series if len(one) == number > 1), None)
        chosen = matching or next((one for one in series if not one[0][1]), None) or next(iter(series), None)
        if chosen is None:
            return
        step.threshold, step.most = chosen[place if matching else 0]
        step.also = tuple(one[place if len(one) == number else 0][0] for one in series if one is not chosen)


def _series(conditions: list[Found]) -> list[list[tuple[Amount, bool]]]:
    """The conditions as series: rows as they stand, single amounts of one unit together (30家500个、60家1000个), each with its bound."""
    series: list[list[tuple[Amount, bool]]] = []
    singles: dict[str, list[tuple[Amount, bool]]] = {}
    for found in conditions:
        amounts = [(amount, found.most) for amount in found.row.amounts]
        if len(amounts) == 1 and found.row.kind == "count":
            if amounts[0][0].unit in singles:
                singles[amounts[0][0].unit] += amounts
                continue
            singles[amounts[0][0].unit] = amounts
        series.append(amounts)
    return series


def _open(step: Step) -> bool:
    """Can the step's reward come to any sum? A rate can, and an amount for each square metre."""
    amount = step.reward
    return amount is not None and (amount.kind in ("percent", "half") or "平" in amount.each or "亩" in amount.each)


def _bound(role: Role) -> str:
    return {"cap": "max", "least": "min"}.get(role, "")

"""The gold of commitments and how it is scored; ``python -m tests.commitment_scores`` prints the figures and what is wrong."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from policytext.commitments.finding import Commitment, find_commitments
from policytext.schema import Clause, Head, Record, Unit

GOLD = Path(__file__).parent / "commitments_gold.jsonl"
PARTS = ("strength", "amounts", "deadlines", "bodies")


def gold() -> list[dict[str, Any]]:
    return [json.loads(line) for line in GOLD.read_text("utf-8").splitlines()]


def read(text: str, issued: str = "2020-03-01") -> list[Commitment]:
    record = Record("a.txt", head=Head(issue_date=issued))
    return list(find_commitments([Clause(record, 1, Unit("clause", "一", text, 1, 100, 100 + len(text)))]))


def said(one: Commitment) -> dict[str, Any]:
    return {
        "strength": one.strength,
        "amounts": [[amount.value, amount.unit] for amount in one.amounts],
        "deadlines": [deadline.day or "" for deadline in one.deadlines],
        "bodies": [[body.name, body.role] for body in one.bodies],
    }


def items(found: list[dict[str, Any]], part: str) -> Counter[str]:
    """What is compared of one part, with the number of the sentence that it stands in."""
    kept = ((place, one[part]) for place, one in enumerate(found))
    return Counter(f"{place}:{item}" for place, some in kept for item in ([some] if isinstance(some, str) else some))


def scores() -> tuple[dict[str, float], list[str]]:
    """F1 of each part over all cases, and the cases that are not wholly right."""
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    wrong = []
    for case in gold():
        found = [said(one) for one in read(case["text"], case["issued"])]
        if found != case["commitments"]:
            wrong.append(f"{case['text']}\n  wanted {case['commitments']}\n  found  {found}")
        for part in PARTS:
            wanted, have = items(case["commitments"], part), items(found, part)
            right[part] += 2 * (wanted & have).total()
            total[part] += wanted.total() + have.total()
    return {part: right[part] / total[part] for part in PARTS}, wrong


if __name__ == "__main__":
    figures, wrong = scores()
    print("\n".join(wrong))
    print(f"{len(gold())} cases, {len(wrong)} not wholly right; F1:", {part: round(value, 3) for part, value in figures.items()})

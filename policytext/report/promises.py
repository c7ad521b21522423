"""Promises and comparisons → rows, with their tiers and verdicts in words."""

from __future__ import annotations

from collections.abc import Iterator

from policytext.messages import Lang, say
from policytext.promises import Feasibility, Judged
from policytext.report.rows import Row
from policytext.schema import Promise, Tier
from policytext.study.compare import Comparison, Range

#: Comparisons give sums in units of 10,000 元, as policies print them.
WAN = 10_000


def promised(one: Judged, lang: Lang) -> Iterator[Row]:
    """Rows of ``promises``: one a tier; fields as in docs/promises.md."""
    promise, record, unit = one.promise, one.clause.record, one.clause.unit
    for tier in promise.tiers:
        yield {
            "file": record.file,
            "doc_id": record.doc_id,
            "title": record.head.title,
            "path": unit.path,
            "page": unit.page,
            "who": promise.who,
            "condition": promise.condition,
            "metric": promise.metric,
            "first_time": promise.first_time,
            "window": promise.window or None,
            "threshold": tier.threshold,
            "threshold_unit": tier.threshold_unit or None,
            "threshold_label": tier.threshold_label or None,
            "threshold_bound": tier.threshold_bound or None,
            "also": list(tier.also),
            "reward": tier.reward,
            "reward_low": tier.reward_low,
            "reward_unit": tier.reward_unit,
            "reward_bound": tier.reward_bound or None,
            "cap": tier.cap,
            "cap_total": promise.cap_total,
            "cap_scope": promise.cap_scope or None,
            "pay_years": promise.pay_years,
            "benefit": promise.benefit,
            "notes": list(promise.notes),
            "tier": tier_in_words(tier, promise, lang),
            "feasible": one.feasibility.verdict,
            "reasons": list(one.feasibility.reasons),
            "months": one.feasibility.months,
            "months_needed": one.feasibility.needs.months,
            "why": why(one.feasibility, promise, lang),
            "text": promise.text,
            "start": promise.start,
            "end": promise.end,
        }


def in_one_row(one: Judged, lang: Lang) -> Row:
    """The same for a table on a page: one row a promise, its tiers in one cell."""
    rows = list(promised(one, lang))
    return rows[0] | {"tier": ("；" if lang == "zh" else "; ").join(row["tier"] for row in rows)}


def why(found: Feasibility, promise: Promise, lang: Lang) -> str:
    """The reasons of a verdict with their arithmetic, and what else limits the promise, in words."""
    needs = found.needs
    details = {
        "needed": needs.months,
        "years": needs.years,
        "before": needs.before,
        "months": found.months,
        "whole": "—" if found.whole_years is None else found.whole_years,
        "pay_years": promise.pay_years,
    }
    words = [say(f"promise_reason.{reason}", lang, **details) for reason in found.reasons]
    words += [say(f"promise_note.{note}", lang) for note in promise.notes]
    return ("；" if lang == "zh" else "; ").join(words)


def tier_in_words(tier: Tier, promise: Promise, lang: Lang) -> str:
    """≥2000万元 → 50万元."""
    parts = []
    if tier.threshold is not None:
        parts.append(("≤" if tier.threshold_bound else "≥") + amount(tier.threshold, tier.threshold_unit))
    parts.append(tier.threshold_label)
    given = []
    if tier.reward is not None:
        bound = {"max": "≤", "min": "≥"}.get(tier.reward_bound, "")
        low = f"{amount(tier.reward_low, tier.reward_unit)}–" if tier.reward_low is not None else ""
        given.append(bound + low + amount(tier.reward, tier.reward_unit))
    if tier.cap is not None:
        # 600元/平方米，单套最高8万元: the ceiling is one of the sum.
        given.append("≤" + amount(tier.cap, "元" if tier.reward_unit == "%" else tier.reward_unit.split("/")[0]))
    if promise.cap_total is not None:
        given.append(say("cap_total", lang, amount=amount(promise.cap_total, "元")))
    comma = "，" if lang == "zh" else ", "
    return " ".join(part for part in parts if part) + " → " + comma.join(given) if any(parts) else comma.join(given)


def amount(value: float, unit: str) -> str:
    """2000万元, 30%, 5000元/人: a value as policies print it."""
    if unit == "%":
        return f"{value:g}%"
    for size, name in ((10**8, "亿"), (10**4, "万")):
        if value >= size and value % (size / 100) == 0:
            return f"{value / size:g}{name}{unit}"
    return f"{value:,.10g}{unit}".replace(",", "")


def compared(one: Comparison) -> Row:
    """A row of ``compare``: sums in 万元, rates in per cent, periods in months."""
    best = one.best
    return {
        "name": one.name,
        "documents": len(one.documents),
        "clauses": len(one.clauses),
        "promises": len(one.judged),
        "reward_wan": _range(one.rewards, WAN),
        "rate": _range(one.rates),
        "threshold_wan": _range(one.thresholds, WAN),
        "cap_total_wan": _range(one.caps, WAN),
        "pay_years": _range(one.pay_years),
        "months": _range(one.months),
        "evidence": {
            "title": best.clause.record.head.title if best else None,
            "path": best.clause.unit.path if best else None,
            "text": best.promise.text if best else None,
        },
    }


def compared_on_page(one: Comparison) -> Row:
    """The same for a table on a page: each range in one cell."""
    row = compared(one)
    ranges = {key: value for key, value in row.items() if isinstance(value, dict) and "min" in value}
    return row | {
        key: "–".join(dict.fromkeys(f"{bound:g}" for bound in value.values() if bound is not None)) for key, value in ranges.items()
    }


def _range(values: Range, unit: int = 1) -> Row:
    return {"min": None, "max": None} if values is None else {"min": round(values[0] / unit, 6), "max": round(values[1] / unit, 6)}

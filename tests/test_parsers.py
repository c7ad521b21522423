"""The parsers take any text: no exception, no end without end. ``POLICYTEXT_FUZZ_SECONDS=600`` drives each for ten minutes."""

from __future__ import annotations

import os
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policytext.numerals import number
from policytext.periods.titles import read_title
from policytext.promises import find_promises
from policytext.quantities import quantities
from policytext.read.sandbox import Breach, Child, Limits
from tests.parsers import HOSTILE, PARSERS, PIECES, jumbled

SECONDS = float(os.environ.get("POLICYTEXT_FUZZ_SECONDS", "0"))
POLICY_WORDS = st.lists(st.sampled_from([*PIECES, "\n", " ", "　"]), max_size=60).map("".join)
ANY = st.text(max_size=300)
EVEN_ODDER = st.text(st.characters(categories=["Cs", "Co", "Cc", "Mn", "Zl", "Zp", "Nd", "No", "Lo"]), max_size=60)


@pytest.mark.parametrize("name", PARSERS)
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
@given(text=st.one_of(POLICY_WORDS, ANY, EVEN_ODDER, st.builds(lambda *parts: "".join(parts), POLICY_WORDS, ANY, POLICY_WORDS)))
def test_any_text_is_taken(name: str, text: str) -> None:
    PARSERS[name](text)


@pytest.mark.parametrize("name", PARSERS)
def test_words_said_again_and_again_come_to_an_end(name: str) -> None:
    """Patterns that try all ways to cut a run of words would not end before the sun; the child is killed after a minute."""
    child = Child("tests.sandbox_targets:parse_repeated", Limits(seconds=60))
    try:
        answer = child.call(name=name, length=3000, pairs=60)
    finally:
        child.close()
    assert not isinstance(answer, Breach), answer


@pytest.mark.parametrize("kind", HOSTILE)
def test_long_texts_of_one_kind_come_to_an_end(kind: str) -> None:
    """100,000 characters take seconds at most; where the time grew with their square, it was minutes and the child is killed."""
    child = Child("tests.sandbox_targets:parse_hostile", Limits(seconds=60))
    try:
        answer = child.call(kind=kind, length=100_000)
    finally:
        child.close()
    assert not isinstance(answer, Breach), answer


def test_numbers_that_nobody_means_are_no_numbers() -> None:
    for digits in ("1" * 5000, "九" * 5000, "二" * 25):
        assert number(digits) is None
        assert quantities(f"给予{digits}元奖励") == []
        assert find_promises(f"对企业给予{digits}万元奖励。") == []


def test_a_title_of_words_without_a_plan_comes_to_an_end() -> None:
    """A stretch of any words behind a length was once tried in all ways: 40 characters took hours."""
    assert read_title("行动计划三年" + "提升建设发展实施推进" * 30) is None
    assert read_title("促进产业提升三年攻坚行动计划") == (None, None, 36)


@pytest.mark.skipif(not SECONDS, reason="POLICYTEXT_FUZZ_SECONDS is not set: the nightly run")
@pytest.mark.parametrize("name", PARSERS)
def test_for_minutes(name: str) -> None:
    ends, seed, tried = time.monotonic() + SECONDS, 0, 0
    while time.monotonic() < ends:
        seed += 1
        for text in jumbled(200, seed):
            PARSERS[name](text)
            tried += 1
    print(name, tried, "texts")

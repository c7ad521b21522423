"""Execution periods: every wording of the data file, the traps, where the evidence stands, and the rules of the codebook."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.periods.finding import find
from policytext.periods.flags import flag, status
from policytext.periods.wording import raw
from policytext.schema import Document, Head, Period, Unit, UnitKind

DATA = raw()
TITLE = "青溪市促进链上经济发展规划"


def document(*lines: str | tuple[str, str], title: str = TITLE, issued: str | None = "2020-02-01", path: str = "") -> Document:
    """A document whose units are the title and ``lines``; a pair gives a unit's kind too. A clause of its own stands before them."""
    parts: list[tuple[str, str]] = [
        ("title", title),
        ("clause", "一、支持链上企业发展。"),
        *(("", x) if isinstance(x, str) else x for x in lines),
    ]
    units, text, headings = [], "", tuple[str, ...]()
    for kind, words in parts:
        said: Any = kind or ("heading" if words.startswith("二、") and "。" not in words else "paragraph")
        units.append(
            Unit(said, "一" if said == "clause" else path, words.replace("\n", ""), 1, len(text), len(text) + len(words), headings)
        )
        headings = (words,) if said == "heading" else headings
        text += words + "\n"
    return Document("x.txt", "text", "ok", text=text, head=Head(title=title, issue_date=issued), units=tuple(units))


def values(period: Period) -> dict[str, Any]:
    """What a period says, without evidence and unknown fields."""
    said = {"start": period.start, "end": period.end, "months": period.months, "basis": period.basis}
    found = {key: value for key, value in said.items() if value is not None}
    return found | ({"open": True} if period.open_ended else {})


@pytest.mark.parametrize("entry", [*DATA["stated"], *DATA["start"], *DATA["horizon"]], ids=lambda entry: entry["name"])
def test_every_pattern_reads_its_example(entry: dict[str, Any]) -> None:
    period = find(document(*entry["example"].split("\n")))
    assert values(period) == entry["found"]
    assert period.evidence
    assert period.evidence.text in entry["example"]


@pytest.mark.parametrize("entry", DATA["wording"], ids=lambda entry: f"{entry['number']}-{entry['class']}")
def test_the_47_wordings(entry: dict[str, Any]) -> None:
    wanted = dict(entry["found"])
    trial = wanted.pop("trial", False)
    place = entry.get("as", "closing")
    if place == "title":
        period = find(document(title=entry["example"]))
    else:
        period = find(document((place if place == "head" else "", entry["example"])))
    assert values(period) == wanted
    assert period.trial == trial


def test_the_wordings_are_all_there() -> None:
    assert [entry["number"] for entry in DATA["wording"]] == list(range(1, 48))


@pytest.mark.parametrize("example", [entry["example"] for entry in (*DATA["trap"], *(e for e in DATA["wording"] if e["class"] in "CNR"))])
@pytest.mark.parametrize("kind", ["clause", "paragraph", "item", "table"])
def test_traps_give_no_period_anywhere(example: str, kind: UnitKind) -> None:
    for lines in ([(kind, example)], [(kind, example), "本办法自2020年3月1日起施行。"], [(kind, "鼓励创新。" + example), "三、加强领导。"]):
        period = find(document(*lines))
        assert (period.basis, period.end, period.months) == ("none", None, None)


def test_stated_beats_plan() -> None:
    period = find(document("本方案自印发之日起施行，有效期至2022年12月31日。", title="青溪市链上经济行动方案（2020-2022年）"))
    assert (period.start, period.end, period.months, period.basis) == ("2020-02-01", "2022-12-31", 35, "stated")


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("青溪市2023年政务公开工作要点", ("2023-01-01", "2023-12-31", 12)),
        ("青溪市落实三年攻坚行动2023全面提质年工作意见", ("2023-01-01", "2023-12-31", 12)),
        ("青溪市链上经济五年行动计划", (None, None, 60)),
        ("青溪市链上经济全面提质年行动方案", None),
        ("青溪市开展2023年养老待遇资格认证的通告", None),
        ("2023年青溪市政府工作报告", None),
        ("青溪市促进2025年一季度开门红的若干措施", None),
        ("关于组织申报“十四五”链上项目的通知", None),
        ("关于贯彻落实《青溪省链上经济行动计划（2020-2022年）》的实施意见", None),
        ("青溪市链上经济规划（2035年）", None),
        ("青溪市链上经济三年行动计划（2023-2025年）建设项目", None),
        ("关于做好青溪市链上企业服务工作的通知（2023年5月23日）", None),
    ],
)
def test_titles(title: str, wanted: tuple[str | None, str | None, int | None] | None) -> None:
    period = find(document(title=title, issued="2024-06-01"))
    assert (period.start, period.end, period.months) == (wanted or (None, None, None))
    assert period.basis == ("plan" if wanted else "none")


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        # the first attached policy speaks for the file
        (["本办法自印发之日起施行，有效期三年。", "本细则自印发之日起施行，有效期一年。"], ("2020-02-01", "2023-01-31", 36)),
        # a statement about the whole document beats one about a part of it
        (
            [
                "本文件自印发之日起执行，第一项有效期至2020年12月31日，其他措施有效期至2024年12月31日。",
                "本文件自印发之日起施行，有效期1年。",
            ],
            ("2020-02-01", "2021-01-31", 12),
        ),
        (["本措施自印发之日起施行，有效期一年，但第一条、第二条措施有效期至2020年6月30日。"], ("2020-02-01", "2021-01-31", 12)),
        # carve-outs
        (["本措施自印发之日起施行。除第三项有效期至2021年12月31日外，其余条款有效期5年。"], ("2020-02-01", "2025-01-31", 60)),
        (
            ["本措施自公布之日起实施，未特别注明时限的，有效期至2020年12月31日（具体措施另有期限的，从其规定）。"],
            ("2020-02-01", "2020-12-31", 11),
        ),
        # a printed day beside 公布之日, a retroactive start, a range that leaves out its second year
        (["本办法自公布之日（2020年2月10日）起施行，有效期两年。"], ("2020-02-10", "2022-02-09", 24)),
        (["本办法自2019年7月1日起施行，有效期两年。"], ("2019-07-01", "2021-06-30", 24)),
        (["本政策实施时间为2020年3月1日至12月31日。"], ("2020-03-01", "2020-12-31", 10)),
        # start and length in two sentences; length and last day in one
        (["本办法自2020年3月1日起施行。", "本办法有效期三年。"], ("2020-03-01", "2023-02-28", 36)),
        (["本办法自2020年3月1日起施行，至2023年2月28日止，有效期三年。"], ("2020-03-01", "2023-02-28", 36)),
        # the page says when it was printed or entered into force
        (["本办法自印发之日起施行，有效期1年。", ("signature", "青溪市人民政府办公室 2020年2月5日印发")], ("2020-02-05", "2021-02-04", 12)),
        ([("noise", "实施日期："), ("noise", "2020年2月9日"), "本办法自印发之日起施行，有效期1年。"], ("2020-02-09", "2021-02-08", 12)),
        # full-width digits, white space and a line break inside
        (["本办法自２０２０年３月１日起施行，有 效\n期 至2021 年2 月28 日。"], ("2020-03-01", "2021-02-28", 12)),
    ],
)
def test_periods(lines: list[str | tuple[str, str]], wanted: tuple[str, str, int]) -> None:
    period = find(document(*lines))
    assert (period.start, period.end, period.months, period.basis) == (*wanted, "stated")


def test_months_are_rounded_to_the_nearest() -> None:
    assert find(document("本办法自2022年12月13日起执行，有效期至2023年12月31日。")).months == 13
    assert find(document("本办法自2023年3月18日起执行，有效期至2025年12月31日。")).months == 33


def test_an_unknown_day_of_issue_stays_unknown() -> None:
    period = find(document("本办法自印发之日起施行，有效期三年。", issued=None))
    assert (period.start, period.end, period.months, period.basis) == (None, None, 36, "stated")


def test_a_draft_has_not_been_announced() -> None:
    period = find(document("本办法自印发之日起施行，有效期三年。", title="青溪市链上经济办法（征求意见稿）"))
    assert (period.start, period.months) == (None, 36)


def test_closing_words_count_only_where_they_close() -> None:
    measure = ("clause", "对首次上规的企业给予奖励。上述政策实施时间为2020年1月1日至2020年12月31日。")
    assert find(document(measure, *["三、加强领导。"] * 4)).basis == "none"
    assert find(document("上述政策实施时间为2020年1月1日至2020年12月31日。")).end == "2020-12-31"


def test_a_text_that_explains_another_has_no_period() -> None:
    assert find(document("《若干措施》自2020年3月1日起施行，有效期三年。", title="《青溪市链上经济若干措施》政策解读")) == Period()
    assert find(document("本办法自2020年3月1日起施行，有效期三年。", title="《青溪市解读服务办法》的通知")).months == 36


def test_a_label_that_returns_dates_single_measures() -> None:
    label = "实施期限：2020年12月31日。"
    assert find(document(label)).end == "2020-12-31"
    assert find(document(label, label)).basis == "none"


def test_trial() -> None:
    assert find(document("本办法自印发之日起试行，有效期一年。")).trial
    assert not find(document("本办法自印发之日起施行，《青溪市链上经济办法（试行）》同时废止。")).trial


def test_evidence_stands_where_it_says() -> None:
    made = document("二、附则", "由市经信局解释。本办法自印发之日起\n施行，有效期 三年。未尽事宜另行规定。")
    found = find(made).evidence
    assert found
    assert found.text == "本办法自印发之日起施行，有效期 三年"
    assert made.text[found.start : found.end].replace("\n", "") == found.text


def test_arithmetic() -> None:
    assert (
        find(document("本办法自印发之日起施行，有效期3年。")).arithmetic == "印发之日 = 2020-02-01; 2020-02-01 + 3 年 − 1 日 = 2023-01-31"
    )


def test_an_empty_document_has_no_period() -> None:
    assert find(Document("x", "text", "ok")) == Period()


@pytest.mark.parametrize(
    ("period", "wanted"),
    [
        (Period(), "unknown"),
        (Period(start="2020-01-01"), "unknown"),
        (Period(months=35), "short"),
        (Period(months=36), "medium"),
        (Period(months=59), "medium"),
        (Period(months=60), "long"),
        (Period(open_ended=True), "open"),
    ],
)
def test_flag(period: Period, wanted: str) -> None:
    assert flag(period) == wanted


def test_flag_bounds_are_settings() -> None:
    assert flag(Period(months=24), short_below=24, long_from=25) == "medium"


@pytest.mark.parametrize(
    ("period", "wanted"),
    [
        (Period(start="2020-07-29", end="2021-01-01"), "not_yet"),
        (Period(start="2020-07-28", end="2021-01-01"), "in_force"),
        (Period(start="2019-01-01", end="2020-10-26"), "expiring"),
        (Period(start="2019-01-01", end="2020-10-27"), "in_force"),
        (Period(end="2020-07-28"), "expiring"),
        (Period(end="2020-07-27"), "expired"),
        (Period(start="2019-01-01"), "unknown"),
        (Period(start="2019-01-01", open_ended=True), "in_force"),
        (Period(), "unknown"),
    ],
)
def test_status(period: Period, wanted: str) -> None:
    assert status(period, date(2020, 7, 28)) == wanted


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.integers(1, 120))
def test_a_period_ends_after_it_starts(start: date, months: int) -> None:
    period = find(document(f"本办法自{start.year}年{start.month}月{start.day}日起施行，有效期{months}个月。"))
    assert period.start == start.isoformat()
    assert period.months == months
    assert period.end
    assert date.fromisoformat(period.end) > start + timedelta(days=26)


@given(st.text("本办法自起施行有效期至年月日一二三0129,，。;()（）《》《 \n"))
def test_any_text_is_read_without_error(text: str) -> None:
    period = find(document(text or "空"))
    if period.start and period.end:
        assert period.start <= period.end

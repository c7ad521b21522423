"""Execution periods: every wording of the data file, the traps, where the evidence stands, and the rules of the codebook."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.periods.finding import find_period
from policytext.periods.flags import flag, status
from policytext.periods.wording import raw
from policytext.read import read_file
from policytext.read.text import read_text
from policytext.schema import Document, Head, Period, Unit, UnitKind
from policytext.structure import build

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
    period = find_period(document(*entry["example"].split("\n")))
    assert values(period) == entry["found"]
    assert period.evidence
    assert period.evidence.text in entry["example"]


@pytest.mark.parametrize("entry", DATA["wording"], ids=lambda entry: f"{entry['number']}-{entry['class']}")
def test_the_47_wordings(entry: dict[str, Any]) -> None:
    wanted = dict(entry["found"])
    trial = wanted.pop("trial", False)
    place = entry.get("as", "closing")
    if place == "title":
        period = find_period(document(title=entry["example"]))
    else:
        period = find_period(document((place if place == "head" else "", entry["example"])))
    assert values(period) == wanted
    assert period.trial == trial


def test_the_wordings_are_all_there() -> None:
    assert [entry["number"] for entry in DATA["wording"]] == list(range(1, 48))


@pytest.mark.parametrize("example", [entry["example"] for entry in (*DATA["trap"], *(e for e in DATA["wording"] if e["class"] in "CNR"))])
@pytest.mark.parametrize("kind", ["clause", "paragraph", "item", "table"])
def test_traps_give_no_period_anywhere(example: str, kind: UnitKind) -> None:
    for lines in ([(kind, example)], [(kind, example), "本办法自2020年3月1日起施行。"], [(kind, "鼓励创新。" + example), "三、加强领导。"]):
        period = find_period(document(*lines))
        assert (period.basis, period.end, period.months) == ("none", None, None)


def test_stated_beats_plan() -> None:
    period = find_period(document("本方案自印发之日起施行，有效期至2022年12月31日。", title="青溪市链上经济行动方案（2020-2022年）"))
    assert (period.start, period.end, period.months, period.basis) == ("2020-02-01", "2022-12-31", 35, "stated")


@pytest.mark.parametrize(
    ("said", "start", "end", "months"),
    [
        # counted from a commencement in the same words
        ("本办法自2020年3月1日起三年内有效。", "2020-03-01", "2023-02-28", 36),
        ("本措施自发布之日起两年有效。", "2020-02-01", "2022-01-31", 24),
        ("试点期限一年半，自本方案印发之日起实施。", "2020-02-01", "2021-07-31", 18),
        ("上述条款执行期限自公布之日起5个月止。", "2020-02-01", "2020-06-30", 5),
        ("本政策执行期暂定为自文件出台之日起半年。", "2020-02-01", "2020-07-31", 6),
        ("自2020年3月9日起施行，试行期二年。", "2020-03-09", "2022-03-08", 24),
        ("以上政策调整自2020年3月9日起试行8个月。", "2020-03-09", "2020-11-08", 8),
        ("本通知白发布之日起执行，执行期限暂定两年。", "2020-02-01", "2022-01-31", 24),
        # until a day
        ("自2020年3月1日起实施，截止至2021年末。", "2020-03-01", "2021-12-31", 22),
        ("本通知自2020年3月1日起施行，截止到2021年2月28日。", "2020-03-01", "2021-02-28", 12),
        ("本通知自2020年3月1日起施行，截止2021年2月28日。", "2020-03-01", "2021-02-28", 12),
        ("本通知适用截止时间为2020年7月15日，此后再作研究。", None, "2020-07-15", None),
        ("本措施实施时限暂定至2020年底。", None, "2020-12-31", None),
        ("本细则有效期截至2020年11月30日。", None, "2020-11-30", None),
        # from day to day
        ("本措施执行时限为2020年3月9日至2020年11月30日。", "2020-03-09", "2020-11-30", 9),
        ("本政策执行期为2020年3月9日至2022年3月8日。", "2020-03-09", "2022-03-08", 24),
        ("本次政策调整暂定试行期半年，从2020年3月1日至2020年8月31日止。", "2020-03-01", "2020-08-31", 6),
        ("本措施自2020年3月9日零时起执行，至2020年11月30日24时止。", "2020-03-09", "2020-11-30", 9),
        ("本通知自2020年3月1日（含当日）起执行，有效期至2020年11月30日（含当日）。", "2020-03-01", "2020-11-30", 9),
        # under a heading
        ("二、执行期限\n本政策执行期：发布之日起至2020年10月31日。", "2020-02-01", "2020-10-31", 9),
        ("二、实施期限\n从文件发布之日起至2020年11月30日。", "2020-02-01", "2020-11-30", 10),
        ("二、实施起止时间\n本通知实施日期自2020年8月3日起至2020年11月30日止（以收件日期为准）。", "2020-08-03", "2020-11-30", 4),
        ("二、政策实施时间\n本次政策调整自2020年4月7日起执行，有效期至2022年4月6日。", "2020-04-07", "2022-04-06", 24),
        # what is said beside it
        ("本办法自印发之日起施行，有效期5年，期满或者上位法有变化的，由主管部门评估后修订。", "2020-02-01", "2025-01-31", 60),
        ("本措施自印发之日起施行，有效期至2020年11月30日止。有效期届满后，没有付清的资金继续付清。", "2020-02-01", "2020-11-30", 10),
        ("上述政策措施自公布之日起实施，没有注明时限的，有效期至2020年11月30日。", "2020-02-01", "2020-11-30", 10),
        # news of a document
        ("《青溪市链上券管理办法》（下称《券办法》）已经印发，有效期为2020年5月6日至2022年5月5日。", "2020-05-06", "2022-05-05", 24),
        ("“链九条”将于2020年5月6日起全面实施，有效期3年。", "2020-05-06", "2023-05-05", 36),
        ("据《通知》，该政策自2020年3月16日起施行，至2023年3月15日止，有效期三年。", "2020-03-16", "2023-03-15", 36),
    ],
)
def test_validities(said: str, start: str | None, end: str, months: int | None) -> None:
    period = find_period(document(*said.split("\n")))
    assert (period.start, period.end, period.months, period.basis) == (start, end, months, "stated")


@pytest.mark.parametrize(
    ("said", "start", "end", "months"),
    [
        ("该项阶段性政策将实施到2020年11月30日。", None, "2020-11-30", None),
        ("以上阶段性政策自通知印发之日起至2020年11月29日止。", "2020-02-01", "2020-11-29", 10),
    ],
)
def test_a_word_of_the_title_singles_nothing_out(said: str, start: str | None, end: str, months: int | None) -> None:
    period = find_period(document(said, title="青溪市链上服务中心关于阶段性支持政策的通知"))
    assert (period.start, period.end, period.months, period.basis) == (start, end, months, "stated")
    assert find_period(document(said, title="青溪市链上服务中心关于支持政策的通知")).basis == "none"


@pytest.mark.parametrize(
    ("said", "start"),
    [
        ("上述措施自公布之日起生效，自链上应急工作结束之日起停止执行。", "2020-02-01"),
        ("以上措施属于链上应急的权宜之举，应急响应结束后自动解除。", None),
        ("上述政策措施在应急响应期间有效。", None),
        ("以上政策的执行期限为应急响应期间。", None),
        ("本通告自2020年3月3日施行，链上登记行动停止时间由市链上专班商定后另行通告。", "2020-03-03"),
        ("本通知自印发之日起生效，结束时间另行公告。", "2020-02-01"),
    ],
)
def test_open_ends(said: str, start: str | None) -> None:
    period = find_period(document(said))
    assert (period.start, period.end, period.basis, period.open_ended) == (start, None, "stated", True)


@pytest.mark.parametrize(
    ("said", "start"),
    [
        # days and words about them
        ("本办法自2020年3月3日实施。", "2020-03-03"),
        ("本通告自2020年3月3日零时施行。", "2020-03-03"),
        ("本通知自2020年3月3日（含）起执行。", "2020-03-03"),
        ("本通知自2020年5月11日起在青溪全市范围内施行。", "2020-05-11"),
        ("该政策定于2020年11月2日起施行。", "2020-11-02"),
        ("本公告自公告次日起执行。", "2020-02-02"),
        ("本办法自印发之日的次日起施行。", "2020-02-02"),
        ("本通告自即日起施行。", "2020-02-01"),
        ("本文件印发之日起实施。", "2020-02-01"),
        # under a heading
        ("二、文件实施时间\n该文件自2020年5月11日起在青溪市全市范围内实施。", "2020-05-11"),
        ("二、政策执行时间点\n2020年3月10日零时起执行，以链上登记时间为准。", "2020-03-10"),
        # slips of the keyboard and of character recognition
        ("本办法自2020年8月l日起施行。", "2020-08-01"),
        ("本措施白公布之日超施行。", "2020-02-01"),
        # words about an end that is not the document's
        ("本措施有效期自印发之日起施行，国家另有部署的从其部署。", "2020-02-01"),
        ("除写明期限的条目外，本措施自2020年8月1日起执行。", "2020-08-01"),
        ("本意见自发布之日起实施，其中本意见第六条和第九条政策暂定实施至2020年11月30日。", "2020-02-01"),
        ("本细则自2020年6月6日起实施，各条目的有效期限分别写明。", "2020-06-06"),
        # what is said before it
        ("本工作措施由市链上办解释，自下发之日起施行。", "2020-02-01"),
        ("《青溪市促进链上经济发展规划》经市政府会议讨论通过，现予公布，自2020年8月20日起施行。", "2020-08-20"),
    ],
)
def test_commencements(said: str, start: str) -> None:
    period = find_period(document(*said.split("\n")))
    assert (period.start, period.end, period.months, period.basis) == (start, None, None, "none")


@pytest.mark.parametrize(
    "said",
    [
        "本文自印发之日起执行",
        "本措施的支持对象为符合《链上企业分档规定》（青链〔2011〕3号）的企业，执行期限至应急一级响应结束",
        "以上措施适用于列入《链上企业分档规定》（青链〔2011〕3号）并在青溪纳税的单位，自公布之日起施行，有效期到2020年底",
    ],
)
def test_the_evidence_begins_with_the_documents_own_name(said: str) -> None:
    evidence = find_period(document(said + "。")).evidence
    assert evidence
    assert evidence.text == said


def test_the_page_says_when_a_document_takes_effect() -> None:
    label = ("head", "实施日期：2020年6月1日")
    assert values(find_period(document(label, "本通知有效期1年。"))) == {
        "start": "2020-06-01", "end": "2021-05-31", "months": 12, "basis": "stated",
    }  # fmt: skip
    note = ("head", "2020年4月1日青溪市人民代表大会常务委员会公告公布 2020年5月1日施行")
    assert values(find_period(document(note))) == {"start": "2020-05-01", "basis": "none"}
    assert find_period(document(note, "本规划自2020年7月1日起施行。")).start == "2020-07-01"


def test_a_later_attachment_does_not_speak_for_the_first(tmp_path: Path) -> None:
    letter = "青溪市关于印发链上经济方案和若干措施的通知\n各区人民政府：\n现印发给你们，请遵照执行。\n青溪市人民政府\n2020年2月1日\n"
    plan = "青溪市链上经济方案（2020-2022年）\n一、发展园区。建设链上园区。\n"
    measures = "青溪市链上经济若干措施\n一、奖励企业。给予链上企业奖励。\n二、本措施自发布之日起五年内有效。\n"

    def read(first: str, second: str) -> Period:
        place = tmp_path / "x.txt"
        place.write_text(f"{letter}附件1\n{first}附件2\n{second}", "utf-8")
        return find_period(build(read_file(place)))

    assert values(read(plan, measures)) == {"start": "2020-01-01", "end": "2022-12-31", "months": 36, "basis": "plan"}
    assert values(read(measures, plan)) == {"start": "2020-02-01", "end": "2025-01-31", "months": 60, "basis": "stated"}
    assert read(plan.replace("（2020-2022年）", ""), measures).months == 60


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("市链上办决定在全市开展为期三年的链上信用提升行动。", (None, None, 36)),
        ("本规划以2017年为基期，设计规划期限为2018年至2022年。", ("2018-01-01", "2022-12-31", 60)),
        ("本计划实施周期为2020年至2022年。", ("2020-01-01", "2022-12-31", 36)),
    ],
)
def test_words_of_a_plan_about_its_years(said: str, wanted: tuple[str | None, str | None, int]) -> None:
    period = find_period(document(said, title="青溪市关于开展链上信用提升行动的通知"))
    assert (period.start, period.end, period.months, period.basis) == (*wanted, "plan")


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("十三五青溪链上经济规划", ("2016-01-01", "2020-12-31", 60)),
        ("Three-Year Action Plan for the Chain Economy (2020-2022)", ("2020-01-01", "2022-12-31", 36)),
        ("青溪市印发2024年链上改造工作任务分工的通知", ("2024-01-01", "2024-12-31", 12)),
        ("青溪市链上委员会2024年度监督工作计划", ("2024-01-01", "2024-12-31", 12)),
        ("青溪市关于做好2024年链上振兴重点工作的意见", ("2024-01-01", "2024-12-31", 12)),
        ("青溪市链上服务行动方案（2024年修订版）", None),
        ("青溪市2024年一季度链上经济起步措施", None),
        ("青溪区2024年链上设备补贴发放实施细则", None),
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
    period = find_period(document(title=title, issued="2024-06-01"))
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
    period = find_period(document(*lines))
    assert (period.start, period.end, period.months, period.basis) == (*wanted, "stated")


def test_months_are_rounded_to_the_nearest() -> None:
    assert find_period(document("本办法自2022年12月13日起执行，有效期至2023年12月31日。")).months == 13
    assert find_period(document("本办法自2023年3月18日起执行，有效期至2025年12月31日。")).months == 33


def test_an_unknown_day_of_issue_stays_unknown() -> None:
    period = find_period(document("本办法自印发之日起施行，有效期三年。", issued=None))
    assert (period.start, period.end, period.months, period.basis) == (None, None, 36, "stated")


def test_a_draft_has_not_been_announced() -> None:
    period = find_period(document("本办法自印发之日起施行，有效期三年。", title="青溪市链上经济办法（征求意见稿）"))
    assert (period.start, period.months) == (None, 36)


def test_closing_words_count_only_where_they_close() -> None:
    measure = ("clause", "对首次上规的企业给予奖励。上述政策实施时间为2020年1月1日至2020年12月31日。")
    assert find_period(document(measure, *["三、加强领导。"] * 4)).basis == "none"
    assert find_period(document("上述政策实施时间为2020年1月1日至2020年12月31日。")).end == "2020-12-31"


def test_a_text_that_explains_another_has_no_period() -> None:
    assert find_period(document("《若干措施》自2020年3月1日起施行，有效期三年。", title="《青溪市链上经济若干措施》政策解读")) == Period()
    assert find_period(document("本办法自2020年3月1日起施行，有效期三年。", title="《青溪市解读服务办法》的通知")).months == 36


def test_a_label_that_returns_dates_single_measures() -> None:
    label = "实施期限：2020年12月31日。"
    assert find_period(document(label)).end == "2020-12-31"
    assert find_period(document(label, label)).basis == "none"


def test_trial() -> None:
    assert find_period(document("本办法自印发之日起试行，有效期一年。")).trial
    assert not find_period(document("本办法自印发之日起施行，《青溪市链上经济办法（试行）》同时废止。")).trial


def test_evidence_stands_where_it_says() -> None:
    made = document("二、附则", "由市经信局解释。本办法自印发之日起\n施行，有效期 三年。未尽事宜另行规定。")
    found = find_period(made).evidence
    assert found
    assert found.text == "本办法自印发之日起施行，有效期 三年"
    assert made.text[found.start : found.end].replace("\n", "") == found.text


def test_arithmetic() -> None:
    period = find_period(document("本办法自印发之日起施行，有效期3年。"))
    assert period.arithmetic == "印发之日 = 2020-02-01; 2020-02-01 + 3 年 − 1 日 = 2023-01-31"


def test_an_empty_document_has_no_period() -> None:
    assert find_period(Document("x", "text", "ok")) == Period()


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
    period = find_period(document(f"本办法自{start.year}年{start.month}月{start.day}日起施行，有效期{months}个月。"))
    assert period.start == start.isoformat()
    assert period.months == months
    assert period.end
    assert date.fromisoformat(period.end) > start + timedelta(days=26)


def test_each_policy_under_a_notice_has_an_end_of_its_own() -> None:
    notice = "关于印发两个办法的通知\n各区人民政府：\n现将《甲市链上园区办法》等印发给你们。\n甲市人民政府\n2020年2月1日\n"
    first = "甲市链上园区办法\n一、支持建设链上园区。\n二、支持链上企业入园。\n上述政策执行期限为2020年3月1日至2021年2月28日。\n"
    second = (
        "甲市链上人才办法\n为聚集链上人才，制定本办法。\n一、支持引进链上人才。\n二、支持培训。\n三、支持安家。\n"
        "四、支持交流。\n上述政策执行期限为2020年3月1日至2023年2月28日。\n"
    )
    period = find_period(build(read_text("a.txt", (notice + first + second).encode())))
    assert values(period) == {"start": "2020-03-01", "end": "2021-02-28", "months": 12, "basis": "stated"}


@given(st.text("本办法自起施行有效期至年月日一二三0129,，。;()（）《》《 \n"))
def test_any_text_is_read_without_error(text: str) -> None:
    period = find_period(document(text or "空"))
    if period.start and period.end:
        assert period.start <= period.end

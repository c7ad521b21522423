"""Where the paragraphs of a text printed in lines begin."""

from __future__ import annotations

import re
from itertools import chain

import pytest

from policytext.read.text import read_text
from policytext.schema import Line, Reading
from policytext.structure import build
from policytext.structure.widths import width_of

#: Sentences of our own, to be set in lines.
LONG = "各有关部门要按照职责分工抓好落实，及时研究解决推进中的困难和问题，定期报送进展情况，重要事项随时报告，确保任务按期完成"
OTHER = "市级财政部门应当会同主管部门建立资金管理台账，对资金的拨付和使用开展跟踪，偏离目标的及时纠正，违规使用的依法追回"


def set_in(paragraph: str, width: int) -> list[str]:
    """The lines of a paragraph whose first one is set in by two characters (the blanks are lost, as in what is taken from a PDF)."""
    first, rest = paragraph[: width - 2], paragraph[width - 2 :]
    return [first, *(rest[at : at + width] for at in range(0, len(rest), width))]


def paragraphs(*lines: str) -> list[str]:
    return [unit.text for unit in build(read_text("a.txt", "\n".join(lines).encode())).units]


def test_the_short_last_line_of_a_paragraph_does_not_go_on() -> None:
    """Only where lines are broken at punctuation marks may a line with a stop at its end be a part of a printed one."""
    wanted = [f"{LONG}。", f"{OTHER}工作。"] * 4
    assert min(width_of(set_in(one, 18)[-1]) for one in wanted) < 8
    assert paragraphs(*chain.from_iterable(set_in(one, 18) for one in wanted)) == wanted


def test_boxes_may_be_set_in_another_width() -> None:
    body, boxes = [f"{LONG}。{OTHER}。"] * 12, [f"{OTHER}；{LONG}。"] * 12
    lines = [*(set_in(one, 30) for one in body), *(set_in(one, 35) for one in boxes), *(set_in(one, 30) for one in body)]
    assert paragraphs(*chain.from_iterable(lines)) == [*body, *boxes, *body]


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        (
            ("会议提出两点要求，请认真落实：", "一是", "依法维护市场秩序，严肃查处违法经营；", "二是", "加强队伍建设，充实基层力量。"),
            ["会议提出两点要求，请认真落实：", "一是依法维护市场秩序，严肃查处违法经营；", "二是加强队伍建设，充实基层力量。"],
        ),
        (
            ("请于2023年4月10日、7月10日、10月10日和2024", "年1月10日前报送进展情况。"),
            ["请于2023年4月10日、7月10日、10月10日和2024年1月10日前报送进展情况。"],
        ),
        (
            ("全年经济平稳运行，全国生产总值预计达到74.4", "万亿元，增长百分之六，超过预期。"),
            ["全年经济平稳运行，全国生产总值预计达到74.4万亿元，增长百分之六，超过预期。"],
        ),
        (
            ("新政策把贷款的最高额度提升到了百分之20", "3月17日，甲市发布新政策。"),
            ["新政策把贷款的最高额度提升到了百分之20", "3月17日，甲市发布新政策。"],
        ),
    ],
)
def test_what_a_web_page_breaks_goes_on(lines: tuple[str, ...], wanted: list[str]) -> None:
    """一是 on a line of its own, and a number before its unit."""
    assert paragraphs(*lines) == wanted


def test_a_line_in_which_a_sentence_ends_is_no_heading() -> None:
    wanted = (
        [f"{LONG}。"] * 4
        + [
            "公示有异议的要重审。重审后认定内容属实的不予支持，有关部门要在五日内把情况反馈给申请的企业，并做好解释说明工作，防止出现新的矛盾。"
        ]
        + [f"{OTHER}。"] * 4
    )
    lines = [set_in(one, 40) for one in wanted]
    lines[4] = [wanted[4][:21], *set_in(wanted[4][21:], 40)]
    assert paragraphs(*chain.from_iterable(lines)) == wanted


def test_a_title_with_enumerated_nouns_is_no_list_of_addressees() -> None:
    title, number = "甲市自然资源局关于深化用地“多审合一、多证合一”改革的通知", "甲资发〔2023〕69号"
    addressees = ("各区、县自然资源主管部门，市规划院，经济开发区管理委员会，滨海新区自然资", "源分局：")
    found = build(
        read_text("a.txt", "\n".join([title, number, *addressees, *set_in(f"{LONG}。", 36), *set_in(f"{OTHER}。", 36) * 4]).encode())
    )
    assert (found.head.title, found.head.doc_no) == (title, number)
    assert [unit.text for unit in found.units if unit.kind == "addressee"] == ["".join(addressees)]


def test_a_headline_with_a_comma_does_not_run_into_the_first_sentence() -> None:
    headline, first = "甲国央行:及时优化信贷政策,保持融资平稳有序", "据央行网站消息,4月29日,央行召开会议,传达学习会议精神。"
    assert paragraphs(headline, first) == [headline, first]
    assert paragraphs("据央行网站消息，4月29日，", "央行召开会议，传达学习会议精神。") == [
        "据央行网站消息，4月29日，央行召开会议，传达学习会议精神。"
    ]


def test_a_number_in_brackets_over_two_lines_is_no_frame() -> None:
    wanted = ["《医疗器械不良事件监测办法》（国家市场监督管理总局令第1号）", *[f"{LONG}。", f"{OTHER}。"] * 5]
    lines = [[wanted[0][:22], wanted[0][22:]], *(set_in(one, 24) for one in wanted[1:])]
    assert wanted[0] in paragraphs(*chain.from_iterable(lines))


def test_the_closing_sentence_begins_behind_the_bodies_in_charge() -> None:
    """Where an extraction breaks lines at punctuation marks, too."""
    body = [f"{LONG}。{OTHER}。（责任单位：市工信局、市财政局，市直各部门按职责分工负责）"] * 6
    broken = [piece for one in body for line in set_in(one, 40) for piece in re.findall("[^，]+，?", line)]
    assert paragraphs(*broken, "以上措施自印发之日起施行。")[-1] == "以上措施自印发之日起施行。"


def test_a_number_behind_a_whole_sentence_begins_a_paragraph_whatever_its_indent() -> None:
    text = "第一条 严重伤害是指下列情形：1.危及生命；\n2.造成损伤；\n3.必须住院\n4.0以上的损伤。"
    ends = [place for place, char in enumerate(text + "\n") if char == "\n"]
    starts = [0, *(end + 1 for end in ends)]
    lines = tuple(Line(start, end, 0, begins=not start) for start, end in zip(starts, ends, strict=False))
    found = [unit.text for unit in build(Reading("a.pdf", "pdf", text, lines)).units]
    assert found == ["第一条 严重伤害是指下列情形：", "1.危及生命；", "2.造成损伤；", "3.必须住院4.0以上的损伤。"]

"""Every word of data/frame.toml does what it is listed for, and what looks like frame but is none stays text."""

from __future__ import annotations

import tomllib

import pytest

from policytext.places import data_file
from policytext.structure import frame
from policytext.structure.numbering import Outline, mark_of

TABLE = tomllib.loads(data_file("frame.toml").read_text("utf-8"))


@pytest.mark.parametrize("word", TABLE["document_types"])
def test_kinds_of_document(word: str) -> None:
    assert frame.is_title("某市促进某业发展" + word)
    assert frame.is_title(f"某市促进某业发展{word}（试行）")
    assert frame.document_type("某市促进某业发展" + word).endswith(word)


@pytest.mark.parametrize("word", TABLE["title_ends"])
def test_other_ends_of_titles(word: str) -> None:
    assert frame.is_title("某市促进某业发展" + word)


@pytest.mark.parametrize("word", TABLE["bodies"])
def test_bodies(word: str) -> None:
    assert frame.is_body("某某市" + word)
    assert not frame.is_body(f"某某市{word}负责解释。")


@pytest.mark.parametrize("word", TABLE["metadata"])
def test_labels(word: str) -> None:
    assert frame.is_metadata(word + "：某值")
    assert frame.is_metadata("　".join(word) + "：")


@pytest.mark.parametrize("line", TABLE["menu"])
def test_menu_lines(line: str) -> None:
    assert frame.is_navigation(line)


@pytest.mark.parametrize("word", TABLE["navigation"])
def test_navigation_words(word: str) -> None:
    assert frame.is_navigation("某站" + word)
    assert not frame.is_navigation("某站" + word + "，应当依法公开。各单位" * 30)


@pytest.mark.parametrize("word", TABLE["foot"])
def test_words_of_the_foot(word: str) -> None:
    assert frame.is_foot("某站" + word)


@pytest.mark.parametrize("name", ["某市政务服务和数据管理局", "某市互联网信息办公室"])
def test_names_of_bodies_are_no_navigation(name: str) -> None:
    assert not frame.is_navigation(name)


@pytest.mark.parametrize(
    "line",
    [
        "各区人民政府，市政府各部门：",
        "各有关单位:",
        "某部各地区管理局，各有关公司，局属各单位：",
        "各位代表：",
        "尊敬的纳税人：",
        "甲区各镇、街道，区属各单位；甲开发区各部门：",
    ],
)
def test_addressees(line: str) -> None:
    assert frame.is_addressee(line)


@pytest.mark.parametrize(
    "line",
    [
        "各单位应当做到以下：",
        "现将有关事项通知如下：",
        "各部门要落实责任。",
        "责任单位：市财政局",
        "各区要加强领导；各部门要落实下列措施：",
    ],
)
def test_no_addressees(line: str) -> None:
    assert not frame.is_addressee(line)


@pytest.mark.parametrize("line", ["附件：1.申请表", "附件1：申请表", "附件：申请表"])
def test_lists_of_attachments(line: str) -> None:
    assert frame.is_attachment_list(line)


@pytest.mark.parametrize("line", ["附件", "附件：", "附件2", "附 件 1："])
def test_attachment_marks(line: str) -> None:
    assert frame.is_attachment_mark(line)


@pytest.mark.parametrize(
    "line",
    [
        "特此通知。",
        "（此件公开发布）",
        "（此件社会公开）",
        "（此件发至县级单位）",
        "公开方式：主动公开",
        "抄送：市委办公室",
        "分送：各区政府。",
        "(某市某局代章)",
        "（联系单位：某局某处）",
        "某市人民政府办公室 2021年3月4日印发",
    ],
)
def test_closings(line: str) -> None:
    assert frame.is_closing(line)


@pytest.mark.parametrize(
    ("line", "step"),
    [
        ("第十二条　为了发展", "第十二条"),
        ("第三条之一 补充", "第三条之一"),
        ("第 5 条 目的", "第5条"),
        ("第 92.1 条 目的", "第92.1条"),
        ("## 第一章 总则", "第一章"),
        ("一、总体要求", "一"),
        ("二 、总体要求", "二"),
        ("（三）培育企业", "（三）"),
        ("(三)培育企业", "(三)"),
        ("4.给予奖励", "4"),
        ("４．给予奖励", "４"),
        ("4、4K视频", "4"),
        ("01单身职工", "01"),
        ("（1）盖章", "（1）"),
        ("1）盖章", "1）"),
        ("2.1.3 基本要求", "2.1.3"),
        ("③其他", "③"),
        ("第一条【立法目的】为了", "第一条"),
        ("（一）项目单位应当", "（一）"),
    ],
)
def test_marks(line: str, step: str) -> None:
    mark = mark_of(line)
    assert mark is not None
    assert mark.step == step


@pytest.mark.parametrize(
    "line",
    [
        "第三条规定的企业",
        "第五条、第六条",
        "第二条至第四条",
        "第五条第（二）项",
        "1.5亿元的投资",
        "2020年以来",
        "十五项措施",
        "（三）项所称企业",
        "3000元补贴",
        "01月5日前",
        "05号楼",
        "三是加强管理",
    ],
)
def test_no_marks(line: str) -> None:
    assert mark_of(line) is None


@pytest.mark.parametrize(("step", "number"), [("第十二条", 12), ("（三）", 3), ("④", 4), ("第一百零五条", 105), ("4.2", 2), ("⑵", 2)])
def test_numbers_of_marks(step: str, number: int) -> None:
    mark = mark_of(step + " 某")
    assert mark is not None
    assert mark.number == number


def test_an_outline_learns_the_order_of_the_document() -> None:
    marks = [mark_of(line) for line in ["一、甲", "第一条 乙", "第二条 丙", "二、丁", "第三条 戊"]]
    outline = Outline(marks)
    paths = []
    for place, mark in enumerate(marks):
        assert mark is not None
        outline.push(mark, place, "", "clause")
        paths.append(outline.path)
    assert paths == ["一", "一/第一条", "一/第二条", "二", "二/第三条"]

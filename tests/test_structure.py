"""The structure room: nothing lost or doubled, paths, kinds and head records of invented documents."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policytext.schema import Document, Line, Reading, Unit
from policytext.structure import build
from policytext.structure.numbering import mark_of


def reading(text: str, **marks: str) -> Reading:
    """Plain text as the text reader gives it; ``marks`` maps a line's words to another kind of line."""
    lines, at = [], 0
    for raw in text.splitlines(keepends=True):
        words = raw.strip()
        if words:
            start = at + raw.index(words)
            lines.append(Line(start, start + len(words), kind=marks.get(words, "text")))  # type: ignore[arg-type]
        at += len(raw)
    return Reading("a.txt", "text", text, tuple(lines))


def units(text: str) -> list[tuple[str, str, str]]:
    return [(unit.kind, unit.path, unit.text) for unit in build(reading(text)).units]


def check_covered(document: Document) -> None:
    owners = [0] * len(document.text)
    # A unit covers the noise and the footnotes that stand within it.
    spans: list[Unit] = [unit for unit in document.units if unit.kind not in ("noise", "footnote")]
    for unit in spans:
        assert 0 <= unit.start < unit.end <= len(document.text)
        for place in range(unit.start, unit.end):
            owners[place] += 1
    assert max(owners, default=0) <= 1
    for unit in document.units:
        if unit.kind in ("noise", "footnote"):
            for place in range(unit.start, unit.end):
                owners[place] = owners[place] or 1
    assert not [char for char, owner in zip(document.text, owners, strict=True) if not owner and not char.isspace()]
    assert [unit.start for unit in document.units] == sorted(unit.start for unit in document.units)


PIECES = [
    "某市人民政府办公室关于印发某市扶持办法的通知", "某政办发〔2021〕7号", "各区人民政府，市政府各部门：", "现将办法印发给你们。",
    "某市人民政府办公室", "2021年3月4日",
    "（此件公开发布）", "附件：1.申报表", "附件1", "第一章　总则", "第一条　为了促进发展，制定本办法。", "一、总体要求",
    "（一）指导思想。坚持创新。", "1.给予奖励；", "（1）盖章", "①首先",
    "2.1 基本要求", "责任单位：市科技局", "本办法自发布之日起施行。", "目录", "首页", "当前位置：首页 > 政策", "- 3 -", "12",
    "网站标识码：0000", "-->", "表1：系数表", "\u200b", "——坚持改革。", "总", "则", "# 标题办法",
    "符合下列条件之一的：", "发布机构：", "来源：某局", "　　", "，续行", "x", "A b", "第五条第（二）项", "。",
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(["\n", "\n\n", "　　", " ", "", "\r\n"])), max_size=40))
def test_nothing_is_lost_or_doubled(parts: list[tuple[str, str]]) -> None:
    check_covered(build(reading("".join(words + gap for words, gap in parts))))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(PIECES), st.sampled_from([True, False, None]), st.sampled_from(["text", "text", "noise", "table", "footnote"])
        ),
        max_size=30,
    )
)
def test_lines_with_layout_are_all_kept(parts: list[tuple[str, bool | None, str]]) -> None:
    text, lines = "", []
    for words, begins, kind in parts:
        if words.strip():
            lead = len(words) - len(words.lstrip())
            lines.append(Line(len(text) + lead, len(text) + len(words.rstrip()), 1, kind, begins))  # type: ignore[arg-type]
        text += words + "\n"
    check_covered(build(Reading("a.pdf", "pdf", text, tuple(lines))))


NOTICE = """甲市人民政府办公室关于印发甲市机器人产业扶持办法（试行）的通知
甲政办规〔2021〕12号
各区人民政府，市政府各部门：
现将《甲市机器人产业扶持办法（试行）》印发给你们，请遵照执行。
甲市人民政府办公室
2021年3月4日
（此件公开发布）
甲市机器人产业扶持办法（试行）
第一章　总则
第一条　为了扶持机器人产业，制定本办法。
第二章　扶持内容
第二条　符合下列条件的企业可以申请：
（一）在本市注册；
（二）信用良好。
同一企业每年申请一次。
第三条　研发机器人的，给予奖励。
奖励按年发放。
第三章　附则
第四条　本办法自2021年4月1日起施行，有效期三年。
附件：1.申请表
2.承诺书
"""


def test_a_notice_with_its_policy() -> None:
    found = units(NOTICE)
    assert [kind for kind, _, _ in found] == [
        "title", "head", "addressee", "paragraph", "signature", "signature", "signature", "title", "heading", "clause", "heading", "clause",
        "item", "item", "paragraph", "clause", "paragraph", "heading", "clause", "attachment_list",
    ]  # fmt: skip
    paths = [path for kind, path, _ in found if kind in ("heading", "clause", "item", "paragraph")]
    assert paths == [
        "", "第一章", "第一章/第一条", "第二章", "第二章/第二条", "第二章/第二条/（一）", "第二章/第二条/（二）", "第二章/第二条",
        "第二章/第三条", "第二章/第三条", "第三章", "第三章/第四条",
    ]  # fmt: skip


def test_the_head_of_a_notice() -> None:
    head = build(reading(NOTICE)).head
    assert head.title == "甲市人民政府办公室关于印发甲市机器人产业扶持办法（试行）的通知"
    assert (head.doc_no, head.issuers, head.issue_date) == ("甲政办规〔2021〕12号", ("甲市人民政府办公室",), "2021-03-04")
    assert (head.doc_type, head.trial) == ("通知", True)
    assert set(head.evidence) == {"title", "doc_no", "issuers", "issue_date"}
    assert head.printed_date is None
    for span in head.evidence.values():
        assert span.text
        assert NOTICE[span.start : span.end]


def test_headings_enclose_their_clauses() -> None:
    clause = next(unit for unit in build(reading(NOTICE)).units if unit.text.startswith("（一）在本市"))
    assert clause.headings == ("第二章 扶持内容",)


def test_counting_goes_on_across_sections() -> None:
    text = (
        "甲市若干措施\n为了发展，制定以下措施。\n一、做强产业\n（一）支持研发。给予补助。\n"
        "（二）支持应用。开放场景。\n二、做优环境\n（三）支持人才。给予住房。\n"
        "本措施自发布之日起施行，有效期两年。\n"
    )
    assert [(kind, path) for kind, path, _ in units(text)][2:] == [
        ("heading", "一"), ("clause", "一/（一）"), ("clause", "一/（二）"), ("heading", "二"), ("clause", "二/（三）"), ("paragraph", ""),
    ]  # fmt: skip


def test_sections_may_hold_articles() -> None:
    text = (
        "乙区扶持办法\n为了发展，制定本办法。\n一、促进研发\n第一条 对新设企业给予奖励。\n"
        "第二条 对老企业给予补助。\n二、促进应用\n第三条 对应用示范给予支持。\n"
    )
    assert [path for kind, path, _ in units(text) if kind == "clause"] == ["一/第一条", "一/第二条", "二/第三条"]


def test_articles_may_hold_sections() -> None:
    text = "丙县管理办法\n第一条 申请人应当符合以下条件：\n一、依法注册；\n二、按时纳税。\n第二条 本办法自公布之日起施行。\n"
    assert [(kind, path) for kind, path, _ in units(text)][1:] == [
        ("clause", "第一条"),
        ("item", "第一条/一"),
        ("item", "第一条/二"),
        ("clause", "第二条"),
    ]


def test_a_cited_article_begins_nothing() -> None:
    text = "丁市试点管理办法\n第一条 本办法适用于全市。\n第一条规定的企业，由区政府确认。\n第二条 本办法自公布之日起施行。\n"
    assert [kind for kind, _, _ in units(text)] == ["title", "clause", "paragraph", "clause"]


def test_a_note_of_bodies_in_charge_joins_its_clause() -> None:
    text = (
        "甲市措施\n为了发展，提出以下措施。\n一、扩大消费。发放消费券，支持夜间经济。\n"
        "责任单位：市商务局、各区政府\n二、稳定外贸。支持参展。\n"
    )
    assert next(text for kind, _, text in units(text) if kind == "clause").endswith("责任单位：市商务局、各区政府")


WRAPPED = """甲政办〔2022〕3 号
各区人民政府，市政府各部门：
《甲市数据产业发展行动方案》已经市政府研究同意，现印发给你们，请认
真组织实施。
甲市人民政府办公室
2022 年5 月6 日
甲市数据产业发展行动方案
为了推动数据产业发展，结合本市实际，制定本方案。本方案适用于在全
市范围内从事数据采集、加工、流通的企业和机构。
一、工作目标
到 2025 年，培育数据企业一百家，建成数据园区三个，形成较为完整的产
业链条，数据产业规模达到五百亿元以上。
二、主要任务
（一）建设数据园区。在高新区、经开区和滨海新区各建一个园区，引进龙
头企业入驻，给予场地租金补贴。（责任单位：市工业和信息化局、
市大数据局）
- 2 -
（二）培育数据企业。对首次进入规模以上的数据企业给予一次性奖励，奖
励标准由市财政局会同市大数据局另行制定。
本方案自印发之日起施行，有效期三年。
"""


def test_page_wrapped_lines_are_joined() -> None:
    found = units(WRAPPED)
    assert [(kind, path) for kind, path, _ in found if kind != "noise"] == [
        ("head", ""), ("addressee", ""), ("paragraph", ""), ("signature", ""), ("signature", ""), ("title", ""), ("paragraph", ""),
        ("heading", "一"),
        ("paragraph", "一"), ("heading", "二"), ("clause", "二/（一）"), ("clause", "二/（二）"), ("paragraph", ""),
    ]  # fmt: skip
    assert ("noise", "", "- 2 -") in found
    assert next(text for _, path, text in found if path == "二/（一）").endswith("（责任单位：市工业和信息化局、市大数据局）")


def test_run_on_text_is_cut_at_its_blanks_and_numbers() -> None:
    text = (
        "关于支持甲县企业复工的通知 甲政发〔2020〕2号 各乡镇人民政府，县直各单位： 　　为支持企业复工，现通知如下： "
        "　　一、减轻企业负担 　　1.减免租金。对承租国有房屋的企业减免三个月租金。 责任单位：县国资局"
        " 　　2.缓缴税款。对确有困难的企业依法缓缴税款。 "
        "　　二、稳定职工队伍 　　3.返还保费。对不裁员的企业返还失业保险费。"
        " 本通知自发布之日起施行。 甲县人民政府 2020年2月8日 （此件公开发布）"
    )
    assert [(kind, path) for kind, path, _ in units(text)] == [
        ("title", ""), ("head", ""), ("addressee", ""), ("paragraph", ""), ("heading", "一"), ("clause", "一/1"), ("clause", "一/2"),
        ("heading", "二"), ("clause", "二/3"),
        ("paragraph", ""), ("signature", ""), ("signature", ""), ("signature", ""),
    ]  # fmt: skip


def test_glued_numbering_is_cut() -> None:
    body = "申请材料如下：" + "".join(
        f"（{number}）第{number}种材料的原件和复印件，由申请人签字确认后交到窗口，" + "窗口人员当场核对并出具收据" * 8 + "；"
        for number in "一二三四五"
    )
    assert [path for kind, path, _ in units("甲市办法\n一、申请\n" + body) if kind == "item"] == [
        f"一/（{number}）" for number in "一二三四五"
    ]


def test_web_navigation_is_noise() -> None:
    text = (
        "首页\n政务公开\n互动交流\n当前位置：首页 > 政策文件\n甲市促进直播产业发展办法\n发布日期：2023-05-06　来源：甲市商务局\n打印\n"
        "为了促进直播产业发展，结合本市实际情况，制定本办法，请各有关单位遵照执行。\n第一条 对直播基地给予奖励。\n"
        "第二条 本办法自2023年6月1日起施行。\n"
        "上一篇：甲市其他办法\n分享到\n版权所有：甲市人民政府\n网站标识码：0000000000\n北镇\n南镇\n"
    )
    found = units(text)
    assert [kind for kind, _, _ in found if kind != "noise"] == ["title", "head", "paragraph", "clause", "clause"]
    head = build(reading(text)).head
    assert (head.title, head.issue_date) == ("甲市促进直播产业发展办法", "2023-05-06")


def test_running_heads_and_page_numbers_are_noise() -> None:
    page = "乙市规章汇编\n第{0}条 {1}应当遵守本规定，并按照要求报送年度报告和有关材料。\n- {0} -\n"
    found = units(
        "乙市规章汇编\n乙市报告规定\n" + "".join(page.format(number, who) for number, who in enumerate(["企业", "协会", "学校", "医院"], 1))
    )
    assert sum(kind == "noise" for kind, _, _ in found) == 9
    assert [path for kind, path, _ in found if kind == "clause"] == ["第1条", "第2条", "第3条", "第4条"]


def test_a_form_behind_an_attachment_mark_is_one_table() -> None:
    text = (
        NOTICE
        + "附件1\n甲市机器人产业扶持资金申请表\n单位名称（盖章）：\n联系电话：\n"
        + "一、基本情况\n注册资金\n二、申请内容\n负责人（签字）：\n年 月 日\n"
    )
    found = units(text)
    assert found[-2:] == [("head", "", "附件1"), ("table", "", found[-1][2])]
    assert found[-1][2].endswith("年 月 日") or "年" in found[-1][2]


def test_paths_of_attached_policies_start_anew() -> None:
    text = NOTICE + "附件2：\n乙类企业认定办法\n第一条 乙类企业由区政府认定。\n"
    assert [(kind, path) for kind, path, _ in units(text)][-3:] == [("head", ""), ("title", ""), ("clause", "第一条")]


@pytest.mark.parametrize(
    ("title", "below"),
    [
        ("乙类企业认定办法", "第一条 乙类企业由区政府认定。"),
        ("甲市乙类企业\n认定办法", "为规范乙类企业认定，特制定本办法。\n一、乙类企业由区政府认定。"),
        ("乙类企业认定办法", "本市企业经自愿申请可列为乙类。\n一、乙类企业由区政府认定。"),
    ],
)
def test_a_second_policy_without_an_attachment_mark(title: str, below: str) -> None:
    cover = NOTICE.replace("印发给你们", "和《乙类企业认定办法》印发给你们")
    document = build(reading(f"{cover}{title}\n{below}\n"))
    assert [span.text for span in document.head.policies][1:] == [title.replace("\n", "")]
    assert document.units[-1].path in ("第一条", "一")


def test_a_line_amid_the_provisions_is_no_title_unless_numbers_begin_anew() -> None:
    for line in ("第三条　乙类企业认定办法另行制定。", "（三）获得乙类认定。"):
        assert len(build(reading(NOTICE + "乙类企业认定办法\n" + line)).head.policies) == 1
    assert len(build(reading(NOTICE + "乙类企业认定办法\n经区政府认定的企业可以申请。\n一、申请表。\n")).head.policies) == 1


def test_a_title_printed_again_in_other_brackets_is_no_policy_inside() -> None:
    twice = NOTICE.partition("\n")[0].replace("（", "(").replace("）", ")") + "\n" + NOTICE
    assert [span.text for span in build(reading(twice)).head.policies] == ["甲市机器人产业扶持办法（试行）"]


def test_an_order_behind_its_date_and_the_days_of_signing_and_publishing() -> None:
    law = "甲省专利条例\n2015年9月25日甲省第十二届人民代表大会常务委员会公告第30号公布\n第一条　为了保护专利权，制定本条例。\n"
    assert build(reading(law)).head.doc_no == "甲省第十二届人民代表大会常务委员会公告第30号"
    guide = build(
        reading("各有关单位：\n现将申报指南公布，请组织申报。\n一、项目分两步评审。\n科技部\n2018年7月30日签发\n2018年8月3日发布\n")
    )
    assert (guide.head.issuers, guide.head.issue_date) == (("科技部",), "2018-07-30")


@pytest.mark.parametrize(
    ("lines", "paths"),
    [
        ("一、贷款政策（一）贷款额度。提高额度。\n（二）贷款比例。提高比例。", ["一", "一/（一）", "一/（二）"]),
        ("一、补贴程序1.向窗口申请。\n2.由县局审核。", ["一", "一/1", "一/2"]),
        ("一、补贴。\n1.提高住房额度。2.提高首付比例。\n3.提高年限。", ["一", "一/1", "一/2", "一/3"]),
        ("为促进发展，制定以下措施：一、补贴房款。\n二、补贴契税。", ["", "一", "二"]),
        ("二、补贴条件如下: 1.在本市购房； 2.在本市工作。\n2.在本市参保。", ["二", "二/2"]),
        ("为促进发展，制定以下措施: 一、补贴房款。\n二、补贴契税。", ["", "一", "二"]),
        ("一、补贴。见附件1.申请表。\n2.由县局审核。", ["一", "一/2"]),
        ("注：1、县局审核。\n2、市局审批。", ["", "2"]),
        ("一、按照“十四五1、规划”补贴。\n2、由县局审核。", ["一", "一/2"]),
    ],
)
def test_a_number_within_a_line_fills_the_gap_between_those_that_begin_lines(lines: str, paths: list[str]) -> None:
    found = units(f"甲市购房补贴办法\n市政府同意以下办法，请贯彻执行。\n{lines}\n")[2:]
    assert [path for kind, path, _ in found if kind != "head"] == paths


def test_a_chapter_without_words_above_an_article() -> None:
    text = "甲市链上办法\n第一章\n第一条 为了发展，制定本办法。\n第二章\n第二条 本办法自公布之日起施行。\n"
    assert [path for _, path, _ in units(text)][1:] == ["第一章", "第一章/第一条", "第二章", "第二章/第二条"]
    general = "甲市链上条例\n总则\n第一条 为了发展，制定本条例。\n"
    assert [path for _, path, _ in units(general)][1:] == ["", "第一条"]
    assert [path for _, path, _ in units(general + "附则\n第二条 本条例自公布之日起施行。\n")][1:] == [
        "总则",
        "总则/第一条",
        "附则",
        "附则/第二条",
    ]
    bare = "甲市链上办法\n第一章 总则\n第一条\n（一）企业章程；\n（二）企业执照。\n"
    assert [kind for kind, _, _ in units(bare)][2:] == ["clause", "item", "item"]


def test_a_table_whose_lines_are_lost_is_one_unit_a_row() -> None:
    rows = "序号项目名称资助要求（万元）\n" + "".join(f"{n}甲企业链上平台建成后投入运行，资助210。以验收为准。\n" for n in range(1, 4))
    found = units(NOTICE + "附件2\n资助项目清单\n" + rows + "附件3\n申报办法\n第一条 企业可以申报。\n")
    assert [text for kind, _, text in found if kind == "table"] == rows.splitlines()
    assert found[-1][1] == "第一条"


def test_a_table_ends_where_the_next_document_begins() -> None:
    rows = "序号\n项目名称\n推荐单位\n1\n甲企业链上平台\n乙局\n"
    again = "甲市工信局关于开展链上平台试点工作的通知\n甲工信〔2022〕3号\n各区局：\n现组织开展试点。\n"
    found = units(f"甲市链上平台推荐办法\n一、推荐平台如下表所列。\n{rows}{again}")
    assert [kind for kind, _, _ in found][-4:] == ["title", "head", "addressee", "paragraph"]


def test_the_cells_of_a_row_stand_together() -> None:
    cells = "序号\n重点任务\n责任单位\n1\n优化服务\n推进电子证照应用。\n市大数据局\n2\n提高效率\n市住建局\n"
    found = units(f"甲市责任清单\n一、任务如下表所列。\n{cells}二、各单位抓好落实。\n")
    assert [(kind, path) for kind, path, _ in found] == [
        ("title", ""), ("heading", "一"), ("table", "一"), ("table", "一"), ("table", "一"), ("clause", "二")
    ]  # fmt: skip
    assert [text.split("\n")[0] for kind, _, text in found if kind == "table"] == ["序号", "1", "2"]


def test_a_number_column_alone_makes_no_table() -> None:
    assert all(kind != "table" for kind, _, _ in units("甲市编号办法\n第一条　序号由市局编排。\n序号应当连续，由单位和部门按名称报送。\n"))


def test_a_table_of_contents_is_noise() -> None:
    text = (
        "甲省数据条例\n目录\n第一章 总则\n第二章 附则\n第一章 总则\n第一条 为了发展，制定本条例。\n第二章 附则\n"
        "第二条 本条例自公布之日起施行。\n"
    )
    assert [kind for kind, _, _ in units(text)] == ["title", "noise", "noise", "noise", "heading", "clause", "heading", "clause"]


def test_a_law_is_dated_and_issued_by_its_adoption() -> None:
    text = (
        "# 甲省数据条例\n\n2019年5月1日 甲省第十三届人民代表大会常务委员会第二次会议通过\n\n"
        "2022年7月8日 甲省第十三届人民代表大会常务委员会第三十次会议修订\n\n"
        "<!-- INFO END -->\n\n## 第一章 总则\n\n第一条 为了发展，制定本条例。\n"
    )
    head = build(reading(text)).head
    assert (head.title, head.issuers, head.issue_date) == ("甲省数据条例", ("甲省人民代表大会常务委员会",), "2022-07-08")


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("甲政办规〔2023〕3 号", "甲政办规〔2023〕3号"),
        ("（甲府办[2019]108号）", "甲府办[2019]108号"),
        ("甲财规【2020】第7号", "甲财规【2020】第7号"),
        ("丙部令2018年第2号", "丙部令2018年第2号"),
        ("财政部 税务总局公告2020年第10号", "财政部税务总局公告2020年第10号"),
    ],
)
def test_document_numbers(line: str, number: str) -> None:
    text = f"关于开展试点工作的通知\n{line}\n各区人民政府：\n根据乙政发〔2001〕9号文件，现通知如下。\n一、开展试点。\n"
    assert build(reading(text)).head.doc_no == number


def test_a_cited_number_is_not_the_documents() -> None:
    text = "关于开展试点工作的通知\n各区人民政府：\n根据《乙办法》（乙政发〔2001〕9号），现通知如下。\n一、开展试点。\n"
    assert build(reading(text)).head.doc_no == ""


@pytest.mark.parametrize("date", ["2021年3月4日", "2021 年 3 月 4 日", "二〇二一年三月四日", "二○二一年三月四日"])
def test_signature_dates(date: str) -> None:
    text = f"关于开展试点工作的通知\n发布日期：2021-05-06\n各区人民政府：\n现通知如下，请遵照执行。\n甲市教育局\n甲市财政局\n{date}\n"
    head = build(reading(text)).head
    assert (head.issue_date, head.issuers) == ("2021-03-04", ("甲市教育局", "甲市财政局"))


def test_label_and_value_on_two_lines() -> None:
    text = (
        "发文机关：\n丁市人民政府\n成文日期：\n2020年06月07日\n发文字号：\n丁政发〔2020〕8号\n主题词：\n"
        "丁市人民政府关于支持养老服务的意见\n各区人民政府：\n现提出以下意见，请贯彻执行。\n"
        "一、扩大供给。支持社会力量办养老机构。\n"
    )
    head = build(reading(text)).head
    assert (head.title, head.doc_no, head.issuers, head.issue_date) == (
        "丁市人民政府关于支持养老服务的意见",
        "丁政发〔2020〕8号",
        ("丁市人民政府",),
        "2020-06-07",
    )


def test_a_title_over_several_lines() -> None:
    text = "戊市科技局 戊市财政局\n关于印发戊市科技项目管理办法\n实施细则的通知\n各有关单位：\n现印发实施，请遵照执行。\n"
    head = build(reading(text)).head
    assert head.title == "戊市科技局 戊市财政局关于印发戊市科技项目管理办法实施细则的通知"


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("青溪市白石区人民政府", "青溪市白石区人民政府关于印发《白石区机器人产业行动计划》的通知"),
        ("青溪市白石区工业和信息化局", "青溪市白石区加速机器人产业发展若干措施实施细则"),
        ("云台高新技术产业园区管理委员会（虚构）", "青溪省云台高新技术产业园区创新券管理办法"),
    ],
)
def test_a_letterhead_is_no_part_of_the_title(head: str, title: str) -> None:
    document = build(reading(f"{head}\n{title}\n第一条　为了促进发展，制定本办法。\n第二条　本办法自发布之日起施行。\n"))
    assert document.head.title == title
    assert [unit.kind for unit in document.units[:2]] == ["head", "title"]


def test_joint_issuers_over_two_lines_belong_to_the_title() -> None:
    lines = "青溪市科学技术局\n青溪市财政局关于印发青溪市创新券管理办法的通知\n各有关单位：\n现将办法印发给你们。\n"
    assert build(reading(lines)).head.title == "青溪市科学技术局青溪市财政局关于印发青溪市创新券管理办法的通知"


@pytest.mark.parametrize(
    ("line", "issuers"),
    [
        ("青溪市财政局青溪市教育局", ("青溪市财政局", "青溪市教育局")),
        ("财政部国家税务总局", ("财政部", "国家税务总局")),
        ("国家发展改革委办公厅 财政部办公厅", ("国家发展改革委办公厅", "财政部办公厅")),
        ("中共青溪市委网信办", ("中共青溪市委网信办",)),
        ("公安部交通管理局", ("公安部交通管理局",)),
        ("杭州市住房公积金管理中心国家税务总局杭州市税务局", ("杭州市住房公积金管理中心", "国家税务总局杭州市税务局")),
        ("国家金融监督管理总局浙江监管局杭州市财政局", ("国家金融监督管理总局浙江监管局", "杭州市财政局")),
        ("国家外汇管理局\n杭州市分局\n杭州市商务局", ("国家外汇管理局杭州市分局", "杭州市商务局")),
        ("中国农业银行浙江省分行", ("中国农业银行浙江省分行",)),
    ],
)
def test_joint_issuers_are_told_apart(line: str, issuers: tuple[str, ...]) -> None:
    assert build(reading(f"关于加快机器人应用的通知\n各有关单位：\n现就有关事项通知如下。\n{line}\n2021年3月4日\n")).head.issuers == issuers


def test_the_name_of_a_document_with_an_unusual_end() -> None:
    draft = build(reading("附件1\n青溪市数据法\n（草案征求意见稿）\n第一章　总则\n第一条　为了促进发展，制定本法。\n"))
    assert draft.head.title == "青溪市数据法（草案征求意见稿）"
    guide = build(reading("青溪市产业政策导引\n（市级版）\n青溪市发展和改革委员会\n2024年\n为发挥政策作用，编成本册，供各类企业查阅。\n"))
    assert guide.head.title == "青溪市产业政策导引（市级版）"


def test_the_signature_may_stand_below_the_list_of_attachments() -> None:
    document = build(reading("甲市关于召开听证会的通告\n有关事项通告如下。\n特此通告。\n附件：报名信息表\n甲市财政局\n2020年9月14日\n"))
    assert document.head.issue_date == "2020-09-14"
    assert [unit.kind for unit in document.units[-3:]] == ["attachment_list", "signature", "signature"]


def test_the_day_of_issue_may_stand_in_brackets() -> None:
    document = build(reading("甲市扶持办法\n第一条　为了促进发展，制定本办法。\n第二条　本办法自公布之日（2023年12月1日）起施行。\n"))
    assert document.head.issue_date == "2023-12-01"


def test_paragraphs_between_items_belong_to_the_item_before() -> None:
    text = "甲市工作报告\n一、去年工作\n去年做了以下工作：\n（一）扩大投资，稳住增长。\n新开工项目一百个。\n"
    text += "（二）改善民生，兜住底线。\n新增学位一万个。\n二、今年任务\n"
    found = [(kind, path) for kind, path, _ in units(text)[2:]]
    assert found[:4] == [("paragraph", "一"), ("item", "一/（一）"), ("paragraph", "一/（一）"), ("item", "一/（二）")]


def test_a_year_behind_a_number_is_no_decimal() -> None:
    text = "甲市扶持办法\n一、奖励\n1.2020年度新增专利的，给予奖励。\n2.5G基站按数量给予补助。\n3.其他项目另行规定。\n投资2.5亿元的另议。\n"
    assert [path for kind, path, _ in units(text) if kind == "clause"] == ["一/1", "一/2", "一/3"]


def test_decimal_numbers_need_no_blank() -> None:
    text = "甲指南\n1 总则\n2.1范围\n本指南适用于产品注册。\n2.2要求\n注册资金不少于2.5万元。\n"
    assert [path for kind, path, _ in units(text) if kind == "heading" and path] == ["2.1", "2.2"]


def test_a_provision_that_names_a_website_word_stays() -> None:
    text = NOTICE.replace("研发机器人的，给予奖励。", "办事窗口公布二维码，方便申请人扫码办理。")
    assert any("二维码" in words for kind, _, words in units(text) if kind == "clause")


def test_a_second_copy_of_the_text_is_noise() -> None:
    rules = "市人民政府有关部门关于机器人产业发展的规定以及每年公布的申报指南中列明的条件、程序、期限和材料"
    line = (
        "第{n}条　为了促进机器人产业发展，在本市登记的第{n}类企业和其他组织可以按照"
        + rules
        + "，向主管部门申请第{n}档补助；逾期不予受理。\n"
    )
    body = "".join(line.format(n=n) for n in "一二三四五六七八九")
    document = build(reading(f"甲市扶持办法\n{body}{body}"))
    assert sum(unit.kind == "clause" for unit in document.units) == 9
    assert sum(unit.kind == "noise" for unit in document.units) == 9
    check_covered(document)


def test_an_order_with_its_number_on_the_next_line() -> None:
    head = build(reading("甲市人民政府令\n（第290号）\n甲市节能条例\n第一条　为了节能，制定本条例。\n")).head
    assert (head.doc_no, head.issuers) == ("甲市人民政府令第290号", ("甲市人民政府",))


def test_an_amendment_does_not_date_a_law() -> None:
    adopted = "（2010年12月23日甲省第十一届人民代表大会常务委员会第二十次会议通过　根据2016年11月25日"
    adopted += "甲省第十二届人民代表大会常务委员会第三十一次会议《关于修改〈甲省河道条例〉的决定》修正）"
    head = build(reading(f"甲省河道条例\n{adopted}\n第一条　为了管理河道，制定本条例。\n")).head
    assert head.issue_date == "2010-12-23"


@pytest.mark.parametrize(
    "amended",
    [
        "2019年8月1日 甲市第七届人民代表大会常务委员会第九次会议通过\n\n"
        "2019年9月3日 乙省第十二届人民代表大会常务委员会第八次会议批准的《甲市人民代表大会常务委员会关于修改河道法规的决定》第一次修正",
        "2019年9月3日 乙省第十二届人民代表大会常务委员会第八次会议批准的2019年8月1日甲市第七届人民代表大会常务委员会第九次会议关于修\n\n"
        "改《甲市河道条例》的决定修正",
    ],
)
def test_the_approval_of_an_amendment_does_not_date_a_citys_law(amended: str) -> None:
    adopted = "2009年4月1日 甲市第五届人民代表大会常务委员会第二次会议通过\n\n2009年6月5日 乙省第十届人民代表大会常务委员会第四次会议批准"
    head = build(reading(f"# 甲市河道条例\n\n{adopted}\n\n{amended}\n\n<!-- INFO END -->\n\n第一条 为了管理河道，制定本条例。\n")).head
    assert head.issue_date == "2009-06-05"


@pytest.mark.parametrize("line", ["国家经贸委、冶金部：", "张某某等15位代表：", "甲市公积金管理中心:"])
def test_bodies_and_people_are_addressed(line: str) -> None:
    assert ("addressee", "", line) in units(f"关于某某建议的答复\n{line}\n你们提出的建议收悉，现答复如下。\n一、关于投资。\n加大投资。\n")


def test_unusual_names_above_the_closing_date_are_a_signature() -> None:
    text = "关于某事的通知\n各有关单位：\n现就有关事项通知如下。\n甲省联防联控机制综合组\n（甲省卫生健康委代章）\n2022年5月1日\n"
    assert [kind for kind, _, _ in units(text)][-2:] == ["signature", "signature"]


def test_short_names_below_an_attachment_mark_are_titles() -> None:
    assert ("title", "", "名词解释") in units(NOTICE + "附件2\n名词解释\n1.机器人是指能自动执行任务的机器。\n2.企业是指本市企业。\n")


def test_the_date_of_a_web_page_serves_where_the_text_has_none() -> None:
    page = Reading(
        "a.html", "html", "甲市扶持办法\n第一条　制定本办法。", (Line(0, 6), Line(7, 17)), metadata={"pubdate": "2021-03-04 10:00"}
    )
    assert build(page).head.issue_date == "2021-03-04"


def test_a_notice_names_the_policies_inside_and_the_day_it_was_printed() -> None:
    two = NOTICE + "甲市人民政府办公室 2021年3月9日印发\n附件2\n甲市申报指南\n第一条　申报材料另行公布。\n"
    head = build(reading(two)).head
    assert [span.text for span in head.policies] == ["甲市机器人产业扶持办法（试行）", "甲市申报指南"]
    assert (head.issue_date, head.printed_date) == ("2021-03-04", "2021-03-09")
    assert build(reading("甲市扶持办法\n第一条　制定本办法。\n")).head.policies == ()


def test_sentences_above_paragraphs_are_headings_together() -> None:
    text = "甲市行动方案\n一、主要任务\n（一）推动大数据与本市各类传统服务业融合发展。\n每年支持十个项目，安排资金。\n"
    text += "（二）建设智慧物流。\n新建仓库三座，改造两座。\n"
    found = [(kind, path) for kind, path, _ in units(text) if path.startswith("一/")]
    assert found == [("heading", "一/（一）"), ("paragraph", "一/（一）"), ("heading", "一/（二）"), ("paragraph", "一/（二）")]


def test_the_last_of_a_list_is_no_heading_of_what_follows_the_list() -> None:
    text = "甲市办事指南\n一、材料\n申请人提交下列材料：\n（一）申请表\n（二）身份证复印件\n"
    text += "上述材料一式两份，报送主管部门审查。\n二、时间\n常年受理。\n"
    assert ("item", "一/（二）") in [(kind, path) for kind, path, _ in units(text)]


def test_nothing_is_guessed() -> None:
    head = build(reading("支持企业发展，减免租金，具体办法另行制定，由有关部门负责落实，请遵照执行。\n")).head
    assert (head.title, head.doc_no, head.issuers, head.issue_date, head.doc_type, head.trial) == ("", "", (), None, "", False)


def test_empty_reading() -> None:
    document = build(Reading("a.txt", "text", "", (), status="empty"))
    assert document.units == ()
    assert document.status == "empty"


def test_lines_cut_by_noise_go_on() -> None:
    text = "第一条 申请人应当提交材料，\n第 3 页\n由区政府审核。\n第二条 本办法自公布之日起施行。\n"
    lines = reading(text, **{"第 3 页": "noise"}).lines
    joined = [Line(line.start, line.end, 1, line.kind, number != 2) for number, line in enumerate(lines)]
    found = build(Reading("a.pdf", "pdf", text, tuple(joined))).units
    assert [(unit.kind, unit.text) for unit in found] == [
        ("clause", "第一条 申请人应当提交材料，由区政府审核。"),
        ("noise", "第 3 页"),
        ("clause", "第二条 本办法自公布之日起施行。"),
    ]


def test_table_rows_and_footnotes_keep_their_kind() -> None:
    text = "一、标准\n等级 金额\n甲 10万元\n注：以上含税。\n二、程序\n向区政府提出申请，由区政府在十日内审核并公示。\n"
    found = build(reading(text, **{"等级 金额": "table", "甲 10万元": "table", "注：以上含税。": "footnote"})).units
    assert [(unit.kind, unit.path) for unit in found] == [
        ("heading", "一"),
        ("table", "一"),
        ("table", "一"),
        ("footnote", ""),
        ("heading", "二"),
        ("paragraph", "二"),
    ]


def test_entities_hold_no_semicolon() -> None:
    text = (
        "某县数字建设方案\n一、主要任务\n（一）实施“筑底&quot;工程\n1.建设平台。建好统一的平台。\n2.推广应用。推广平台的应用。\n"
        "（二）实施“育苗&quot;工程\n1.培育企业。培育一批企业。\n2.培养人才。培养一批人才。\n"
    )
    assert [(kind, path, words) for kind, path, words in units(text) if "工程" in words] == [
        ("heading", "一/（一）", '（一）实施“筑底"工程'),
        ("heading", "一/（二）", '（二）实施“育苗"工程'),
    ]


def test_links_on_lines_of_their_own_break_no_sentence() -> None:
    text = (
        "各位代表：\n一、过去一年的工作\n甲市认真落实《\n数字兴业条例\n》，修订了《\n数据办法\n》，企业办事更方便。\n"
        "会议听取了市长所作的\n政府工作报告\n，同意这个报告。\n第一，\n企业的负担轻了，办事的窗口少了，群众更满意。\n二、今年的任务\n继续努力。\n"
    )
    assert [words for kind, _, words in units(text) if kind == "paragraph"] == [
        "甲市认真落实《数字兴业条例》，修订了《数据办法》，企业办事更方便。",
        "会议听取了市长所作的政府工作报告，同意这个报告。",
        "第一，企业的负担轻了，办事的窗口少了，群众更满意。",
        "继续努力。",
    ]


def test_wrapped_text_with_paragraphs_that_are_whole_already() -> None:
    sentence = "本市推进新型设施建设，支持园区企业开展改造，完善平台功能，壮大服务队伍，促进各类要素有序流动，"
    wrapped = [(sentence * 3)[place : place + 26] for place in range(0, 26 * 5, 26)]
    whole = "各县区要加强领导，" * 16 + "狠抓落实。"
    text = "某市设施建设规划\n" + "".join("\n".join([*wrapped, "推动发展。", whole, ""]) for _ in range(9))
    found = [words for kind, _, words in units(text) if kind == "paragraph"]
    assert found == ["".join([*wrapped, "推动发展。"]), whole] * 9


def test_addressees_on_several_lines_of_a_page() -> None:
    sentence = "为推动全市企业改造设备、降低成本，更好服务广大群众，现将有关事项通知如下，请认真组织实施，按时上报结果。"
    body = "\n".join(line for _ in range(5) for line in (sentence[:24], sentence[24:48], sentence[48:]))
    head = "甲政办〔2021〕3号\n各县区人民政府，甲市经济开发区管委会，市政府各有关部\n门，市属各企业："
    text = f"{head}\n{body}\n甲市人民政府办公室\n2021年3月4日\n"
    assert [(kind, words) for kind, _, words in units(text)[:3]] == [
        ("head", "甲政办〔2021〕3号"),
        ("addressee", "各县区人民政府，甲市经济开发区管委会，市政府各有关部门，市属各企业："),
        ("paragraph", sentence),
    ]


def test_brackets_at_the_end_or_the_beginning_of_a_printed_line() -> None:
    lines = [
        "（一）简化用水报装手续。本市供水企业应当减少各环节办理",
        "时限，压缩成本，公开收费的标准，提供网上办理与上门(水表)",
        "安装服务并公布电话，按照《甲市供水设计规范(2020年版)》",
        "（以下简称规范）执行，不得要求用户自行购买设备、材料及",
        "配件，积极帮助小微企业降低费用，推动行业健康发展。",
        "（市水务局、市城管局、各区政府）",
        "（二）公开服务信息。供水企业应当公开与群众生活的",
        "“服务清单”，接受社会监督，定期听取用户意见，改进供水及",
        "排水的质量，提高群众满意程度，及时处理各类投诉和举报。",
    ]
    found = units("一、供水服务\n" + "\n".join(lines * 3))
    assert [(path, words[-8:]) for _, path, words in found[1:3]] == [("一/（一）", "管局、各区政府）"), ("一/（二）", "各类投诉和举报。")]


def test_a_bracketed_seal_and_links_behind_the_signature() -> None:
    text = (
        "甲市公开工作通知\n各区政府：\n现将工作要点印发给你们，请认真组织实施，年底前报送结果。\n甲市公开领导小组办公室\n（甲市政务服务局代章）\n"
        "2021年3月4日\n原文下载链接：\n甲市公开工作通知\n"
    )
    assert [kind for kind, _, _ in units(text)] == ["title", "addressee", "paragraph", *["signature"] * 3, *["noise"] * 2]


def test_the_teaser_at_the_foot_of_a_page_does_not_keep_the_foot() -> None:
    text = (
        "甲市补贴问答办法\n2021-03-04\n"
        "一、发放情况\n2021年全市发放补贴五千万元，惠及两万名居民，标准比上年提高一成以上。\n"
        "图片\n二、发放标准\n2022年的标准由市民政局会同市财政局另行公布，各区执行的标准不得低于全市的标准，也不得拖欠。\n"
        "相关附件\n扫一扫在手机打开当前页\n版权所有 甲市政府\n一、发放情况　　2021年全市发放补贴五...\n"
    )
    found = units(text)
    assert [kind for kind, _, _ in found if kind not in ("head", "title")] == [
        "heading", "paragraph", "noise", "heading", "paragraph", *["noise"] * 4,
    ]  # fmt: skip


def test_the_last_of_a_row_of_names_is_no_heading_of_the_next_number() -> None:
    text = (
        "甲市论坛通知\n各有关单位：\n现将有关事项通知如下。\n一、会议安排\n会议安排三项议程。\n"
        "出席嘉宾\n张三　　甲公司董事长\n李四　　乙公司总裁\n二、参加人员\n市直部门负责人参加。\n"
    )
    assert [kind for kind, _, words in units(text) if words.startswith(("张三", "李四"))] == ["paragraph"] * 2


def test_topics_may_speak_of_who_is_in_charge() -> None:
    text = (
        "甲市工作方案\n一、分工\n（一）分区推进。\n各区按照分级分类的要求推进复工，防止一刀切，确保重点项目如期开工。\n"
        "（二）分工负责。\n市直各部门按照职责推进复工，定期会商，重大事项及时报告市政府，年底总结。\n二、要求\n加强督查。\n"
    )
    assert [(kind, path) for kind, path, words in units(text) if words.endswith(("推进。", "负责。"))] == [
        ("heading", "一/（一）"),
        ("heading", "一/（二）"),
    ]


def test_each_form_stands_below_its_own_mark() -> None:
    form = "申报表\n单位名称\n联系电话\n负责人签字\n单位盖章\n年　　月　　日\n"
    text = "甲市申报通知\n各区：\n请按要求组织申报，逾期不予受理。\n甲市科技局\n2021年3月4日\n附件1\n甲项目" + form + "附件2\n乙项目" + form
    assert [kind for kind, _, _ in units(text)][-4:] == ["head", "table", "head", "table"]


def test_documents_of_a_compilation_are_numbered() -> None:
    text = (
        "3.甲市促进中小企业办法（2021年3月4日）\n第一条　支持企业发展。\n第二条　本办法自发布之日起施行。\n"
        "4.乙市人民政府关于印发乙市促进\n措施的通知（2021年4月5日）\n乙政发〔2021〕6号\n各区政府；市各有关单位：\n现将措施印发给你们，请认真执行。\n"
        "一、支持范围\n1.在乙市登记的企业；\n2.在乙市登记的机构。\n"
    )
    found = units(text)
    assert [(kind, path) for kind, path, _ in found] == [
        ("title", ""), ("clause", "第一条"), ("clause", "第二条"), ("title", ""), ("head", ""), ("addressee", ""), ("paragraph", ""),
        ("heading", "一"), ("clause", "一/1"), ("clause", "一/2"),
    ]  # fmt: skip
    head = build(reading(text)).head
    assert (head.title, head.issue_date) == ("甲市促进中小企业办法（2021年3月4日）", "2021-03-04")


def test_a_number_behind_a_sentence_goes_on_with_those_at_the_beginnings_of_lines() -> None:
    text = (
        "甲市措施\n一、支持购房\n对购房家庭给予补贴，按照第四条的规定执行。二、规范市场\n加强日常检查，公开检查结果。\n三、工作要求\n"
        "（一）加强领导。各区要落实责任。（二）加强督查。市督查室组织督查，按条例第三条第（二）项处理。\n（三）加强宣传。及时公开。\n"
    )
    assert [(kind, path) for kind, path, _ in units(text)][1:] == [
        ("heading", "一"), ("paragraph", "一"), ("heading", "二"), ("paragraph", "二"), ("heading", "三"),
        ("clause", "三/（一）"), ("clause", "三/（二）"), ("clause", "三/（三）"),
    ]  # fmt: skip


def test_attachments_left_out_are_listed_all_the_same() -> None:
    body = "甲市办法\n第一条　支持企业发展，具体办法由市政府制定。\n第二条所称企业，是指在甲市登记的企业。\n第二条　下列企业可以申请。\n"
    found = units(body + "附件：（略）\n1.甲表\n2.乙表\n乙部部长　王某\n2021年3月4日\n附件1-2\n丙表\n姓名\n单位\n签字\n")
    assert [(kind, words) for kind, _, words in found[4:8]] == [
        ("attachment_list", "附件：（略）1.甲表2.乙表"),
        ("signature", "乙部部长王某"),
        ("signature", "2021年3月4日"),
        ("head", "附件1-2"),
    ]
    assert [path for _, path, _ in found[1:4]] == ["第一条", "第一条", "第二条"]


def test_an_attachment_mark_stands_above_a_title_in_quotation_marks() -> None:
    sentence = "一、为推动全市企业改造设备、降低成本，更好服务广大群众，特制定本方案，请认真组织实施，按时上报结果，确保取得好成效。"
    body = "\n".join(line for _ in range(5) for line in (sentence[:24], sentence[24:48], sentence[48:]))
    found = units(body + "\n附件\n“助企惠民”专项行动清单\n一、助企行动\n" + body)
    assert [kind for kind, _, _ in found[5:7]] == ["head", "title"]


def test_addressees_on_the_line_of_the_first_sentence() -> None:
    text = "甲市购房补贴通知\n各区人民政府，市直各有关单位：为支持居民购房，现将有关事项通知如下：\n一、补贴标准\n每户补贴一万元。\n"
    assert [(kind, words) for kind, _, words in units(text)[1:3]] == [
        ("addressee", "各区人民政府，市直各有关单位："),
        ("paragraph", "为支持居民购房，现将有关事项通知如下："),
    ]


def test_what_is_repeated_below_the_imprint_of_a_page_is_noise() -> None:
    sentence = "甲市居民可以在网上申请补贴，审核通过之后由市民政局按月发放到居民的账户，不收取任何费用。"
    text = f"甲市补贴问答办法\n{sentence}\n相关新闻\n网站标识码：0000\n{sentence}详情请咨询。\n"
    assert [kind for kind, _, _ in units(text)] == ["title", "paragraph", *["noise"] * 3]


def test_notes_below_a_signature_belong_to_no_number() -> None:
    text = "甲市补贴通知\n各区：\n请认真执行。\n一、发放补贴。\n二、加强监管。\n甲市民政局\n2021年3月4日\n联系人：\n张三 1234\n"
    assert [path for _, path, _ in units(text)][-2:] == ["", ""]


def test_headings_of_run_on_text_stand_apart_from_the_sentence_behind_their_blank() -> None:
    text = (
        "甲市局关于保障工作的通知 甲发〔2020〕2号 各区局： 为做好保障工作，现将有关事项通知如下： "
        "一、明确保障目标 各区局要坚决贯彻市委、市政府的部署，把保障工作放在首位，防止出现停工停产的现象。 "
        "二、加快拨付资金 各区局要加强形势研判，及时调度资金，优先保障基层。 三、甲市局 乙市局共同负责督查。 甲市局 2020年2月8日"
    )
    assert [(kind, path) for kind, path, _ in units(text)][3:] == [
        ("paragraph", ""), ("heading", "一"), ("paragraph", "一"), ("heading", "二"), ("paragraph", "二"), ("clause", "三"),
        ("signature", ""), ("signature", ""),
    ]  # fmt: skip


def test_topics_of_two_halves_are_headings_where_all_are() -> None:
    below = "今年要继续推进各项改革，市直部门要按照分工抓好落实，各区要结合实际细化措施，确保完成全年的目标任务。\n"
    topics = ["激发企业活力，优化营商环境。", "坚持创新引领，培育发展动能。", "扩大对外开放，拓展合作空间。"]
    text = "甲市工作要点\n一、重点任务\n" + "".join(f"（{n}）{topic}\n{below}" for n, topic in zip("一二三", topics, strict=True))
    assert [kind for kind, _, _ in units(text)] == ["title", "heading", *["heading", "paragraph"] * 3]
    assert [kind for kind, _, _ in units(text[: text.index("（三）")])][2:] == ["clause", "paragraph"] * 2


def test_a_deeper_decimal_makes_a_heading_of_the_one_above() -> None:
    text = (
        "链上协议编制指南\n一、质量控制\n8.3过程控制\n8.3.1受托方按照规定负责标识。\n8.3.2 UDI由委托方赋予。\n8.3.3个例报告由双方留存。\n"
        "8.4放行\n产品检验合格以后才能放行。\n"
    )
    assert [(kind, path) for kind, path, _ in units(text)][2:] == [
        ("heading", "一/8.3"),
        ("clause", "一/8.3/8.3.1"),
        ("clause", "一/8.3/8.3.2"),
        ("clause", "一/8.3/8.3.3"),
        ("heading", "一/8.4"),
        ("paragraph", "一/8.4"),
    ]


def test_a_sentence_of_two_parts_above_a_new_count_is_a_heading() -> None:
    text = "甲市链上产业行动方案\n二、主要任务\n（一）{}\n1.建设链上园区。由高新区建一个园区。\n2.引进链上企业。对新企业给予租金补贴。\n"
    found = units(text.format("加强用户服务，提升平台体验。"))
    assert [(kind, path) for kind, path, _ in found][2:] == [("heading", "二/（一）"), ("clause", "二/（一）/1"), ("clause", "二/（一）/2")]
    listed = units(text.format("申请奖励的，应当符合两项条件。"))
    assert [kind for kind, _, _ in listed][2:] == ["clause", "item", "item"]


def test_what_tells_when_it_takes_effect_is_no_heading_whatever_follows() -> None:
    text = (
        "甲市住房新政\n一、提高额度\n贷款的最高额度提高到一百万元，多子女家庭可以再增加二十万元。\n"
        "二、{}\n执行期间上级另有规定的，从其规定，以前的规定与此不一致的，以此为准。\n"
    )
    kinds = [kind for kind, _, _ in units(text.format("本通知第一条自2025年1月1日起执行,其他自2024年12月5日起施行"))]
    assert kinds[-2:] == ["clause", "paragraph"]
    assert [kind for kind, _, _ in units(text.format("自2025年1月1日起执行的政策"))][-2:] == ["heading", "paragraph"]


def test_the_closing_paragraph_of_measures_in_articles_stands_by_itself() -> None:
    text = "甲县楼市若干措施\n第一条 优化土地供应。\n第二条 {}\n本措施自发布之日起实施，有效期一年。\n"
    assert units(text.format("激励市场主体。（责任单位：县住建局）"))[-1][:2] == ("paragraph", "")
    assert units(text.format("本措施由县住建局负责解释。"))[-1][:2] == ("paragraph", "第二条")


def test_what_closes_clauses_of_one_paragraph_each_speaks_of_all() -> None:
    clauses = "甲县楼市若干措施\n一、优化土地供应。\n二、激励市场主体。\n三、放宽落户条件。\n"
    assert units(clauses + "乙县、丙县可参照执行。\n联系人：王某某。\n")[-2:] == [
        ("paragraph", "", "乙县、丙县可参照执行。"),
        ("paragraph", "", "联系人：王某某。"),
    ]
    more = clauses.replace("主体。\n", "主体。\n各镇应当落实。\n")
    assert units(more + "乙县、丙县可参照执行。\n")[-1][:2] == ("paragraph", "三")
    assert units(clauses + "各镇应当落实。\n四、简化审批手续。\n")[-2][:2] == ("paragraph", "三")
    assert units(clauses + "乙县参照执行。\n" * 7)[-1][:2] == ("paragraph", "三")


def test_a_chapter_of_plans_is_no_citation() -> None:
    text = "甲市住房办法\n第一章总则\n第一条为了保障住房，制定本办法。\n第二章规划建设\n第二条市住建部门编制规划。\n"
    assert [path for _, path, _ in units(text)][1:] == ["第一章", "第一章/第一条", "第二章", "第二章/第二条"]
    assert mark_of("第二章规定的条件") is None


def test_who_edited_the_page_is_no_provision() -> None:
    text = "甲市楼市若干措施\n一、优化土地供应，有序出让。\n二、激励市场主体，放宽条件。\n（来源：甲市日报）\n编辑：王某某\n"
    assert [kind for kind, _, _ in units(text)][-2:] == ["noise", "noise"]
    assert units(text + "三、审核：由市住建局负责。\n")[-1][0] == "clause"


def test_the_last_rows_of_a_table_are_no_foot_of_the_page() -> None:
    rows = "".join(f"{n}\n甲{n}街\n8756441{n}\n甲区某路12{n}号\n" for n in range(1, 7))
    page = "首页\n首页 > 公告\n甲区租赁备案办事指南\n一、材料\n租赁双方应当提交身份证明和房屋权属证明的原件。\n"
    found = units(f"{page}序号\n单位\n办公电话\n街道地址\n{rows}友情链接\n版权所有：甲区政府\n网站标识码：4401060002\n")
    assert [kind for kind, _, _ in found].count("table") == 7
    assert "甲区某路126号" in next(text for kind, _, text in reversed(found) if kind == "table")


def test_a_count_may_go_beyond_a_hundred() -> None:
    text = "甲市支持目录\n一、支持事项\n98.链上园区建设。\n99.链上企业培育。\n100.链上人才引进。\n101.链上论坛举办。\n"
    assert [path for _, path, _ in units(text)][2:] == ["一/98", "一/99", "一/100", "一/101"]
    assert units("甲市奖励办法\n一、奖励标准\n100.5万元以上的奖励一成。\n")[-1][1] == "一"


def test_who_leads_may_stand_behind_a_heading() -> None:
    text = "甲市任务清单\n一、优化环境\n（二）纳税（牵头部门：税务局；目标：前5）\n2、落实减税。精准推送。\n3、提升服务。一窗办理。\n"
    assert [(kind, path) for kind, path, _ in units(text)][2:] == [
        ("heading", "一/（二）"),
        ("clause", "一/（二）/2"),
        ("clause", "一/（二）/3"),
    ]


def test_a_text_of_one_line_that_begins_with_its_title() -> None:
    body = "三、鼓励就地就业创业。" + "根据当前形势，收集和开发一批适合农民工就业的岗位，引导农民工就近就业。" * 8
    found = units(f"甲市人民政府办公室关于做好就业工作的通知 {body} 附件：岗位清单 甲市人民政府办公室 2020年2月14日")
    assert [(kind, path) for kind, path, _ in found] == [
        ("title", ""),
        ("clause", "三"),
        ("attachment_list", ""),
        ("signature", ""),
        ("signature", ""),
    ]


def test_what_can_be_explained_is_no_closing_provision() -> None:
    text = (
        "甲类研究指南\n一、方向\n（一）{}\n研究知识与数据联合的方法，建立新的机器学习框架，形成一批原创成果。\n"
        "（二）智能方法。\n研究可以复用的方法，形成开放的平台，支持一批应用单位开展示范。\n"
    )
    assert [kind for kind, _, _ in units(text.format("可解释、可通用的下一代人工智能方法。"))][2] == "heading"
    assert [kind for kind, _, _ in units(text.format("本指南由市科技主管部门负责解释。"))][2] == "clause"


def test_a_question_heads_its_answer() -> None:
    text = "甲市公积金政策问答\n一、怎么申请贷款？\n{}可以在网上申请，也可以到服务大厅的窗口申请。\n"
    assert [kind for kind, _, _ in units(text.format(""))][1:] == ["heading", "paragraph"]
    assert [kind for kind, _, _ in units(text.format("1."))][1:] == ["clause", "item"]


def test_the_record_below_a_printed_page_is_noise_with_its_broken_values() -> None:
    text = (
        "甲国关于加快应用发展的意见\n一、总体要求。坚持创新驱动，推动人工智能与民生服务深度融合，形成一批典型应用场景。\n甲国数据局\n2026年6月22日\n附件\n"
        "甲国数据局甲国工业\n关于加快应用\n标题：发文机关：\n发展的意见\n和信息化部\n发文字号：甲数发〔2026〕40号\n主题分类：劳动\\其他公文种类：意见\n"
    )
    assert [kind for kind, _, _ in units(text)][-7:] == ["noise"] * 7
    assert [kind for kind, _, _ in units(text)][:-7] == ["title", "clause", "signature", "signature", "head"]


def test_headings_of_two_halves_in_run_on_text() -> None:
    sentence = "各地要根据实际情况做好工作，重点支持农产品流通企业保障供应，确保价格平稳运行，防止出现断供。"
    text = "".join(
        f"{n}、{words} {sentence} "
        for n, words in zip("一二三", ("高度重视，支持企业保供", "因地制宜，制定方案", "突出重点，发挥作用"), strict=True)
    )
    found = units(f"关于做好农商互联工作的通知 各地商务主管部门： 为保障供应，现就有关事项通知如下。 {text}")
    assert [(kind, path) for kind, path, _ in found][3:] == [(kind, n) for n in "一二三" for kind in ("heading", "paragraph")]


def test_sections_within_a_shorter_line() -> None:
    lead = "缴存人符合下列情形之一的，可以申请提取住房公积金账户内的存储余额："
    parts = [
        "（一）在本市购买自住住房，并且本人、配偶和未成年子女在本市没有其他住房的。",
        "（二）在本市建造、翻建、大修自住住房，并且已经依法取得批准文件的。",
        "（三）租房自住，租金超过家庭收入一定比例，并且已经依法办理了租赁登记备案的。",
    ]
    assert [words for _, _, words in units(f"甲市提取办法\n{lead}{''.join(parts)}\n")][1:] == [lead, *parts]
    cited = lead[:-1] + "，第（一）项和第（二）项除外。"
    assert len(units(f"甲市提取办法\n{cited * 3}\n")) == 2


def test_a_count_that_goes_on_behind_a_heading_on_the_same_line() -> None:
    text = "甲县楼市措施\n一、消化存量住房\n（一）推行购房补贴。\n（二）支持换购。\n二、加大支持（三）加快办理。\n（四）落实优惠。\n"
    assert [path for _, path, _ in units(text)][1:] == ["一", "一/（一）", "一/（二）", "二", "二/（三）", "二/（四）"]


def test_labels_in_brackets_behind_the_title_of_run_on_text() -> None:
    sentence = "为优化纳税服务，现就有关事项通知如下，请结合实际认真贯彻落实，执行中的问题及时报告。"
    head = "甲市税务局关于优化服务的通知 【发文单位】 甲市税务局 【发布文号】 甲税发〔2020〕19号"
    document = build(reading(f"{head} {sentence} 一、拓展网上办税。{sentence} 二、简化手续。{sentence} "))
    assert (document.head.title, document.head.doc_no) == ("甲市税务局关于优化服务的通知", "甲税发〔2020〕19号")


def test_a_topic_of_several_parts_above_a_count_that_goes_on() -> None:
    text = "甲市工作方案\n二、主要任务\n（一）加强用户服务，提升体验。\n1.推进标准化。建立体系。\n2.共享数据。建立平台。\n"
    found = units(text + "（二）做好办理保障，提升质效。\n3.完善机制。明确分工。\n4.优化流程。提高效率。\n")
    assert [kind for kind, path, _ in found if path.startswith("二/")] == ["heading", "clause", "clause"] * 2
    assert [kind for kind, _, _ in units(text + "（二）做好办理保障，提升质效。\n7.完善机制。\n")][-2:] == ["clause", "item"]


def test_a_count_of_pages_may_skip_a_picture() -> None:
    page = [f"各部门要做好第{n}项工作，把责任落实到人，把任务落实到岗，定期检查，确保按期完成。" for n in range(1, 10)]
    numbers = ["1", "2", "3", "4\n5", "7"]
    text = "甲市工作要点\n" + "\n".join("\n".join([*page, number]) for number in numbers)
    assert [words for kind, _, words in units(text) if kind == "noise"] == ["1", "2", "3", "4", "5", "7"]


def test_a_caption_without_a_number_is_no_heading() -> None:
    body = "各部门要做好有关工作，把责任落实到人，把任务落实到岗，定期检查落实的情况，及时通报检查的结果，确保各项任务按期完成。"
    kinds = [
        [kind for kind, _, _ in units(f"甲市工作要点\n一、总体要求\n{body}\n{line}\n{body}\n")]
        for line in ("图 数据空间视图", "图书馆事业")
    ]
    assert [found[3] for found in kinds] == ["paragraph", "heading"]


def test_a_list_of_cases_with_nothing_above_it_is_made_of_items() -> None:
    text = "甲市提取办法\n符合下列情形之一的，可以申请提取：\n（一）购买住房的。\n（二）租房自住的。\n"
    assert [kind for kind, _, _ in units(text)][1:] == ["paragraph", "item", "item"]
    assert [kind for kind, _, _ in units(text.replace("符合下列情形之一的，可以申请提取", "现就有关事项通知如下"))][1:] == [
        "paragraph",
        "clause",
        "clause",
    ]

"""The head record in the forms that pages and offices give it: numbers on the title's line, seals lent, sittings, hours glued to days."""

from __future__ import annotations

import pytest

from policytext.read.text import read_text
from policytext.schema import Head, Unit
from policytext.structure import build

BODY = "各有关单位：\n现就有关事项通知如下。\n一、支持建设链上园区。\n"


def head(text: str) -> Head:
    return build(read_text("a.txt", text.encode())).head


def units(text: str) -> tuple[Unit, ...]:
    return build(read_text("a.txt", text.encode())).units


@pytest.mark.parametrize(
    ("line", "title", "number"),
    [
        ("甲政发〔2021〕3号《甲市人民政府关于支持链上园区的通知》", "甲市人民政府关于支持链上园区的通知", "甲政发〔2021〕3号"),
        ("甲政发［2021］3号甲市人民政府关于支持链上园区的通知", "甲市人民政府关于支持链上园区的通知", "甲政发［2021］3号"),
        ("《关于支持链上园区的通知》甲政发〔2021〕3号（链十条）", "关于支持链上园区的通知", "甲政发〔2021〕3号"),
        ("关于支持链上园区的通知(甲政发〔2021〕3号)", "关于支持链上园区的通知", "甲政发〔2021〕3号"),
        ("关于废止甲政发〔2021〕3号文件的通知", "关于废止甲政发〔2021〕3号文件的通知", ""),
        ("甲市转发关于链上园区的通知（乙政发〔2021〕3号）", "甲市转发关于链上园区的通知（乙政发〔2021〕3号）", ""),
        ("《甲市政府关于转发链上园区若干意见的通知》甲政发〔2021〕3号", "甲市政府关于转发链上园区若干意见的通知", "甲政发〔2021〕3号"),
    ],
)
def test_a_number_on_the_line_of_the_title(line: str, title: str, number: str) -> None:
    found = head(f"{line}\n{BODY}")
    assert (found.title, found.doc_no if number else "") == (title, number)


@pytest.mark.parametrize(
    ("title", "issuers"),
    [
        ("2024年甲省政府工作报告", ("甲省人民政府",)),
        ("2024年中华人民共和国国务院政府工作报告", ("国务院",)),
        ("第十四届全国人民代表大会第三次会议关于政府工作报告的决议", ("全国人民代表大会",)),
        ("甲市财政局等9部门关于支持链上园区的通知", ("甲市财政局",)),
        ("上海市财政局上海海事局关于支持链上企业的通知", ("上海市财政局", "上海海事局")),
        ("证监会国资委全国工商联关于支持链上企业的通知", ("证监会", "国资委", "全国工商联")),
        ("证监会国资委 全国工商联关于支持链上企业的通知", ("证监会", "国资委", "全国工商联")),
    ],
)
def test_who_issues_by_the_title(title: str, issuers: tuple[str, ...]) -> None:
    assert head(f"{title}\n{BODY}").issuers == issuers


@pytest.mark.parametrize(
    ("signature", "issuers"),
    [
        ("甲市链上园区工作领导小组办公室（代章）", ("甲市链上园区工作领导小组办公室",)),
        ("甲市链上园区工作领导小组办公室(甲市财政局代章)", ("甲市链上园区工作领导小组办公室",)),
        ("甲市链上园区工作领导小组办公室\n（甲市财政局代章）", ("甲市链上园区工作领导小组办公室",)),
        (
            "甲市住房和城乡建设委员会 甲市规划和自然资源管理局 甲市商务委员会 国家税务总局甲市税务局 甲市财政局 甲市科学技术局",
            (
                "甲市住房和城乡建设委员会",
                "甲市规划和自然资源管理局",
                "甲市商务委员会",
                "国家税务总局甲市税务局",
                "甲市财政局",
                "甲市科学技术局",
            ),
        ),
    ],
)
def test_who_lends_the_seal_does_not_issue(signature: str, issuers: tuple[str, ...]) -> None:
    assert head(f"关于支持链上园区的通知\n{BODY}{signature}\n2021年3月4日\n").issuers == issuers


def test_a_sitting_is_no_part_of_the_name_of_a_congress() -> None:
    law = "甲省链上条例\n（2021年3月4日甲省第十三届人民代表大会常务委员会第二次会议通过）\n第一条　为了促进发展，制定本条例。\n"
    assert head(law).issuers == ("甲省人民代表大会常务委员会",)


def test_an_attached_document_signed_by_others() -> None:
    inner = "乙部关于征集链上企业的通知\n一、征集范围不限。\n乙部办公厅\n2021年2月1日\n"
    found = head(f"甲省财政厅关于转发征集通知的通知\n{BODY}2021年3月4日\n附件1\n{inner}")
    assert (found.issuers, found.issue_date) == (("甲省财政厅",), "2021-03-04")


@pytest.mark.parametrize("line", ["发布日期:2023-03-2717:48来源:市局", "来源:本站2023-03-2717:48", "2023-03-27 17:48 来源：新华社"])
def test_a_day_glued_to_its_hour_or_without_a_label(line: str) -> None:
    assert head(f"关于支持链上园区的通知\n{line}\n{BODY}").issue_date == "2023-03-27"


def test_a_label_ends_the_value_before_it() -> None:
    found = head(f"发文机关：甲省政府办公厅 成文日期：2004-02-02\n关于支持链上园区的通知\n{BODY}")
    assert (found.issuers, found.issue_date) == (("甲省政府办公厅",), "2004-02-02")


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ("甲市“十四五”链上发展规划(2021—2025年)", "甲市十四五链上发展规划（2021-2025年）"),
        ("关于支持链上园区的若干措施", "甲市人民政府办公厅 关于支持链上园区的若干措施"),
        ("2024年甲省政府工作报告", "政府工作报告"),
    ],
)
def test_a_title_printed_twice_is_one_policy(first: str, again: str) -> None:
    assert head(f"{first}\n甲市人民政府\n2021年3月4日\n{again}\n一、支持建设链上园区。\n").policies == ()


def test_a_title_within_the_title_is_a_policy_of_its_own() -> None:
    found = head(
        "关于印发《甲市链上若干措施》的通知\n各有关单位：\n现予印发。\n甲局\n2021年3月4日\n甲市链上若干措施\n一、支持建设链上园区。\n"
    )
    assert [one.text for one in found.policies] == ["甲市链上若干措施"]


def test_an_announcement_about_something_is_no_number() -> None:
    assert head(f"乙部关于做好许可证管理工作的公告\n2020年第18号\n{BODY}").doc_no == ""


@pytest.mark.parametrize(
    "line", ["乙大学：", "东区、西区人民政府,河新区,市政府有关部门:", "甲、乙、丙商务、财政主管部门：", "重大项目首席专家、有关高等学校∶"]
)
def test_who_is_addressed_stands_below_the_title(line: str) -> None:
    first = "为支持链上园区和链上企业，现就有关事项通知如下：\n一、支持建设链上园区。\n"
    assert [unit.kind for unit in units(f"关于支持链上园区的通知\n{line}\n{first}")][:3] == ["title", "addressee", "paragraph"]
    for title, other in (("链上项目申报通知", "道路测试主体名称："), ("链上项目申报通知", "主要内容："), ("链上发展访谈", "王某：")):
        assert units(f"{title}\n{other}\n{first}")[1].kind != "addressee"


def test_an_empty_label_takes_no_line_of_the_title() -> None:
    page = "发文机关：\n甲局\n主 题 词：\n甲局转发乙局\n关于支持链上园区意见的通知\n"
    found = head(page + BODY)
    assert (found.title, found.issuers) == ("甲局转发乙局关于支持链上园区意见的通知", ("甲局",))
    assert head("时效性：\n有效\n甲局关于支持链上园区的通知\n" + BODY).title == "甲局关于支持链上园区的通知"


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        ("关于完善链上政策体系\n推动园区建设的若干措施", "关于完善链上政策体系推动园区建设的若干措施"),
        ("甲局关于调整监管措施\n支持链上企业平稳运行的通知", "甲局关于调整监管措施支持链上企业平稳运行的通知"),
        ("甲局关于支持链上园区的若干措施\n链上园区建设实施方案", "甲局关于支持链上园区的若干措施"),
    ],
)
def test_a_title_goes_on_over_a_line_that_could_end_it(lines: str, title: str) -> None:
    assert head(f"{lines}\n{BODY}").title == title


@pytest.mark.parametrize("number", ["商服贸函2026年第322号", "JNCR—2022—0040001"])
def test_other_forms_of_numbers_are_lines_of_their_own(number: str) -> None:
    assert units(f"甲市链上管理办法\n{number}\n{BODY}")[1].kind == "head"


@pytest.mark.parametrize("list_", ["附件：1.统计表（略）\n2.名单（略）", "附件：统计表（略）"])
def test_a_signature_below_a_list_of_attachments(list_: str) -> None:
    width = "为支持链上园区建设的有关各项工作现将有关事项通知如下请认真\n" * 12
    assert head(f"关于支持链上园区的通知\n各有关单位：\n{width}贯彻。\n{list_}\n乙市市场监督管理局\n2023年3月3日\n").issuers == (
        "乙市市场监督管理局",
    )


def test_many_bodies_sign_together() -> None:
    names = [
        "国家发展改革委",
        "工业和信息化部",
        "水利部",
        "商务部",
        "国务院国资委",
        "广电总局",
        "能源局",
        "铁路局",
        "民航局",
        "财政部",
        "教育部",
        "民政部",
    ]
    names += ["司法部", "公安部", "税务总局"]
    text = f"关于支持链上园区的通知\n{BODY}（此页无正文）\n" + "\n".join(names) + "\n2023年3月3日\n"
    assert head(text).issuers == tuple(names)


def test_a_list_of_attachments_without_numbers_ends_above_the_signature() -> None:
    found = units(
        f"甲市工信局关于征集场景的通知\n{BODY}附件：\n乙省关于征集场景的通知.pdf\n场景征集表.docx\n甲市工业和信息化局\n2021年7月12日\n"
    )
    assert [unit.kind for unit in found][-3:] == ["attachment_list", "signature", "signature"]


def test_the_address_that_words_announce_belongs_to_them() -> None:
    found = units("甲市申报指南\n一、表格可以到官网下载。下载地址：\nhttp://www.example.gov.cn/t20230415.html\n二、申报截止到年底。\n")
    assert [unit.text for unit in found][1] == "一、表格可以到官网下载。下载地址：http://www.example.gov.cn/t20230415.html"
    footer = units("甲市申报指南\n一、表格可以到官网下载，填写以后交到窗口。\nhttp://www.example.gov.cn/1.html\n二、申报截止到年底。\n")
    assert [unit.kind for unit in footer][2] == "noise"


def test_an_order_has_its_own_number_not_that_of_an_earlier_version() -> None:
    text = (
        "甲国医疗器械条例\n（2000年1月4日中华人民共和国国务院令第276号公布　2020年12月21日国务院第119次常务会议修订通过）\n"
        "中华人民共和国国务院令\n第739号\n第一条　为了保证安全，制定本条例。\n"
    )
    found = head(text)
    assert (found.doc_no, found.policies) == ("中华人民共和国国务院令第739号", ())


@pytest.mark.parametrize(
    ("line", "doc_no", "issuers"),
    [
        ("2021年3月5日日照市人民政府令第7号公布", "日照市人民政府令第7号", ("日照市人民政府",)),
        ("2021年3月5日中华人民共和国国务院令第7号公布", "中华人民共和国国务院令第7号", ("中华人民共和国国务院",)),
        ("日政发〔2021〕7号", "日政发〔2021〕7号", ()),
    ],
)
def test_the_end_of_a_date_is_no_part_of_an_orders_number_but_a_city_is(line: str, doc_no: str, issuers: tuple[str, ...]) -> None:
    found = head(
        f"甲市医疗器械条例\n（{line}）\n第一条　为了保证安全，制定本条例。\n" if issuers else f"甲市医疗器械管理办法\n{line}\n{BODY}"
    )
    assert (found.doc_no, found.issuers) == (doc_no, issuers)


def test_a_policy_of_the_documents_own_title_stands_behind_the_notice_that_passes_it_on() -> None:
    text = f"十四五链上规划\n甲市政府关于印发“十四五”链上规划的通知\n{BODY}甲市政府\n2021年3月4日\n“十四五”链上规划\n一、建设链上园区。\n"
    assert [one.text for one in head(text).policies][-1] == "“十四五”链上规划"


def test_a_list_that_the_notice_names_is_a_policy_inside() -> None:
    table = "序号\n重点任务\n责任单位\n1\n优化服务\n市大数据局\n"
    found = head(f"甲市关于印发链上责任清单的通知\n各有关单位：\n现予印发。\n甲局\n2021年3月4日\n链上责任清单\n{table}")
    assert [one.text for one in found.policies] == ["链上责任清单"]


@pytest.mark.parametrize(
    ("lines", "title", "number", "issuers"),
    [
        # a headline names the title below it
        ("我市出台《关于支持链上园区的措施》\n发布日期:2022-05-17\n关于支持链上园区的措施", "关于支持链上园区的措施", "", ()),
        ("甲市财政局发布《甲市链上园区管理办法》\n甲市链上园区管理办法", "甲市链上园区管理办法", "", ("甲市财政局",)),
        ("《关于支持园区的通知》甲园委〔2026〕2号\n关于支持园区的通知", "关于支持园区的通知", "甲园委〔2026〕2号", ()),
        (
            "关于印发《园区办法》的通知（2024年3月4日甲局发布，甲财字〔2024〕7号，有效期一年）",
            "关于印发《园区办法》的通知",
            "甲财字〔2024〕7号",
            (),
        ),
        # a page's record
        ("发布机构：甲市相关部门\n甲市链上园区管理办法", "甲市链上园区管理办法", "", ()),
        (
            "发布日期: 2025-12-26\n原文链接: [http://www.example.gov.cn/20251226/a.html](http://www.example.gov.cn/20251226/a.html)\n"
            "甲园委〔2026〕2号\n甲市链上园区管理办法",
            "甲市链上园区管理办法",
            "甲园委〔2026〕2号",
            (),
        ),
        # the name of a page or file
        ("甲市财政局网站-甲市链上园区管理办法\n甲市链上园区管理办法", "甲市链上园区管理办法", "", ()),
        (
            "甲市人民政府令（第83号）_甲市链上园区管理办法__2026年第20号甲市公报\n甲市链上园区管理办法",
            "甲市链上园区管理办法",
            "甲市人民政府令第83号",
            ("甲市人民政府",),
        ),
        # joint announcements
        (
            "甲省财政厅 甲省税务局公告2020年第8号\n关于支持园区的公告",
            "关于支持园区的公告",
            "甲省财政厅甲省税务局公告2020年第8号",
            ("甲省财政厅", "甲省税务局"),
        ),
        # a title over two lines, of which the second could be one
        ("甲市石化行业链上标准体系\n建设指南\n（2022版）", "甲市石化行业链上标准体系建设指南（2022版）", "", ()),
    ],
)
def test_titles_numbers_and_issuers_as_pages_print_them(lines: str, title: str, number: str, issuers: tuple[str, ...]) -> None:
    found = head(f"{lines}\n{BODY}")
    assert (found.title, found.doc_no, found.issuers) == (title, number, issuers)


def test_the_number_of_what_a_notice_passes_on_is_not_its_own() -> None:
    notice = f"甲省新闻局关于转发征集通知的通知\n各有关单位：\n{BODY}附件：关于征集服务商的通知\n2016年8月11日\n附件\n"
    inner = f"关于征集服务商的通知\n新办函〔2016〕274号\n各省新闻局：\n{BODY}"
    assert head(notice + inner).doc_no == ""
    assert head(f"甲新发〔2016〕3号\n{notice}{inner}").doc_no == "甲新发〔2016〕3号"


def test_the_labelled_title_of_a_notice_beats_that_of_what_it_passes_on() -> None:
    page = (
        "标题：市工信局关于印发《链上行动计划》的通知{}\n甲工信〔2025〕44号\n各有关单位：\n《链上行动计划》现予印发，请认真组织实施。\n"
        "甲市工信局\n2025年3月3日\n链上行动计划\n一、总体要求。坚持创新驱动。\n"
    )
    found = head(page.format(""))
    assert (found.title, [one.text for one in found.policies]) == ("市工信局关于印发《链上行动计划》的通知", ["链上行动计划"])
    assert head(page.format("…")).title == "链上行动计划"


def test_the_words_of_a_table_are_no_title() -> None:
    table = "一级指标\n二级指标\n评价标准\n管理指标\n服务质量\n每年评价一次，由市卫生健康委组织专家进行，结果向社会公布。\n"
    found = head(f"甲市医生签约服务实施方案\n{BODY}附件\n甲市签约服务监测指标\n{table}")
    assert [one.text for one in found.policies] == ["甲市签约服务监测指标"] or not found.policies
    assert "一级指标二级指标评价标准" not in [one.text for one in found.policies]


def test_the_holders_of_offices_sign_an_order() -> None:
    order = "甲国互联网办公室\n甲国工业和信息化部令\n第12号\n《深度合成管理规定》\n已经会议审议通过，现予公布，自2023年1月10日起施行。\n"
    signed = "甲国互联网办公室主任 王某\n工业和信息化部部长 李某某\n2022年11月25日\n深度合成管理规定\n第一条 为了加强管理，制定本规定。\n"
    document = build(read_text("a.txt", (order + signed).encode()))
    assert [unit.text for unit in document.units if unit.kind == "signature"][-1] == "2022年11月25日"
    assert [unit.kind for unit in document.units if "王某" in unit.text or "李某某" in unit.text] == ["signature", "signature"]
    assert "王某" not in "".join(document.head.issuers)
    assert "《深度合成管理规定》" not in [unit.text for unit in document.units]


def test_whoever_signs_issues_whatever_the_name() -> None:
    found = head(f"关于加强社区防控工作的通知\n各有关单位：\n{BODY}应对甲类疫情联防联控总工作机制\n2020年1月24日\n")
    assert found.issuers == ("应对甲类疫情联防联控总工作机制",)


def test_the_headline_of_a_page_serves_where_the_document_has_no_title() -> None:
    page = (
        "网站助手\n首页 > 政务服务 > 常见问题\n{}\n发表时间：2024-07-19 14:45:09\n浏览量：-\n"
        "一、什么人可以申请贷款？\n个人和小微企业都可以申请，个人最高可以贷款三十万元，小微企业最高可以贷款五百万元。\n"
    )
    found = head(page.format("怎么申请创业担保贷款？"))
    assert (found.title, found.evidence["title"].text) == ("怎么申请创业担保贷款？",) * 2
    assert head(page.format("信息来源：市就业中心")).title == ""


def test_a_notice_below_the_name_of_what_it_passes_on_is_the_title() -> None:
    text = (
        "链上经济发展规划\n甲市人民政府关于印发“链上”经济发展规划的通知\n甲政发〔2021〕3号\n各区人民政府：\n现予印发。\n"
        "甲市人民政府\n2021年3月4日\n“链上”经济发展规划\n一、总体要求。坚持创新。\n"
    )
    found = head(text)
    assert found.title == "甲市人民政府关于印发“链上”经济发展规划的通知"
    assert [one.text for one in found.policies] == ["“链上”经济发展规划"]


def test_the_number_of_an_announcement_on_the_line_of_its_heading() -> None:
    order = "甲市人民代表大会常务委员会公告（第18号）"
    found = head(f"甲市园区条例\n{order}\n《甲市园区条例》已经通过，现予公布。\n甲市园区条例\n第一条 为了发展园区，制定本条例。\n")
    assert found.doc_no == "甲市人民代表大会常务委员会公告第18号"
    assert order not in [one.text for one in found.policies]


def test_the_day_on_which_another_text_was_issued_is_not_the_documents() -> None:
    body = "一、自《若干措施》（甲住发〔2025〕3号）印发之日（2026年1月9日）起购房的，给予补贴。\n"
    assert head(f"甲市购房补贴实施细则\n{body}").issue_date is None
    assert head("甲市购房补贴实施细则\n一、自公布之日（2026年1月9日）起购房的，给予补贴。\n").issue_date == "2026-01-09"


def test_the_record_below_a_printed_page_tells_when_it_was_published() -> None:
    found = head(
        f"甲国关于完善链上市场的意见\n{BODY}甲国办公厅\n2026年2月8日\n（此件公开发布）\n文号：甲办发〔2026〕4号发布日期：2026年02月11日\n"
    )
    assert (found.issue_date, found.printed_date) == ("2026-02-08", "2026-02-11")


def test_the_bodies_of_a_joint_announcement_in_run_on_text_keep_its_number() -> None:
    sentence = "为支持园区发展，现就有关政策公告如下，请遵照执行，执行中的问题及时报告。"
    text = (
        f"关于支持园区的公告 甲省财政厅 甲省税务局公告2020年第8号 {sentence} 一、给予补贴。{sentence} 二、减免租金。{sentence} 特此公告。 "
    )
    assert head(text * 1 + "甲省财政厅 甲省税务局 2020年2月6日").doc_no == "甲省财政厅甲省税务局公告2020年第8号"


@pytest.mark.parametrize(
    ("adopted", "issuer"),
    [
        ("2022年3月1日宁波市十五届人大常委会第四次会议通过", "宁波市人民代表大会常务委员会"),
        ("2022年3月1日市十五届人大常委会第四次会议通过", "宁波市人民代表大会常务委员会"),
        ("2022年3月1日宁波市第十五届人民代表大会常务委员会第四次会议通过", "宁波市人民代表大会常务委员会"),
    ],
)
def test_a_congress_may_be_written_short(adopted: str, issuer: str) -> None:
    assert head(f"宁波市园区条例\n（{adopted}）\n第一条 为了发展园区，制定本条例。\n").issuers == (issuer,)


def test_the_caption_of_a_photograph_and_a_sentence_of_news_are_no_part_of_the_head() -> None:
    report = (
        "2026年甲省政府工作报告\n政府工作报告。甲省日报记者李某摄\n政府工作报告\n（2026年1月27日在甲省第十四届人民代表大会第四次会议上）\n"
    )
    assert head(f"{report}省长张某某\n各位代表：\n现在我向大会报告工作。\n一、过去一年的工作\n经济平稳运行。\n").issue_date == "2026-01-27"
    news = "甲市链上园区标准指南\n2017年9月29日，在主管部门指导下，委员会发布了指南。\n一、总体要求\n坚持创新。\n"
    assert head(news).issue_date is None

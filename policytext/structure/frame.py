"""What a paragraph of the frame is: title, 文号, addressee, signature, attachment list, navigation. The words: data/frame.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache

from policytext.places import data_file
from policytext.structure.numbering import mark_of

BRACKET = r"[〔\[(（【﹝［]"
CLOSE = r"[〕\])）】﹞］]"
#: 文号: 机关代字 + 年份 + 序号 (GB/T 9704—2012, 7.2.5), the numbers of orders and announcements, and register numbers
#: such as HHCR-2023-01005.
NUMBER = rf"[\u4e00-\u9fff]{{1,24}}\s*{BRACKET}\s*(?:19|20)\d{{2}}\s*{CLOSE}\s*第?\s*\d{{1,5}}(?:-\d+)?\s*号"
DOC_NO = re.compile(
    rf"{NUMBER}"
    r"|[\u4e00-\u9fff]{1,16}[函发字办规]\s*(?:19|20)\d{2}\s*年\s*第\s*\d{1,5}\s*号"
    r"|(?:(?!关于|的)[\u4e00-\u9fff、]){2,60}?(?:令|公告)\s*[（(]?(?:(?:19|20)\d{2}\s*年)?\s*第\s*[\d一二三四五六七八九十百零〇]{1,6}\s*号[）)]?"
)
DOC_NO_LINE = re.compile(rf"[（(]?\s*(?:{DOC_NO.pattern})\s*[）)]?|[（(]?第\s*\d+\s*号[）)]?|[A-Z]{{2,6}}[-—]\d{{4}}[-—]\d{{3,8}}")
DATE_LINE = re.compile(
    r"[（(]?\s*(?:\d{4}\s*年\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?|[二一][〇○零OoΟοОо0Ｏ一二三四五六七八九]{3}年[一二三四五六七八九十]{1,3}月[一二三四五六七八九十廿]{1,4}日|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?)\s*[）)]?"
)
ADOPTED = re.compile(
    r"[（(]?\s*(?:\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日.{0,400}(?:通过|公布|修正|修订|批准|施行|发布|废止))[^。]{0,60}[）)。]?"
)
#: 2017年9月29日，委员会发布了… tells news.
NEWS = re.compile(r"\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日[，,]")
CLOSING = re.compile(
    r"[（(](?:本文有删减|此页无正文)[）)]|\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日\s*(?:印发|签发|发布)|特此(?:通知|通告|公告|批复|函复|函告|报告|函达|[\u4e00-\u9fff]{2,4}(?=。))[。！.]?|[（(]?此件(?:主动|依申请|不予|社会|删减后?)?公开(?:发布)?[）)]?[。]?|[（(]此件[^（）()。]{2,30}[）)]|[（(][^（）()。]{2,30}代章[）)]|[（(](?:主动公开|依申请公开|公开属性[：:].*|信息公开.*|联系(?:人|单位|电话|科室|处室|部门|方式).*)[）)]|公开(?:方式|属性|类别|范围)[：:].{0,12}|[抄分]送[：:].*|[\u4e00-\u9fff]{2,30}(?:办公室|办公厅|秘书处|局|厅|委员会)\s*\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日\s*印发"
)
ATTACHMENT = re.compile(r"附\s*件\s*[:：]?\s*(?:\d{1,2}\s*[.．、：:]\s*|[：:]\s*)?\S|附\s*[:：]\s*\S")
ATTACHMENT_MARK = re.compile(r"附\s*(?:件|表|录)?\s*(?:[\d一二三四五六七八九十]{0,3}(?:[-－]\d)?)\s*[:：]?")
ADDRESSEE = re.compile(
    r"(?:各|相关|局|全|省|市|县|区|你|本市|自治区|有关|机关|直属|国务院|中央|全市|全省|驻).{0,400}[：:]|[^。；]{2,121}各[^。；]{1,300}[：:]"
)
GREETING = re.compile(r"(?:尊敬的|各位|全体|广大).{1,16}[：:！!，,]")
#: Groups of addressees may be set apart by semicolons; each names whom it means by 各.
ADDRESSEE_GROUPS = re.compile(r"(?:[^。；;：:]{0,60}各[^。；;：:]{1,300}[；;])+[^。；;：:]{2,120}[：:]")
NOT_ADDRESSEE = re.compile(
    r"(?:如下|包括|以下|下列|其中|分别为|意见|措施|规定|条件|原则|要求|通知|目标|负责|责任|单位[：:]\S)\s*[：:]$|[。；;]"
)
#: … whose words tell nothing, but that they begin no sentence and name no field of a form.
NAMED_ADDRESSEE = re.compile(
    r"(?!为|根据|按照|依据|经|现|近|当前|今|随着|结合|关于|附|联系|咨询|注|问|答|提示|导读|编者|.*(?:名称|姓名|编号|时间|地点|单位|内容|要点|摘要|前言|概述|记者|主持人)[：:]$)"
    r"[^。；;!！？?：:∶|]{2,120}[：:∶]"
)
TITLE_TAIL = r"(?:[（(〔【][^（）()]{1,24}[）)〕】])*"
#: What a title may end with on a line of its own.
TITLE_REST = re.compile(
    r"(?:[（(〔【][^（）()。]{1,30}[）)〕】]|的(?:通知|公告|通告|函|决定|批复|通报|意见|补充通知)(?:[（(].{1,12}[）)])?)$"
)
HOLDER = re.compile(
    r"(?:[\u4e00-\u9fff]{1,16}(?:部|院|局|署|委员会|办公室|总局))?(?:省长|市长|区长|县长|州长|主席|部长|局长|主任|署长|总理|行长|会长|秘书长|部\s*长)(?:[（(]签名章[）)])?[\s：:]*[\u4e00-\u9fff]{0,4}(?:\s[\u4e00-\u9fff])?"
)
BYLINE = re.compile(
    r"(?!.*关于)(?:[—－-]{2,}.{4,60}(?:会议|大会)上?|(?:.{2,24}(?:省|市|区|县|州|政府|国务院))?(?:省长|市长|主席|总理|区长|县长|州长|自治区主席)\s*[\u4e00-\u9fff]{2,4}"
    r"(?:\s[\u4e00-\u9fff])?|.{0,60}记者\s*[\u4e00-\u9fff]{2,4}\s*摄|新华社.{2,12}\d{1,2}月\d{1,2}日电.{0,10}|.{2,40}文\s*件(?:[（(][^（）()]{1,12}[）)])?)"
)
SIGNED = re.compile(r"(.{4,50}?)[，,\s]*(\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日)")
CAPTION = re.compile(r"(?:附?表|附?图|专栏)\s*[\d一二三四五六七八九十]{1,3}(?:[-.—]\d{1,2})?\s*[：:．.、\s]?\s*[^。；]{0,50}")
DATED_SOURCE = re.compile(r"\d{4}\s*[-/年.]\s*\d{1,2}\s*[-/月.]\s*\d{1,2}\s*日?\s*(?:\d{1,2}:\d{2}(?::\d{2})?)?\s*来源[：:]")
LABELLED_LINK = re.compile(r"[\u4e00-\u9fff]{2,6}[：:]\s*\[?https?://\S+$")
LINK = re.compile(r"[\s*\[【-]*(?:https?://|www\.)\S+|-?\s*\[[^\]]+\]\([^)]*\)|[^。]{2,80}\.(?:docx?|pdf|xlsx?|wps|zip|rar|ofd)")
ADDRESS = re.compile(r"https?://|www\.")
#: Who brought or edited a page, below its text.
CREDIT = re.compile(
    r"[（(]?(?:(?:信息|文章|稿件)?来\s*源|(?:责任)?编\s*辑|责\s*编|编\s*审|初\s*审|终\s*审|审\s*核|校\s*对|编\s*校|作\s*者|撰\s*稿|记\s*者)[：:][^。；]{1,40}"
)
REGISTRATION = re.compile("ICP备|公网安备|网站标识码|版权所有")
#: 文　　号, 索 引 号: labels are letter-spaced to one width.
LETTER_GAPS = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff]\s*(?:[\u4e00-\u9fff]\s*)?[：:])")
#: So long are one authority's name and a line of several.
ONE_BODY, MOST_BODIES = 60, 120
SENTENCE = re.compile(r"[。；;！!？?]")
#: The number of an order or announcement with the body that it begins with.
ORDERED = re.compile(r"[\u4e00-\u9fff]{2,20}(?:令|公告)[（(]?(?:\d{4}年)?第")
#: The end of a date before a body, not the beginning of 日照, 日喀则 or 日土.
DAY_BEFORE = re.compile("^日(?!照|喀则|土)(?=.{3})")
#: A mark that closes what stands before it, and begins nothing.
CLOSER = re.compile(r"[，,、。；;：:）)》”〕\]]")


@cache
def _table() -> dict[str, list[str]]:
    return tomllib.loads(data_file("frame.toml").read_text("utf-8"))


def _words(name: str) -> list[str]:
    return _table()[name]


@cache
def _metadata() -> re.Pattern[str]:
    labels = sorted(map(re.escape, _words("metadata")), key=len, reverse=True)
    return re.compile(rf"[【\[（(*]*(?:{'|'.join(labels)})[】\]）)*]*[:：]|【(?:{'|'.join(labels)})】")


@cache
def _navigation() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, _words("navigation"))))


@cache
def _menu() -> frozenset[str]:
    return frozenset(_words("menu"))


@cache
def _foot() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, _words("foot"))))


@cache
def _title() -> re.Pattern[str]:
    types = sorted(map(re.escape, (*_words("document_types"), *_words("title_ends"))), key=len, reverse=True)
    return re.compile(rf"[#*\s]*.{{2,150}}(?:{'|'.join(types)}){TITLE_TAIL}[》>]?{TITLE_TAIL}[*\s]*")


@cache
def _body() -> re.Pattern[str]:
    names = sorted(map(re.escape, _words("bodies")), key=len, reverse=True)
    return re.compile(rf"[\u4e00-\u9fff（）()·、\s\d“”]{{0,40}}(?:{'|'.join(names)})(?:[（(][^（）()]{{1,20}}[）)])?")


def undated(text: str) -> str:
    """An order's body or number without the end of a date before it: 日国务院令第7号."""
    return DAY_BEFORE.sub("", text)


def document_type(title: str) -> str:
    """The kind of document that a title names at its end (the longest known), or empty."""
    bare = re.sub(r"[（(〔【][^（）()]*[）)〕】]|[》>*\s]", "", title)
    return max((word for word in _words("document_types") if bare.endswith(word)), key=len, default="")


def cites(title: str) -> bool:
    """Does a title name another document by its number (关于废止某发〔2019〕1号的通知)?"""
    return title.endswith("的通知") and "号" in title[:-3]


def is_metadata(text: str) -> bool:
    """A labelled line of a page's record: 发布日期：2025-03-05."""
    text = re.sub(r"^[-*•]\s+|\*\*", "", text)
    return bool(LABELLED_LINK.match(text)) or (
        len(text) <= 160
        and bool(
            DATED_SOURCE.match(text)
            or _metadata().match(re.sub(r"\s", "", text[:40]))
            or re.fullmatch(r"\*{0,2}正\s*文\*{0,2}|[#*\s]*政策全文", text)
        )
    )


def before_label(text: str) -> str:
    """The words up to the next label of a page's record."""
    return re.split(rf"\s(?={_metadata().pattern})", text, maxsplit=1)[0]


def is_navigation(text: str) -> bool:
    """A line of a web page around the document: menus, sharing, printing, the foot of the page."""
    if text.strip("【】") in _menu():
        return True
    # A provision may speak of a 二维码 too.
    running = len(text) > 120 or SENTENCE.search(text[:-1]) or text.endswith(("。", "；")) or "，" in text or mark_of(text)
    return not running and bool(_navigation().search(text))


def is_registration(text: str) -> bool:
    """A line that only the foot of a web page has: its registration, its number, its owner."""
    return len(text) <= 400 and REGISTRATION.search(text) is not None


def is_foot(text: str) -> bool:
    """A line of the foot of a web page: who runs it, its registration, its scripts."""
    return bool(_foot().search(text)) and len(text) <= 400


def is_title(text: str) -> bool:
    """A line that names a document: ends with a kind of document, has no sentence in it."""
    return (
        5 <= len(text) <= 160
        and not SENTENCE.search(text)
        and mark_of(text) is None
        and bool(_title().fullmatch(text))
        and text[0] not in "，。、：；）)"
    )


def is_doc_no(text: str) -> bool:
    """A line that holds a document number and nothing else; the bodies of a joint announcement may stand apart."""
    if len(text) > ONE_BODY or not (parts := text.split()):
        return False
    joint = joins(parts[:-1], parts[-1]) and DOC_NO_LINE.fullmatch("".join(parts)) is not None
    return joint or DOC_NO_LINE.fullmatch(text) is not None


def joins(bodies: Sequence[str], last: str) -> bool:
    """Do these bodies issue an order or announcement together with the one that its number begins with: 财政部 税务总局公告2020年第8号?"""
    return bool(bodies) and all(map(is_body, bodies)) and ORDERED.match(last) is not None


def is_date(text: str) -> bool:
    """A line that holds a date and nothing else."""
    return len(text) <= 40 and DATE_LINE.fullmatch(text) is not None


def is_adopted(text: str) -> bool:
    """The line of a law that says when and by whom it was adopted."""
    return ADOPTED.fullmatch(text) is not None and NEWS.match(text) is None


def is_addressee(text: str) -> bool:
    """The line that says to whom a document goes (主送机关)."""
    if GREETING.fullmatch(text) or _to_bodies(text):
        return True
    if len(text) > 420 or not text.endswith(("：", ":")) or mark_of(text) is not None:
        return False
    if ADDRESSEE_GROUPS.fullmatch(text):
        return not NOT_ADDRESSEE.search(re.sub("[；;]", "，", text))
    return ADDRESSEE.fullmatch(text) is not None and not NOT_ADDRESSEE.search(text)


def addresses(text: str, following: str) -> bool:
    """A line right below the title whose words tell nothing (甲大学：), above the first sentence: it says to whom the document goes."""
    named = NAMED_ADDRESSEE.fullmatch(text) is not None and not NOT_ADDRESSEE.search(text) and mark_of(text) is None
    sentence = mark_of(following) is None and len(following) > 20 and re.search("[，,].*[。：:]", following) is not None
    return named and sentence and not is_metadata(text)


def _to_bodies(text: str) -> bool:
    """Nothing but bodies, or people, before the colon: 国家经贸委、冶金部："""
    if not text.endswith(("：", ":")) or not 4 <= len(text) <= 120 or mark_of(text) is not None:
        return False
    parts = re.split("[、，,]", text[:-1])
    return all(_body().fullmatch(part) for part in parts) or bool(re.fullmatch(r"[\u4e00-\u9fff、\d]{2,40}(?:代表|委员|同志)", text[:-1]))


def is_body(text: str) -> bool:
    """A line that is the name of one or more authorities."""
    if not 2 <= len(text) <= MOST_BODIES or mark_of(text) is not None or "关于" in text:
        return False
    if len(text) <= ONE_BODY and _body().fullmatch(text):
        return True
    names = text.replace("、", " ").split()
    return len(names) > 1 and all(map(_body().fullmatch, names))


def is_holder(text: str) -> bool:
    """The holder of an office, who signs an order: 市长 某某."""
    return len(text) <= 24 and HOLDER.fullmatch(text) is not None


def is_signature_name(text: str) -> bool:
    """A line of a signature: an authority, or an office and the name of its holder (市长 某某)."""
    return is_body(text) or is_holder(text)


def is_byline(text: str) -> bool:
    """A line under a title: where and by whom a report was given, a news agency's place and day."""
    return len(text) <= 80 and BYLINE.fullmatch(text) is not None


def is_signed(text: str) -> bool:
    """An authority and the date on one line."""
    return len(text) <= 70 and SIGNED.fullmatch(text) is not None and is_body(SIGNED.sub(r"\1", text))


def is_caption(text: str) -> bool:
    """The caption of a table or figure: 表1：…"""
    return len(text) <= 60 and CAPTION.fullmatch(text) is not None


def is_credit(text: str) -> bool:
    """来源：甲日报, 编辑：某某."""
    return CREDIT.fullmatch(text) is not None


def is_link(text: str) -> bool:
    """A bare link or file name."""
    return len(text) <= 300 and LINK.fullmatch(text) is not None


def leads_to_link(left: str, text: str) -> bool:
    """Is ``text`` the address that the words before it announce (下载地址：)?"""
    return left.endswith(("：", ":")) and ADDRESS.match(text) is not None


def is_closing(text: str) -> bool:
    """特此通知, 此件公开发布, 公开方式, 抄送, 印发."""
    return CLOSING.fullmatch(text) is not None


def ends_text(text: str) -> bool:
    """A date, or what names or begins the attachments: the provisions before it are over."""
    return is_date(text) or is_attachment_list(text) or is_attachment_mark(text)


def is_attachment_list(text: str) -> bool:
    """附件：1. …, the list at the end of a notice."""
    return (
        len(text) <= 600
        and ATTACHMENT.match(text) is not None
        and not SENTENCE.search(text[:-1].replace("；", "").replace(";", ""))
        and not is_attachment_mark(text)
    )


def is_attachment_mark(text: str) -> bool:
    """附件 or 附件2 alone, above an attached document."""
    return len(text) <= 8 and ATTACHMENT_MARK.fullmatch(text) is not None

"""Government pages: the document stays, the site goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from policytext.read import read_file
from policytext.schema import Reading

ARTICLE = """<p style="text-align: center">青溪县软件产业扶持办法</p>
<p>青政规〔2021〕3号</p>
<p>　　第一条&nbsp;为促进软件产业发展，
鼓励企业开展研究，制定本办法。</p>
<p>第二条 资金安排，见下表：<br/>（一）对新设企业给予支持；</p>
<table><tr><th>项目</th><th>上限</th></tr><tr><td rowspan="2">设备</td><td>100<p>万元</p></td></tr><tr><td>50万元</td></tr></table>
<p>第三条 本办法自公布之日起施行，由县财政局负责解释。</p>"""

PAGE = """<html><head><meta charset="{charset}"><title>青溪县软件产业扶持办法_青溪县人民政府</title>{meta}
<style>p {{}}</style></head><body><div class="header"><ul><li>首页</li><li>政务公开</li></ul></div>
<div class="nav">当前位置：首页 &gt; 政务公开</div>
<div class="wrap"><div class="info">发布时间：2021-03-05 来源：县财政局 字体：大 中 小</div><div {container}>{article}</div>
<div class="share">分享到：微信</div></div><script>var a = "第九条";</script>
<div class="footer">版权所有 青溪县人民政府 网站标识码：1234567890</div></body></html>"""


def read(tmp_path: Path, container: str = 'class="TRS_Editor"', meta: str = "", article: str = ARTICLE, charset: str = "utf-8") -> Reading:
    path = tmp_path / "a.html"
    path.write_bytes(PAGE.format(charset=charset, meta=meta, container=container, article=article).encode(charset))
    return read_file(path)


def texts(reading: Reading) -> list[str]:
    return [reading.text[line.start : line.end] for line in reading.lines if line.kind != "noise"]


EXPECTED = [
    "青溪县软件产业扶持办法",
    "青政规〔2021〕3号",
    "第一条 为促进软件产业发展，鼓励企业开展研究，制定本办法。",
    "第二条 资金安排，见下表：",
    "（一）对新设企业给予支持；",
    "项目 | 上限",
    "设备 | 100万元",
    "50万元",
    "第三条 本办法自公布之日起施行，由县财政局负责解释。",
]


@pytest.mark.parametrize("container", ['class="TRS_Editor"', 'id="UCAP-CONTENT"', 'class="unknown-box"', ""])
@pytest.mark.parametrize("charset", ["utf-8", "gb2312"])
def test_the_document_is_found_with_and_without_a_known_container(tmp_path: Path, container: str, charset: str) -> None:
    reading = read(tmp_path, container, charset=charset)
    assert texts(reading) == EXPECTED
    assert [line.kind for line in reading.lines if line.kind != "noise"].count("table") == 3
    assert {line.begins for line in reading.lines} == {True}
    assert next(line for line in reading.lines if line.kind == "text").centred
    assert (reading.format, reading.status, reading.pages) == ("html", "ok", 0)


def test_metadata_comes_from_the_meta_tags_first(tmp_path: Path) -> None:
    assert read(tmp_path).metadata == {"title": "青溪县软件产业扶持办法"}
    numbered = read(tmp_path, article="<table><tr><td>文 号：</td><td>青政规〔2021〕3号</td></tr></table>" + ARTICLE)
    assert numbered.metadata["doc_no"] == "青政规〔2021〕3号"
    named = {"ArticleTitle": "扶持办法", "PubDate": "2021-03-05", "ContentSource": "财政局"}
    meta = "".join(f'<meta name="{name}" content="{content}">' for name, content in named.items())
    stated = read(tmp_path, meta=meta).metadata
    assert (stated["title"], stated["pubdate"], stated["source"]) == ("扶持办法", "2021-03-05", "财政局")


def test_a_title_that_the_page_prints_outside_the_text_comes_first(tmp_path: Path) -> None:
    article = "".join(f"<p>第{n}条 企业应当如实申报，不得弄虚作假，违者追回资金。</p>" for n in "一二三四五")
    page = tmp_path / "a.html"
    page.write_text(
        '<html><head><meta name="ArticleTitle" content="青溪县申报规则"></head><body><h1>青溪县申报规则</h1>'
        f'<div class="TRS_Editor">{article}</div></body></html>',
        "utf-8",
    )
    assert texts(read_file(page))[0] == "青溪县申报规则"


def test_hidden_text_and_forms_go_but_a_hidden_body_stays(tmp_path: Path) -> None:
    reading = read(tmp_path, article=ARTICLE + '<p style="display: none">第八条 隐藏。</p><form><p>请输入您的意见，谢谢。</p></form>')
    assert texts(reading) == EXPECTED
    page = tmp_path / "b.html"
    page.write_text(f'<html><body style="visibility: hidden"><div class="TRS_Editor">{ARTICLE}</div></body></html>', "utf-8")
    assert texts(read_file(page)) == EXPECTED


@pytest.mark.parametrize("data", [b"<html></html>", b"<html><body><script>load()</script></body></html>", b"<!doctype html>"])
def test_pages_without_text_are_empty(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.html"
    path.write_bytes(data)
    assert read_file(path).status in ("empty", "corrupt")


def test_lines_cover_the_text(tmp_path: Path) -> None:
    reading = read(tmp_path)
    end = 0
    for line in reading.lines:
        assert line.start - end <= 1
        assert line.end > line.start
        end = line.end
    assert end == len(reading.text)


def test_control_codes_do_not_raise(tmp_path: Path) -> None:
    reading = read(tmp_path, article=ARTICLE.replace("办法。", "办\x01法&#2;&#xd800;。<script>x</script>\x02") + "<style>a</style>尾\x03")
    assert texts(reading)[-1] == "尾"
    assert "第一条 为促进软件产业发展，鼓励企业开展研究，制定本办法。" in texts(reading)


def test_very_deep_nesting_does_not_raise(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(
        "<html><body>" + "<div><span>" * 3000 + "第一条 本办法自公布之日起施行。" + "</span></div>" * 3000 + "</body></html>", "utf-8"
    )
    assert read_file(path).status in ("ok", "empty", "corrupt")

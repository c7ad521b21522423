"""Render the sample policies of corpus/texts to PDFs that look like Chinese government documents (GB/T 9704—2012).

    python scripts/render_corpus.py --fonts DIR [ID …]

Not needed by users: the PDFs are in corpus/pdf. Needs, beside policytext itself: WeasyPrint (BSD) with Pango, Pillow, and the Fandol fonts
(FandolFang, FandolKai, FandolHei, FandolSong; Debian package texlive-lang-chinese) in DIR. corpus/README.md describes the texts.
"""

from __future__ import annotations

import argparse
import html
import io
import re
import tomllib
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
FOOTER = "重构样例，非原件"
FIRST_LEVEL = re.compile(r"(?:[一二三四五六七八九十]+、|第[一二三四五六七八九十]+(?:章|部分)|附件$)")
SECOND_LEVEL = re.compile(r"(?:（[一二三四五六七八九十]+）|第[一二三四五六七八九十]+节)")
ARTICLE = re.compile(r"(第[一二三四五六七八九十]+条)\s*(.*)")

# Sizes and margins of GB/T 9704—2012: title 二号 (22 pt), text 三号 (16 pt),
# 28 characters a line, 22 lines a page, page number — 1 — outside.
PAPER = """
@font-face { font-family: Fang; src: url(FONTS/FandolFang-Regular.otf) }
@font-face { font-family: Kai; src: url(FONTS/FandolKai-Regular.otf) }
@font-face { font-family: Hei; src: url(FONTS/FandolHei-Regular.otf) }
@font-face { font-family: Song; src: url(FONTS/FandolSong-Regular.otf) }
@font-face { font-family: Title; src: url(FONTS/FandolSong-Bold.otf) }
@page { size: A4; margin: 37mm 26mm 35mm 28mm;
  @bottom-center { content: "FOOTER"; font: 9pt Song; color: #777; vertical-align: bottom; padding-bottom: 12mm } }
@page :right { @bottom-right { content: "— " counter(page) " —"; font: 14pt Song; vertical-align: top; padding-top: 7mm } }
@page :left { @bottom-left { content: "— " counter(page) " —"; font: 14pt Song; vertical-align: top; padding-top: 7mm } }
body { font: 16pt/29pt Fang; text-align: justify; margin: 0 }
p { margin: 0; text-indent: 2em }
.redhead { font: 30pt/40pt Title; color: #d40000; text-align: center; text-indent: 0; margin-top: 8mm }
.no { text-align: center; text-indent: 0; margin-top: 10mm }
.rule { border-bottom: 1.6pt solid #d40000; margin: 3mm 0 9mm }
h1 { font: 22pt/34pt Title; text-align: center; margin: 6mm 0 8mm; text-wrap: balance }
.to, .plain { text-indent: 0 }
.first { font-family: Hei } .chapter { font-family: Hei; text-align: center; text-indent: 0; margin: 4mm 0 2mm }
.second { font-family: Kai }
.article b { font-family: Hei; font-weight: normal; margin-right: 1em }
.sign, .date { text-align: right; text-indent: 0; padding-right: 2em } .sign.first-sign { margin-top: 16mm; font-family: Fang }
.attach { margin-top: 6mm } .date { break-before: avoid }
.break { break-after: page }
table { border-collapse: collapse; width: 100%; margin: 4mm 0; font-size: 13pt; line-height: 20pt }
td, th { border: 0.8pt solid black; padding: 1.5mm 2mm; font-weight: normal; text-align: center } th { font-family: Hei }
"""
# A government page printed from a browser: sans serif, header with date and title, footer with address and page count.
WEB = """
@font-face { font-family: Hei; src: url(FONTS/FandolHei-Regular.otf) }
@page { size: A4; margin: 18mm 14mm;
  @top-left { content: "2020/7/28 10:15"; font: 8pt Hei } @top-right { content: "TITLE_海南省数字经济样例站"; font: 8pt Hei }
  @bottom-left { content: "http://www.example.gov.cn/zcwj/202005/t20200509_0001.html"; font: 8pt Hei; vertical-align: top }
  @bottom-center { content: "FOOTER"; font: 8pt Hei; color: #777; vertical-align: bottom; padding-bottom: 3mm }
  @bottom-right { content: counter(page) "/" counter(pages); font: 8pt Hei; vertical-align: top } }
body { font: 12.5pt/26pt Hei; margin: 0 } p { margin: 0 0 5mm; text-indent: 2em }
.nav { font-size: 10pt; color: #555; text-indent: 0 } h1 { font: 20pt/30pt Hei; text-align: center; color: #a00000 }
.meta { font-size: 10pt; text-align: center; color: #555; text-indent: 0; border-bottom: 0.5pt solid #999 }
.to { text-indent: 0 } .first { color: #a00000 } .sign, .date { text-align: right; text-indent: 0; margin: 0 }
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fonts", required=True, type=Path)
    parser.add_argument("ids", nargs="*")
    given = parser.parse_args()
    for path in sorted((CORPUS / "texts").glob("*.md")):
        facts, lines = parse(path)
        if not given.ids or facts["id"] in given.ids:
            pdf = render(facts, lines, given.fonts.resolve())
            if facts["layout"] == "scan":
                pdf = with_scanned_page(pdf, page=1)
            (CORPUS / "pdf" / f"{path.stem}.pdf").write_bytes(pdf)
            print(f"{path.stem}.pdf  {len(pdf) // 1024} kB")


def parse(path: Path) -> tuple[dict[str, Any], list[str]]:
    """The facts (TOML between +++ lines) and the lines of one text."""
    _, facts, body = path.read_text("utf-8").split("+++\n", 2)
    return tomllib.loads(facts), [line.strip() for line in body.splitlines() if line.strip()]


def render(facts: dict[str, Any], lines: list[str], fonts: Path) -> bytes:
    from weasyprint import HTML

    style = WEB if facts["layout"] == "web" else PAPER
    style = style.replace("FONTS", fonts.as_uri()).replace("FOOTER", FOOTER).replace("TITLE", facts["title"])
    body = "\n".join(markup(facts, lines))
    page = f"<html lang=zh-CN><head><title>{html.escape(facts['title'])}</title><meta name=dcterms.created content={facts['issue_date']}>"
    done: bytes = HTML(string=f"{page}<style>{style}</style></head><body>{body}</body></html>").write_pdf(
        pdf_identifier=facts["id"].encode()
    )
    return done


def markup(facts: dict[str, Any], lines: list[str]) -> list[str]:
    out: list[str] = []
    if facts["layout"] == "web":
        out.append("<p class=nav>当前位置：首页 &gt; 政务公开 &gt; 政策文件</p>")
    signed = False
    for place, line in enumerate(lines):
        tag, _, rest = line.partition(" ")
        text = html.escape(rest if tag.startswith(("@", "#")) else line)
        if tag == "@head":
            out.append(f"<p class=redhead>{text}</p>")
            if not any(one.startswith("@no") for one in lines):
                out.append("<div class=rule></div>")
        elif tag == "@no":
            out.append(f"<p class=no>{text}</p><div class=rule></div>")
        elif tag == "#":
            out.append(f"<h1>{text}</h1>")
            if facts["layout"] == "web":
                out.append(f"<p class=meta>来源：{facts['issuer']}　发布时间：{facts['issue_date']} 09:30　【字体：大 中 小】</p>")
        elif tag == "@sign":
            out.append(f"<p class='sign{'' if signed else ' first-sign'}'>{text}</p>")
            signed = True
        elif tag in ("@to", "@date", "@attach"):
            out.append(f"<p class={tag[1:]}>{text}</p>")
            signed = tag != "@date" and signed
        elif tag == "@break":
            out.append("<div class=break></div>")
        elif line.startswith("|"):
            out.append(row(line, header=not lines[place - 1].startswith("|"), last=not lines[place + 1].startswith("|")))
        else:
            out.append(paragraph(line, text))
    if facts["layout"] == "web":
        out.append("<p class=nav>扫一扫在手机打开当前页　【打印】【关闭】</p>")
    return out


def row(line: str, header: bool, last: bool) -> str:
    cell = "th" if header else "td"
    cells = "".join(f"<{cell}>{html.escape(part.strip())}</{cell}>" for part in line.strip("|").split("|"))
    return ("<table>" if header else "") + f"<tr>{cells}</tr>" + ("</table>" if last else "")


def paragraph(line: str, text: str) -> str:
    article = ARTICLE.match(line)
    if article:
        return f"<p class=article><b>{article[1]}</b>{html.escape(article[2])}</p>"
    if re.match(r"第[一二三四五六七八九十]+[章节部]", line) and len(line) < 30:
        return f"<p class=chapter>{text}</p>"
    if FIRST_LEVEL.match(line):
        return f"<p class=first>{text}</p>"
    if SECOND_LEVEL.match(line) and len(line) < 24:
        return f"<p class=second>{text}</p>"
    return f"<p>{text}</p>"


def with_scanned_page(pdf: bytes, page: int) -> bytes:
    """The same document with one page (counted from 0) as a grey picture, slightly turned and speckled, without a text layer."""
    import pypdfium2 as pdfium
    from PIL import Image

    source = pdfium.PdfDocument(pdf)
    picture = source[page].render(scale=130 / 72).to_pil().convert("L").rotate(0.35, fillcolor=250, resample=Image.Resampling.BICUBIC)
    noise = Image.effect_noise(picture.size, 14)
    picture = Image.blend(picture, noise, 0.06)
    stored = io.BytesIO()
    picture.save(stored, "PDF", resolution=130, quality=60)
    out = pdfium.PdfDocument.new()
    out.import_pages(source, list(range(page)))
    out.import_pages(pdfium.PdfDocument(stored.getvalue()))
    out.import_pages(source, list(range(page + 1, len(source))))
    done = io.BytesIO()
    out.save(done)
    return done.getvalue()


if __name__ == "__main__":
    main()

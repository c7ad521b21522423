"""Make docs/images/page-and-result.png: a page of a sample policy beside what is read from it.

    python scripts/make_picture.py

Needs WeasyPrint and Pillow, as scripts/render_corpus.py does, and a Chinese font (Debian: fonts-noto-cjk).
"""

from __future__ import annotations

import base64
import html
import io
from datetime import date
from pathlib import Path

import pypdfium2 as pdfium

from policytext.analyze import analyze_path, load_model
from policytext.corpus.filters import Bands
from policytext.messages import say
from policytext.records import clauses, record
from policytext.taxonomy import load_taxonomy

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "corpus" / "pdf" / "01_jiangsu_jiangbei.pdf"
TARGET = ROOT / "docs" / "images" / "page-and-result.png"
STYLE = """
@page { size: 300mm 192mm; margin: 0 } body { margin: 0; font: 10.5pt/16pt 'Noto Sans CJK SC'; background: #eef0f3 }
img { position: absolute; left: 8mm; top: 8mm; height: 176mm; border: 0.3mm solid #bbb }
div.right { position: absolute; left: 142mm; top: 8mm; width: 150mm }
h2 { font-size: 12pt; margin: 0 0 2mm } table { border-collapse: collapse; width: 100%; background: white; margin-bottom: 6mm }
td, th { padding: 1.4mm 2mm; border-bottom: 0.2mm solid #ddd; text-align: left; vertical-align: top }
th { color: #555; white-space: nowrap }
b { color: #b00020; font-weight: 500 }
"""


def main() -> None:
    from weasyprint import HTML

    page = pdfium.PdfDocument(SAMPLE)[0].render(scale=2).to_pil()
    stored = io.BytesIO()
    page.save(stored, "PNG")
    picture = base64.b64encode(stored.getvalue()).decode()
    body = f"<img src='data:image/png;base64,{picture}'><div class=right>{period()}{labels()}</div>"
    pdf = HTML(string=f"<html lang=zh-CN><style>{STYLE}</style><body>{body}</body></html>").write_pdf()
    pdfium.PdfDocument(pdf)[0].render(scale=1.25).to_pil().quantize(128).save(TARGET, optimize=True)


def period() -> str:
    of = record(analyze_path(str(SAMPLE)))
    value, bands = of.period, Bands(date(2020, 7, 28))
    rows = {
        "标题": of.head.title,
        "执行期限": f"{value.start} 至 {value.end}，{value.months} 个月，<b>{say('flag.' + bands.flag(of), 'zh')}</b>",
        "证据": f"“{value.evidence.text if value.evidence else ''}”（第 {value.evidence.page if value.evidence else ''} 页）",
        "算式": value.arithmetic,
    }
    return (
        "<h2>policytext periods</h2><table>" + "".join(f"<tr><th>{key}</th><td>{text}</td></tr>" for key, text in rows.items()) + "</table>"
    )


def labels() -> str:
    analysis = analyze_path(str(SAMPLE), labels=True)
    names = load_taxonomy().names("zh")
    rows = [
        f"<tr><th>{clause.unit.path}</th><td>{html.escape(clause.unit.text.removeprefix(clause.unit.path).strip()[:38])}…</td>"
        f"<td><b>{'、'.join(names[label] for label in clause.measures.labels)}</b></td></tr>"
        for clause in clauses(analysis, record(analysis, model_digest=load_model().digest))
        if clause.unit.path.startswith("第")
    ]
    return "<h2>policytext classify</h2><table>" + "".join(rows[:8]) + "</table>"


if __name__ == "__main__":
    main()

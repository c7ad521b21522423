"""OFD files written by hand after GB/T 33190—2016: no real file was at hand (docs/method.md says so)."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from policytext.analyze import analyze_path
from policytext.places import sample_folder
from policytext.read import read_file
from policytext.read.ocr import available
from policytext.schema import Reading

OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'
SIZE = 5.64  # 三号, 16 pt, in millimetres
BODY = "为推动本市软件产业稳步成长，鼓励各类企业开展技术攻关，经研究决定设立专项资金，由有关部门按照职责分工负责落实。"


def text(x: float, y: float, words: str, size: float = SIZE, matrix: str = "", deltas: str = "") -> str:
    steps = deltas or f"g {len(words) - 1} {size}"
    return (
        f'<ofd:TextObject ID="9" Boundary="{x} {y} 170 {size + 2}" Font="3" Size="{size}"{matrix}>'
        f'<ofd:TextCode X="0" Y="{size * 0.85:.2f}" DeltaX="{steps}">{words}</ofd:TextCode></ofd:TextObject>'
    )


def paragraph(y: float, words: str, x: float = 28.0, width: int = 26, pitch: float = 10.0) -> str:
    out, start, indent = "", 0, 2
    while start < len(words):
        part = words[start : start + width - indent]
        out += text(x + indent * SIZE, y, part)
        start, indent, y = start + len(part), 0, y + pitch
    return out


def path(x: float, y: float, data: str) -> str:
    inside = f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData>"
    return f'<ofd:PathObject ID="8" Boundary="{x} {y} 160 60" LineWidth="0.3">{inside}</ofd:PathObject>'


def page(content: str, template: bool = False) -> str:
    use = '<ofd:Template TemplateID="2" ZOrder="Background"/>' if template else ""
    layer = f'<ofd:Layer Type="Body" ID="5"><ofd:PageBlock ID="6">{content}</ofd:PageBlock></ofd:Layer>'
    return f"<ofd:Page {OFD}>{use}<ofd:Content>{layer}</ofd:Content></ofd:Page>"


def ofd_file(pages: list[str], template: str = "", extra: dict[str, str | bytes] | None = None, resources: bool = False) -> bytes:
    root = f'<ofd:OFD {OFD} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocRoot>/Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>'
    kids = "".join(f'<ofd:Page ID="{n + 20}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages)))
    use = '<ofd:TemplatePage ID="2" BaseLoc="Tpls/Tpl_0/Content.xml"/>' if template else ""
    listed = "<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>" if resources else ""
    document = (
        f"<ofd:Document {OFD}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>{use}{listed}"
        f"</ofd:CommonData><ofd:Pages>{kids}</ofd:Pages></ofd:Document>"
    )
    parts: dict[str, str | bytes] = {
        "OFD.xml": root,
        "Doc_0/Document.xml": document,
        "Doc_0/Tpls/Tpl_0/Content.xml": page(template),
        **(extra or {}),
    }
    parts |= {f"Doc_0/Pages/Page_{n}/Content.xml": content for n, content in enumerate(pages)}
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stored.getvalue()


def read(tmp_path: Path, data: bytes) -> Reading:
    target = tmp_path / "a.ofd"
    target.write_bytes(data)
    return read_file(target, "off")


def paragraphs(reading: Reading) -> list[str]:
    out: list[str] = []
    for line in reading.lines:
        words = reading.text[line.start : line.end]
        if line.kind == "text" and line.begins:
            out.append(words)
        elif line.kind == "text":
            out[-1] += words
    return out


def test_wrapped_lines_make_paragraphs_across_pages(tmp_path: Path) -> None:
    pages = [page(paragraph(60, BODY) + paragraph(120, BODY)), page(paragraph(40, BODY))]
    reading = read(tmp_path, ofd_file(pages))
    assert (reading.status, reading.format, reading.pages) == ("ok", "ofd", 2)
    assert paragraphs(reading) == [BODY, BODY, BODY]
    assert [line.page for line in reading.lines][-1] == 2


def test_a_policy_in_ofd_is_split_and_dated(tmp_path: Path) -> None:
    content = (
        text(50, 40, "青溪市促进机器人产业发展办法", 7.76)
        + paragraph(70, "第一条　为了促进机器人产业发展，制定本办法。")
        + paragraph(90, "第二条　本办法自2021年4月1日起施行，有效期三年。")
    )
    (tmp_path / "a.ofd").write_bytes(ofd_file([page(content)]))
    analysis = analyze_path(str(tmp_path / "a.ofd"))
    assert analysis.document.head.title == "青溪市促进机器人产业发展办法"
    assert [unit.path for unit in analysis.document.units if unit.kind == "clause"] == ["第一条", "第二条"]
    assert (analysis.period.start, analysis.period.end) == ("2021-04-01", "2024-03-31")


def test_templates_print_running_heads_that_are_noise(tmp_path: Path) -> None:
    pages = [page(paragraph(60 + 3 * n, BODY), template=True) for n in range(4)]
    reading = read(tmp_path, ofd_file(pages, template=text(28, 10, "青溪市人民政府公报", 3.5)))
    assert "公报" not in "".join(paragraphs(reading))
    assert sum(line.kind == "noise" for line in reading.lines) == 4


def test_a_scaled_text_keeps_its_place_and_a_turned_one_is_askew(tmp_path: Path) -> None:
    scaled = text(28, 100, "按投入给予补助", 1, ' CTM="5.64 0 0 5.64 0 0"', "g 6 1")
    turned = text(60, 150, "内部资料", 10, ' CTM="0.7 -0.7 0.7 0.7 0 0"')
    reading = read(tmp_path, ofd_file([page(scaled + turned)]))
    assert paragraphs(reading) == ["按投入给予补助"]
    assert [reading.text[line.start : line.end] for line in reading.lines if line.kind == "noise"] == ["内部资料"]


def test_ruled_tables_come_row_by_row(tmp_path: Path) -> None:
    level = "".join(path(30, 100, f"M 0 {y} L 120 {y}") for y in (0, 10, 20))
    upright = "".join(path(30, 100, f"M {x} 0 L {x} 20") for x in (0, 60, 120))
    cells = (
        text(32, 102, "奖励档次", 4)
        + text(92, 102, "金额", 4)
        + text(32, 112, "首次上市", 4)
        + text(92, 112, "100万元", 4, "", "2 2 2 4 4")
    )
    reading = read(tmp_path, ofd_file([page(paragraph(40, BODY) + level + upright + cells)]))
    rows = [reading.text[line.start : line.end] for line in reading.lines if line.kind == "table"]
    assert rows == ["奖励档次 | 金额", "首次上市 | 100万元"]


def test_scanned_pages_are_named(tmp_path: Path) -> None:
    scan = page('<ofd:ImageObject ID="7" Boundary="0 0 210 297" ResourceID="4"/>')
    assert read(tmp_path, ofd_file([scan])).status == "scanned"
    mixed = read(tmp_path, ofd_file([page(paragraph(60, BODY)), scan]))
    assert (mixed.status, mixed.bad_pages) == ("partial", (2,))


@pytest.mark.skipif(not available(), reason="the extra policytext[ocr] is not installed")
def test_a_scanned_page_is_recognised(tmp_path: Path) -> None:
    import pypdfium2 as pdfium

    drawn = io.BytesIO()
    pdfium.PdfDocument(sample_folder() / "pdf" / "01_jiangsu_jiangbei.pdf")[0].render(scale=2).to_pil().save(drawn, "JPEG")
    media = '<ofd:MultiMedia ID="4" Type="Image" Format="JPEG"><ofd:MediaFile>Image_0.jpg</ofd:MediaFile></ofd:MultiMedia>'
    resources = f'<ofd:Res {OFD} BaseLoc="Res"><ofd:MultiMedias>{media}</ofd:MultiMedias></ofd:Res>'
    scan = page('<ofd:ImageObject ID="7" Boundary="0 0 210 297" ResourceID="4"/>')
    whole = ofd_file([scan], extra={"Doc_0/DocumentRes.xml": resources, "Doc_0/Res/Image_0.jpg": drawn.getvalue()}, resources=True)
    (tmp_path / "a.ofd").write_bytes(whole)
    reading = read_file(tmp_path / "a.ofd")
    assert (reading.status, reading.ocr_pages) == ("ok", (1,))
    assert "江北新区（自贸区）促进区块链产业发展若干" in reading.text


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (ofd_file([page(paragraph(60, BODY))], extra={"Encryptions.xml": "<a/>"}), "encrypted"),
        (ofd_file([page(paragraph(60, BODY))], extra={"OFD.xml": "<broken"}), "corrupt"),
        (ofd_file([page(paragraph(60, BODY))], extra={"Doc_0/Document.xml": "no XML at all"}), "corrupt"),
        (ofd_file([page(paragraph(60, BODY))])[:400], "corrupt"),
        (ofd_file([]), "corrupt"),
        (ofd_file([page("")]), "empty"),
        (ofd_file([page(paragraph(60, BODY))], extra={"Doc_0/Res/a.bin": "0" * (8 << 20)}), "too_large"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, data: bytes, status: str) -> None:
    reading = read(tmp_path, data)
    assert reading.status == status
    if status == "too_large":
        assert reading.reason == "reading.too_large"


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("机密内容", "utf-8")
    evil = f'<!DOCTYPE a [<!ENTITY x SYSTEM "file://{secret}">]>' + page(text(28, 60, "甲&x;乙"))
    assert "机密" not in read(tmp_path, ofd_file([evil])).text

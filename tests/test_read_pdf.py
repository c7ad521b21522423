"""PDFs written by hand here: text in the predefined font STSong-Light, which pdfium maps to Unicode by itself."""

from __future__ import annotations

import gc
import hashlib
import tomllib
from pathlib import Path

import pytest

from policytext.places import data_file
from policytext.read import read_file
from policytext.read.characters import garbled, plain
from policytext.read.page import Page
from policytext.read.page_noise import web_furniture
from policytext.schema import Line, Reading

FONT = (
    "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [ << /Type /Font "
    "/Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> "
    "/DW 1000 /W [1 95 500 814 939 500] /FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 6 "
    "/FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >> >> ] >>"
)
LEFT, TOP, SIZE, PITCH, WIDTH = 90.0, 760.0, 16.0, 28.0, 26
BODY = "为推动本市软件产业稳步成长，鼓励各类企业开展技术攻关，经研究决定设立专项资金，由有关部门按照职责分工负责落实。"


def text(x: float, y: float, words: str, size: float = SIZE, turn: str = "1 0 0 1") -> str:
    return f"BT /F1 {size} Tf {turn} {x:.2f} {y:.2f} Tm <{words.encode('utf-16-be').hex()}> Tj ET\n"


def rule(x0: float, y0: float, x1: float, y1: float) -> str:
    return f"0.7 w {x0} {y0} m {x1} {y1} l S\n"


def paragraph(y: float, words: str, x: float = LEFT, width: int = WIDTH, size: float = SIZE, pitch: float = PITCH) -> tuple[str, float]:
    """Words set with a first-line indent of two characters in lines of ``width`` characters; the baseline for the next paragraph."""
    out, start, indent = "", 0, 2
    while start < len(words):
        part = words[start : start + width - indent]
        out += text(x + indent * size, y, part, size)
        start, indent, y = start + len(part), 0, y - pitch
    return out, y


def page_of(paragraphs: list[str]) -> str:
    out, y = "", TOP
    for words in paragraphs:
        part, y = paragraph(y, words)
        out += part
    return out


def small_pdf(pages: list[str], password: tuple[bytes, bytes] | None = None, form: tuple[str, str] | None = None) -> bytes:
    """A PDF file; ``password`` = (user, owner) encrypts it with 40-bit RC4; ``form``: what /Outer draws, and /Inner that it may call."""
    identity = b"0123456789abcdef"
    key = b""
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", FONT.encode()]
    picture = b"<< /Type /XObject /Subtype /Image /Width 2 /Height 2 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 4 >>"
    objects.append(picture + b"\nstream\n\x10\x80\xf0\x40\nendstream")
    if password is not None:
        owner = rc4(hashlib.md5(padded(password[1])).digest()[:5], padded(password[0]))
        key = hashlib.md5(padded(password[0]) + owner + (-4).to_bytes(4, "little", signed=True) + identity).digest()[:5]
        user = rc4(key, padded(b""))
        objects.append(f"<< /Filter /Standard /V 1 /R 2 /P -4 /O <{owner.hex()}> /U <{user.hex()}> >>".encode())
    forms = ""
    if form is not None:
        outer = len(objects) + 1
        forms = f"/Outer {outer} 0 R"
        for content, inside in zip(form, (f"/Inner {outer + 1} 0 R", ""), strict=True):
            head = (
                f"<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << {inside} >> >> /Length {len(content)} >>"
            )
            objects.append(f"{head}\nstream\n{content}\nendstream".encode())
    kids = []
    for content in pages:
        number = len(objects) + 1
        stream = content.encode()
        if password is not None:
            stream = rc4(hashlib.md5(key + (number + 1).to_bytes(3, "little") + b"\0\0").digest()[:10], stream)
        kids.append(f"{number} 0 R")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {number + 1} 0 R "
            f"/Resources << /Font << /F1 3 0 R >> /XObject << /Im 4 0 R {forms} >> >> >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    encrypt = b"/Encrypt 5 0 R " if password is not None else b""
    trailer = b"trailer << /Size %d /Root 1 0 R %s/ID [<%s> <%s>] >>\n" % (
        len(objects) + 1,
        encrypt,
        identity.hex().encode(),
        identity.hex().encode(),
    )
    return out + b"xref\n0 %d\n0000000000 65535 f \n%s%sstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table, trailer, len(out))


def padded(password: bytes) -> bytes:
    pad = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
    return (password + pad)[:32]


def rc4(key: bytes, data: bytes) -> bytes:
    box, j = list(range(256)), 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)


def read(tmp_path: Path, pages: list[str], password: tuple[bytes, bytes] | None = None) -> Reading:
    path = tmp_path / "a.pdf"
    path.write_bytes(small_pdf(pages, password=password))
    return read_file(path, "off")


def words(reading: Reading, line: Line) -> str:
    return reading.text[line.start : line.end]


def joined(reading: Reading) -> list[str]:
    out: list[str] = []
    for line in reading.lines:
        if line.kind != "text":
            continue
        if line.begins is False:
            out[-1] += words(reading, line)
        else:
            out.append(words(reading, line))
    return out


def of_kind(reading: Reading, kind: str) -> list[str]:
    return [words(reading, line) for line in reading.lines if line.kind == kind]


def test_paragraphs_are_told_by_their_indent_also_across_pages(tmp_path: Path) -> None:
    first, second = BODY, "各区应当结合实际制定配套办法，明确申报条件、受理时限和兑现程序，并向社会公开，接受监督，切实提高资金使用效益。"
    content = page_of([first, second])
    lines = content.splitlines(keepends=True)
    cut = "".join(line.replace(line.split()[9], f"{TOP - 28 * i:.2f}") for i, line in enumerate(lines[4:]))
    reading = read(tmp_path, ["".join(lines[:4]), cut])
    assert joined(reading) == [first, second]
    assert reading.status == "ok"
    assert reading.pages == 2
    assert {line.page for line in reading.lines} == {1, 2}
    assert {line.size for line in reading.lines} == {SIZE}


def test_a_block_set_in_as_a_whole_is_one_paragraph(tmp_path: Path) -> None:
    block = "".join(text(LEFT + 3 * SIZE, 500 - PITCH * n, BODY[23 * n : 23 * n + 23]) for n in range(3))
    reading = read(tmp_path, [page_of([BODY, BODY]) + block])
    assert joined(reading) == [BODY, BODY, BODY]


def test_the_close_lines_of_a_box_do_not_cut_the_wide_lines_of_the_text(tmp_path: Path) -> None:
    body, y = paragraph(780, "园区建设统筹推进产业发展" * 8, pitch=28)
    box, _ = paragraph(y - 30, "专栏列出重大工程清单" * 24, size=SIZE - 1, pitch=16)
    more, y = paragraph(780, "人才引进统筹推进企业培育" * 8, pitch=28)
    other, _ = paragraph(y - 30, "专栏列出重大项目清单" * 24, size=SIZE - 1, pitch=16)
    found = joined(read(tmp_path, [body + box, more + other]))
    assert [words[:6] for words in found] == ["园区建设统筹", "专栏列出重大", "人才引进统筹", "专栏列出重大"]


def test_lines_lie_in_the_text_in_order(tmp_path: Path) -> None:
    reading = read(tmp_path, [page_of([BODY, BODY])])
    end = 0
    for line in reading.lines:
        assert reading.text[end : line.start].strip() == ""
        assert line.end > line.start >= end
        end = line.end


def test_running_heads_and_page_numbers_are_noise(tmp_path: Path) -> None:
    bodies = [BODY, BODY[10:] + BODY[:10], BODY[20:] + BODY[:20]]
    pages = [text(LEFT, 810, "某市政府公报") + page_of([body]) + text(280, 40, f"— {n} —", 12) for n, body in enumerate(bodies, 1)]
    reading = read(tmp_path, pages)
    assert of_kind(reading, "noise") == [x for n in (1, 2, 3) for x in ("某市政府公报", f"—{n}—")]
    assert joined(reading) == bodies


def test_bare_page_numbers_must_count_with_the_pages(tmp_path: Path) -> None:
    counted = [page_of([BODY[n:]]) + text(290, 40, str(n), 12) for n in (5, 6)]
    assert of_kind(read(tmp_path, counted), "noise") == ["5", "6"]
    stray = [page_of([BODY[len(number) :]]) + text(290, 40, number, 12) for number in ("2019", "300")]
    assert of_kind(read(tmp_path, stray), "noise") == []


def test_a_slanted_watermark_is_noise(tmp_path: Path) -> None:
    reading = read(tmp_path, [text(150, 300, "内部资料", 40, "0.7 0.7 -0.7 0.7") + page_of([BODY])])
    assert of_kind(reading, "noise") == ["内部资料"]
    assert joined(reading) == [BODY]


def test_text_drawn_twice_for_boldness_comes_once(tmp_path: Path) -> None:
    bold = text(122, 800, "一、支持范围") + text(122.35, 800, "一、支持范围")
    assert joined(read(tmp_path, [bold + page_of([BODY])])) == ["一、支持范围", BODY]


def test_double_letters_are_not_taken_for_boldness(tmp_path: Path) -> None:
    assert joined(read(tmp_path, [text(LEFT, 700, "website 2200 committee")])) == ["website 2200 committee"]


def test_letter_spaced_text_is_joined_and_latin_words_keep_their_blanks(tmp_path: Path) -> None:
    spaced = "".join(text(100 + 26 * i, 700, char) for i, char in enumerate("某市人民政府办公厅"))
    reading = read(tmp_path, [spaced + text(100, 600, "采用 Open Data 标准的 5G 网络")])
    assert joined(reading) == ["某市人民政府办公厅", "采用Open Data标准的5G网络"]


def test_titles_of_two_lines_are_one_paragraph_and_centred(tmp_path: Path) -> None:
    title = text(LEFT + 22, 760, "某市人民政府关于促进软件产业发展若", 22) + text(LEFT + 143, 724, "干措施的通知", 22)
    body = "".join(paragraph(660 - 56 * n, BODY)[0] for n in range(4))
    reading = read(tmp_path, [title + body])
    assert joined(reading)[0] == "某市人民政府关于促进软件产业发展若干措施的通知"
    assert reading.lines[1].centred
    assert reading.lines[0].size == 22


def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    def column(x: float, sentence: str) -> list[str]:
        out, y = "", 740.0
        for _ in range(5):
            part, y = paragraph(y, sentence * 2, x, 20, 10, 16)
            out += part
        return out.splitlines(keepends=True)

    left, right = column(60, "甲栏文字说明本市的支持办法。"), column(310, "乙栏文字说明各区的配套措施。")
    mixed = "".join(a + b for a, b in zip(left, right, strict=True))
    reading = read(tmp_path, [mixed])
    assert joined(reading) == ["甲栏文字说明本市的支持办法。" * 2] * 5 + ["乙栏文字说明各区的配套措施。" * 2] * 5


def table(rows: list[list[str]], top: float) -> str:
    edges = [90.0, 190.0, 330.0, 480.0]
    out = ""
    for number, row in enumerate(rows):
        y = top - 30 * number
        out += rule(edges[0], y, edges[-1], y)
        out += "".join(text(x + 4, y - 20, cell, 12) for x, cell in zip(edges, row, strict=False) if cell)
    bottom = top - 30 * len(rows)
    return out + rule(edges[0], bottom, edges[-1], bottom) + "".join(rule(x, top, x, bottom) for x in edges)


def test_a_ruled_table_gives_one_line_a_row_and_goes_on_over_the_page(tmp_path: Path) -> None:
    head = ["项目", "标准", "上限"]
    first = page_of([BODY]) + table([head, ["购置设备", "投资额的10%", "100万元"]], 300)
    second = table([head, ["引进人才", "一次性奖励", "50万元"]], 780) + text(122, 600, "本办法自公布之日起施行。")
    reading = read(tmp_path, [first, second])
    assert of_kind(reading, "table") == ["项目 | 标准 | 上限", "购置设备 | 投资额的10% | 100万元", "引进人才 | 一次性奖励 | 50万元"]
    assert of_kind(reading, "noise") == ["项目 | 标准 | 上限"]
    assert joined(reading) == [BODY, "本办法自公布之日起施行。"]


def test_a_frame_around_running_text_is_no_table(tmp_path: Path) -> None:
    frame = "".join(rule(*edge) for edge in ((80, 790, 520, 790), (80, 60, 520, 60), (80, 60, 80, 790), (520, 60, 520, 790)))
    reading = read(tmp_path, [frame + page_of([BODY, BODY])])
    assert joined(reading) == [BODY, BODY]


def test_the_lines_of_a_table_may_be_drawn_by_forms_within_forms(tmp_path: Path) -> None:
    outer = "1 0 0 1 10 100 cm /Inner Do " + "".join(rule(x, 0, x, 60) for x in (0, 100, 240, 390))
    inner = "".join(rule(0, y, 390, y) for y in (0, 30, 60))
    rows = (["项目", "标准", "上限"], ["购置设备", "投资额的10%", "100万元"])
    cells = "".join(text(94 + x, 280 - 30 * n, cell, 12) for n, row in enumerate(rows) for x, cell in zip((0, 100, 240), row, strict=True))
    path = tmp_path / "forms.pdf"
    path.write_bytes(small_pdf([cells + "1 0 0 1 80 140 cm /Outer Do\n"], form=(outer, inner)))
    assert of_kind(read_file(path), "table") == [" | ".join(row) for row in rows]


def test_pages_are_let_go_without_the_collector(tmp_path: Path) -> None:
    read(tmp_path, [page_of([BODY])])
    gc.collect()
    gc.disable()  # as in the reader's child, which collects once a file
    try:
        read(tmp_path, [page_of([BODY])])
        assert not any(isinstance(one, Page) for one in gc.get_objects())
    finally:
        gc.enable()


def test_small_print_with_a_mark_at_the_foot_is_a_footnote(tmp_path: Path) -> None:
    reading = read(tmp_path, [page_of([BODY, BODY]) + text(LEFT, 90, "①指在本市登记的法人。", 9) + text(LEFT, 78, "②含分支机构。", 9)])
    assert of_kind(reading, "footnote") == ["①指在本市登记的法人。", "②含分支机构。"]


def test_a_turned_page_is_read_along_its_text(tmp_path: Path) -> None:
    turned = "".join(text(200 + 28 * n, 90, BODY[26 * n : 26 * n + 26], SIZE, "0 1 -1 0") for n in range(2))
    assert "".join(joined(read(tmp_path, [turned]))) == BODY[:52]


SCAN = "q 595 0 0 842 0 0 cm /Im Do Q\n"


def test_scanned_pages_are_named(tmp_path: Path) -> None:
    whole = read(tmp_path, [SCAN, SCAN])
    assert (whole.status, whole.reason, whole.bad_pages) == ("scanned", "reading.scanned", (1, 2))
    mixed = read(tmp_path, [SCAN, page_of([BODY, BODY])])
    assert (mixed.status, mixed.reason, mixed.bad_pages) == ("partial", "reading.scanned_pages", (1,))
    assert joined(mixed) == [BODY, BODY]


def test_an_empty_pdf_is_empty(tmp_path: Path) -> None:
    blank = read(tmp_path, [""])
    assert (blank.status, blank.reason) == ("empty", "reading.no_text")


def test_a_password_is_asked_for_but_an_empty_one_opens(tmp_path: Path) -> None:
    locked = read(tmp_path, [page_of([BODY])], (b"geheim", b"owner"))
    assert (locked.status, locked.reason, locked.text) == ("encrypted", "reading.encrypted", "")
    assert joined(read(tmp_path, [page_of([BODY])], (b"", b"owner"))) == [BODY]


def test_wrong_han_characters_are_garbled_and_never_shown_as_text(tmp_path: Path) -> None:
    wrong = "".join(chr(0x4E00 + (ord(c) * 7) % 0x4FFF) if c >= "\u4e00" else c for c in BODY)
    reading = read(tmp_path, [page_of([wrong, wrong, wrong])])
    assert (reading.status, reading.reason, reading.bad_pages) == ("garbled", "reading.garbled", (1,))
    assert joined(reading) == []
    mixed = read(tmp_path, [page_of([BODY, BODY]), page_of([wrong, wrong]), page_of([BODY, BODY])])
    assert (mixed.status, mixed.reason, mixed.bad_pages) == ("partial", "reading.garbled_pages", (2,))


@pytest.mark.parametrize("data", [b"%PDF-1.4\nnothing here", b"%PDF-", b"%PDF-1.7\n" + bytes(range(256)) * 20])
def test_broken_files_do_not_raise(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "broken.pdf"
    path.write_bytes(data)
    reading = read_file(path)
    assert (reading.status, reading.reason) == ("corrupt", "reading.corrupt")


def test_a_truncated_file_does_not_raise(tmp_path: Path) -> None:
    data = small_pdf([page_of([BODY])])
    path = tmp_path / "cut.pdf"
    for share in (0.3, 0.6, 0.9):
        path.write_bytes(data[: int(len(data) * share)])
        assert read_file(path).status in ("ok", "empty", "corrupt")


def test_radicals_become_plain_characters() -> None:
    assert "".join(map(plain, "⼈⺠⽣⻓⼾⻔⼯ﬁ")) == "人民生长户门工fi"
    assert "".join(map(plain, "（１％）―")) == "（１％）—"


def test_garbled_tells_language_from_ciphers() -> None:
    assert not garbled(BODY * 3)
    assert not garbled("Measures for the support of software companies in the city, 2020 edition." * 3)
    assert not garbled("序号 12 34.5 67.8 90 2019 2020 100% 3,000 4,500 5,200 6,100 7,000")
    assert garbled("(cid:12)(cid:3)(cid:77)" * 10)
    assert garbled("\ue001\ue0f2\ue334" * 10)
    assert garbled("!\"#$%&'()*+,-/:;<=>" * 5)


def test_every_furniture_pattern_has_an_example_that_matches() -> None:
    for entry in tomllib.loads(data_file("web_furniture.toml").read_text("utf-8"))["line"]:
        assert web_furniture(margin=bool(entry.get("margin"))).match(entry["example"]), entry
    for sentence in (
        "市财政局应当在网站首页公开资金安排情况。",
        "版权所有者应当提出申请。",
        "第一条 为了规范资金管理，制定本办法。",
        "来源：中央财政资金。",
    ):
        assert not web_furniture().match(sentence)


def test_pdfplumber_reads_what_pdfium_rejects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pypdfium2

    def rejected(*_: object, **__: object) -> None:
        raise pypdfium2.PdfiumError("Failed to load document (PDFium: Data format error).")

    monkeypatch.setattr(pypdfium2, "PdfDocument", rejected)
    reading = read(tmp_path, [page_of([BODY, BODY]), page_of([BODY[20:]])])
    assert joined(reading) == [BODY, BODY, BODY[20:]]
    assert (reading.status, reading.pages) == ("ok", 2)


def test_a_printed_table_of_contents_is_noise(tmp_path: Path) -> None:
    contents = "".join(
        text(LEFT, 700 - 28 * n, f"{title}{'.' * 20}{n + 1}") for n, title in enumerate(("一、总则", "二、支持内容", "三、附则"))
    )
    reading = read(tmp_path, [text(280, 760, "目录") + contents, page_of([BODY])])
    assert len(of_kind(reading, "noise")) == 4
    assert joined(reading) == [BODY]

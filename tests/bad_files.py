"""Files made to do harm: bombs, loops, lies about sizes, ways out of a folder. Name → (file name, content, the statuses it may get)."""

from __future__ import annotations

import copy
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import NamedTuple

from tests import test_read_ofd, test_read_pdf
from tests.mutants import packed

PDF_PAGE = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> {} >> >>"
LINE = test_read_pdf.text(90, 700, "第一条为了促进产业发展制定本办法")


class Bad(NamedTuple):
    """One harmful file; ``statuses``: what it may come back with."""

    name: str
    data: Callable[[], bytes]
    statuses: str


def stream(content: bytes, more: str = "") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), more.encode(), content)


def pdf(objects: list[bytes | str], trailer: str = "", prev: str = "") -> bytes:
    """A PDF of these objects, numbered from 1; 1 is the catalogue."""
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body if isinstance(body, bytes) else body.encode())
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = f"trailer << /Size {len(objects) + 1} /Root 1 0 R {trailer} {prev.format(xref=len(out))} >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table) + end.encode()


def one_page(content: bytes, resources: str = "", *more: bytes | str, kids: str = "3 0 R", count: int = 1, trailer: str = "") -> bytes:
    return pdf(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            f"<< /Type /Pages /Kids [{kids}] /Count {count} >>",
            PDF_PAGE.format(resources),
            content,
            test_read_pdf.FONT,
            *more,
        ],
        trailer,
    )


def deflated(size: int, times: int = 1) -> bytes:
    """``size`` zero bytes, compressed once or again and again, a piece at a time."""
    press, piece = zlib.compressobj(9), bytes(1 << 20)
    data = b"".join(press.compress(piece) for _ in range(size >> 20)) + press.flush()
    for _ in range(times - 1):
        data = zlib.compress(data, 9)
    return data


def flate_bomb(times: int) -> bytes:
    names = " ".join(["/FlateDecode"] * times)
    return one_page(stream(deflated(1 << 30, times), f"/Filter [{names}]"))


def image(width: int, height: int, data: bytes) -> bytes:
    shape = f"/Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace /DeviceGray /BitsPerComponent 8"
    return one_page(stream(b"q 500 0 0 700 40 60 cm /Im Do Q"), "/XObject << /Im 6 0 R >>", stream(data, f"{shape} /Filter /FlateDecode"))


def form_loop() -> bytes:
    form = stream(b"/Fx Do", "/Type /XObject /Subtype /Form /BBox [0 0 500 500] /Resources << /XObject << /Fx 6 0 R >> >>")
    return one_page(stream(LINE.encode() + b"/Fx Do"), "/XObject << /Fx 6 0 R >>", form)


def encryption(words: str) -> bytes:
    keys = f"/O <{'ab' * 48}> /U <{'cd' * 48}> /OE <{'ef' * 32}> /UE <{'12' * 32}> /Perms <{'34' * 16}> /P -4"
    return one_page(stream(LINE.encode()), "", f"<< {words} {keys} >>", trailer=f"/Encrypt 6 0 R /ID [<{'00' * 16}> <{'00' * 16}>]")


AES = "/CF << /StdCF << /CFM /{} /AuthEvent /DocOpen /Length {} >> >> /StmF /StdCF /StrF /StdCF"
UNMAPPED = "<< /Type /Font /Subtype /Type0 /BaseFont /Nowhere /Encoding /Identity-H /DescendantFonts [ << /Type /Font /Subtype "
UNMAPPED += "/CIDFontType2 /BaseFont /Nowhere /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /DW 1000 "
UNMAPPED += "/FontDescriptor << /Type /FontDescriptor /FontName /Nowhere /Flags 4 /FontBBox [0 0 1000 1000] /ItalicAngle 0 /Ascent 880 "
UNMAPPED += "/Descent -120 /CapHeight 880 /StemV 80 >> >> ] >>"


def unmapped() -> bytes:
    lines = "".join(test_read_pdf.text(90, 700 - 30 * n, "".join(map(chr, range(1, 20)))) for n in range(9)).replace("/F1", "/F2")
    return one_page(stream(lines.encode()), "/Font << /F2 6 0 R >>", UNMAPPED).replace(b"/Font << /F1 5 0 R >> /Font", b"/Font")


def deep(depth: int) -> bytes:
    return one_page(stream(LINE.encode()), "", b"[" * depth + b"]" * depth)


SOUND = LINE.encode()
LAUGHS = '<!DOCTYPE a [<!ENTITY a0 "哈哈哈哈哈哈哈哈哈哈">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
OUTSIDE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY % y SYSTEM "http://127.0.0.1:9/y.dtd"> %y;'
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType='
TYPES += '"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType='
TYPES += '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
RELS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type='
RELS += '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def docx(body: str, before: str = "", extra: dict[str, bytes] | None = None) -> bytes:
    parts = {"[Content_Types].xml": TYPES.encode(), "_rels/.rels": RELS.encode(), "word/document.xml": docx_document(body, before)}
    return packed({**parts, **(extra or {})})


def docx_document(body: str, before: str = "") -> bytes:
    return f"{before}<w:document {W}><w:body>{body}</w:body></w:document>".encode()


def paragraph(words: str) -> str:
    return f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>"


def nested_tables(depth: int) -> str:
    cell = "<w:tbl><w:tr><w:tc>"
    return paragraph("第一条") + cell * depth + paragraph("第二条") + "</w:tc></w:tr></w:tbl>" * depth


def ofd(before: str = "", words: str = "甲乙", extra: dict[str, bytes] | None = None) -> bytes:
    return test_read_ofd.ofd_file([before + test_read_ofd.page(test_read_ofd.text(28, 60, words))], extra={**(extra or {})})


def looping_ofd() -> bytes:
    group = "<ofd:PageBlock>" * 5000 + test_read_ofd.text(28, 60, "甲乙") + "</ofd:PageBlock>" * 5000
    return test_read_ofd.ofd_file([test_read_ofd.page(group)])


def many_paths() -> bytes:
    return test_read_ofd.ofd_file([test_read_ofd.page(test_read_ofd.path(20, 150, "M 0 0 L 100 0 L 100 50 C " * 3) * 100_000)])


def overlapping() -> bytes:
    """One megabyte that 3,000 entries of the directory call theirs."""
    stored = io.BytesIO(docx(paragraph("甲"), extra={"word/media/a.bin": random.Random(1).randbytes(1 << 20)}))
    with zipfile.ZipFile(stored, "a") as archive:
        part = archive.getinfo("word/media/a.bin")
        archive.filelist += [copy.copy(part) for _ in range(3000)]
        archive.writestr("last", b"")  # so that the directory is written again
    return stored.getvalue()


def understated() -> bytes:
    """A text of 40 MB that the directory calls 100 bytes long."""
    data, words = docx(paragraph("甲" * (13 << 20))), struct.pack("<I", len(docx_document(paragraph("甲" * (13 << 20)))))
    return data.replace(words, struct.pack("<I", 100))


ESCAPING = {
    "../../../../tmp/policytext-escaped.txt": b"out",
    "/tmp/policytext-escaped.txt": b"out",
    "..\\..\\policytext-escaped.txt": b"out",
}
UNTIL = "ok partial empty corrupt garbled scanned too_large"

BAD = {
    # PDF
    "broken xref": Bad("a.pdf", lambda: one_page(stream(SOUND)).replace(b"\n00000", b"\n99999"), "ok corrupt"),
    "no xref": Bad("a.pdf", lambda: one_page(stream(SOUND)).partition(b"xref\n")[0], "ok corrupt"),
    "looping xref": Bad("a.pdf", lambda: pdf(["<< /Type /Catalog /Pages 2 0 R >>"], prev="/Prev {xref}"), "corrupt empty"),
    "looping pages": Bad("a.pdf", lambda: one_page(stream(SOUND), kids="2 0 R 3 0 R 2 0 R", count=3), UNTIL),
    "page is its own parent": Bad("a.pdf", lambda: one_page(stream(SOUND), kids="3 0 R").replace(b"/Parent 2", b"/Parent 3"), UNTIL),
    "looping contents": Bad("a.pdf", lambda: one_page(b"[4 0 R 4 0 R]"), UNTIL),
    "looping form": Bad("a.pdf", form_loop, "ok"),
    "looping font": Bad("a.pdf", lambda: one_page(stream(SOUND)).replace(b"/DescendantFonts [", b"/DescendantFonts [ 5 0 R "), UNTIL),
    "flate bomb": Bad("a.pdf", lambda: flate_bomb(1), UNTIL + " memory timeout"),
    "nested flate bomb": Bad("a.pdf", lambda: flate_bomb(3), UNTIL + " memory timeout"),
    "200,000 pages": Bad("a.pdf", lambda: one_page(stream(SOUND), kids="3 0 R " * 200_000, count=200_000), "too_large"),
    "a lie about the number of pages": Bad("a.pdf", lambda: one_page(stream(SOUND), count=2_000_000_000), UNTIL),
    "a million rectangles": Bad("a.pdf", lambda: one_page(stream(SOUND + b"1 1 9 9 re f\n" * 1_000_000)), "ok"),
    "a huge image": Bad("a.pdf", lambda: image(60_000, 60_000, deflated(1 << 20)), UNTIL),
    "an image of lies": Bad("a.pdf", lambda: image(2_000_000_000, 2_000_000_000, b"x"), UNTIL),
    "font without a map": Bad("a.pdf", unmapped, "garbled empty"),
    "deep arrays": Bad("a.pdf", lambda: deep(100_000), UNTIL),
    "RC4 128": Bad("a.pdf", lambda: encryption("/Filter /Standard /V 2 /R 3 /Length 128"), "encrypted"),
    "AES 128": Bad("a.pdf", lambda: encryption("/Filter /Standard /V 4 /R 4 /Length 128 " + AES.format("AESV2", 16)), "encrypted"),
    "AES 256": Bad("a.pdf", lambda: encryption("/Filter /Standard /V 5 /R 6 /Length 256 " + AES.format("AESV3", 32)), "encrypted"),
    "AES 256, draft": Bad("a.pdf", lambda: encryption("/Filter /Standard /V 5 /R 5 /Length 256 " + AES.format("AESV3", 32)), "encrypted"),
    "certificates": Bad("a.pdf", lambda: encryption("/Filter /Adobe.PubSec /V 4 /SubFilter /adbe.pkcs7.s5"), "encrypted"),
    # packages
    "DOCX bomb": Bad("a.docx", lambda: docx(paragraph("甲"), extra={"word/media/a.bin": bytes(64 << 20)}), "too_large"),
    "DOCX bomb in the text": Bad("a.docx", lambda: docx(paragraph("甲" * (40 << 20))), "too_large"),
    "DOCX of parts that overlap": Bad("a.docx", overlapping, "too_large"),
    "DOCX that says it is small": Bad("a.docx", understated, "corrupt"),
    "DOCX paths": Bad("a.docx", lambda: docx(paragraph("甲乙丙"), extra=ESCAPING), "ok"),
    "DOCX laughs": Bad("a.docx", lambda: docx(paragraph("&a11;"), LAUGHS + "]>"), "empty corrupt"),
    "DOCX outside": Bad("a.docx", lambda: docx(paragraph("甲&x;乙"), OUTSIDE + "]>"), "ok corrupt"),
    "DOCX deep tables": Bad("a.docx", lambda: docx(nested_tables(3000)), "ok corrupt"),
    "DOCX with a password": Bad("a.docx", lambda: b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    "OFD bomb": Bad("a.ofd", lambda: ofd(extra={"Doc_0/Res/a.bin": bytes(64 << 20)}), "too_large"),
    "OFD paths": Bad("a.ofd", lambda: ofd(extra=ESCAPING), "ok"),
    "OFD laughs": Bad("a.ofd", lambda: ofd(LAUGHS + "]>", "&a11;"), "ok empty corrupt"),
    "OFD outside": Bad("a.ofd", lambda: ofd(OUTSIDE + "]>", "甲&x;乙"), "ok empty"),
    "OFD deep": Bad("a.ofd", looping_ofd, UNTIL),
    "OFD of 100,000 paths": Bad("a.ofd", many_paths, "ok empty too_large"),
    "zip of nothing": Bad("a.docx", lambda: packed({}), "corrupt unsupported"),
    # pages of the web
    "HTML of 100,000 levels": Bad("a.html", lambda: b"<div>" * 100_000 + "第一条 甲。".encode() + b"</div>" * 100_000, UNTIL),
    "HTML of 20,000 tables": Bad("a.html", lambda: b"<table><tr><td>" * 20_000 + "第一条 甲。".encode(), UNTIL),
    "HTML outside": Bad("a.html", lambda: (OUTSIDE + "]><html><body><p>甲&x;乙</p></body></html>").encode(), "ok"),
    "HTML laughs": Bad("a.html", lambda: (LAUGHS + "]><html><body><p>甲&a11;乙</p></body></html>").encode(), "ok"),
    "HTML of one line": Bad("a.html", lambda: b"<html><body>" + "甲乙丙".encode() * 3_000_000, UNTIL),
    "HTML of 100 MB": Bad(
        "a.html", lambda: b"<html><body>" + "<p>第一条促进产业发展。</p>".encode() * 2_700_000, UNTIL + " timeout memory"
    ),
    "HTML of a million attributes": Bad("a.html", lambda: b"<html><body><p " + b"a=1 " * 1_000_000 + b">x</p>", UNTIL),
    # wrong names
    "text named PDF": Bad("a.pdf", lambda: "第一条 甲。".encode(), "corrupt"),
    "PDF named text": Bad("a.txt", lambda: one_page(stream(SOUND)), "ok"),
    "PDF named DOCX": Bad("a.docx", lambda: one_page(stream(SOUND)), "ok"),
    "DOCX named PDF": Bad("a.pdf", lambda: docx(paragraph("甲乙丙")), "corrupt ok"),
    "program named text": Bad("a.txt", lambda: b"\x7fELF\x02\x01\x01" + bytes(4000), "unsupported"),
    "nothing": Bad("a.pdf", lambda: b"", "empty"),
    "nothing at all in text": Bad("a.txt", lambda: b"\x00" * 100_000, "unsupported empty"),
    "a line of 30 MB": Bad("a.txt", lambda: "第一条促进发展".encode() * 1_500_000, UNTIL + " timeout"),
}


def workbook(rows: str, before: str = "", dimension: str = "A1:A2", extra: dict[str, bytes] | None = None) -> bytes:
    """A small XLSX with this sheet."""
    from openpyxl import Workbook

    book, stored = Workbook(), io.BytesIO()
    book.save(stored)
    with zipfile.ZipFile(stored) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    parts["xl/worksheets/sheet1.xml"] = (
        f"{before}<worksheet {space}><dimension ref='{dimension}'/><sheetData>{rows}</sheetData></worksheet>".encode()
    )
    return packed({**parts, **(extra or {})})


def cells(*words: str) -> str:
    return "<row>" + "".join(f'<c t="inlineStr"><is><t>{word}</t></is></c>' for word in words) + "</row>"

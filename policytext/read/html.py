"""HTML pages of government sites → the lines of the document, without what the site prints around it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from policytext.places import data_file
from policytext.read.characters import plain, wide
from policytext.read.text import decode
from policytext.schema import CELL_JOIN, Line, LineKind, Reading

_DROPPED = frozenset(
    re.findall(
        r"\w+",
        """script style noscript template nav footer aside form button select option input textarea iframe object embed svg canvas
        video audio map head title link meta figure""",
    )
)
_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        """address article blockquote body center dd details div dl dt fieldset figcaption h1 h2 h3 h4 h5 h6 header hr html li main
        ol p pre section summary table tbody td tfoot th thead tr ul caption""",
    )
)
_HEADINGS = {"h1": 22.0, "h2": 18.0, "h3": 16.0}
_RUNNING = re.compile(r"[，。；：、！？]")
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_DOC_NO = re.compile(
    r"(?:发文字号|文件编号|文号|文\s*号)\s*[:：]?\s*([\u4e00-\u9fff（）()\w]{1,24}[〔\[【（(]\s*(?:19|20)\d\d\s*[〕\]】）)]\s*第?\s*\d{1,5}\s*号)"
)
_ENOUGH = 80


class Block(NamedTuple):
    """One block element's text, what kind of line it makes, and whether it stands in the middle."""

    text: str
    kind: LineKind
    centred: bool
    size: float


def read_html(name: str, data: bytes) -> Reading:
    """Block elements as lines with ``begins`` True, table rows as kind ``table``; ``metadata``: what <meta> states."""
    source = _decode(data)
    if source is None:
        return Reading(name, "html", status="garbled", reason="reading.encoding")
    root = _parse(source)
    if root is None:
        return Reading(name, "html", status="corrupt", reason="reading.corrupt")
    metadata = _metadata(root)
    _strip(root)
    body = root.find("body") if root.find("body") is not None else root
    content = _content(body)
    blocks = list(_blocks(content))
    title = metadata.get("title", "")
    opening = _squeeze("".join(block.text for block in blocks))[:800]
    if blocks and title and _squeeze(title) not in opening and _printed(root, title):
        blocks.insert(0, Block(title, "text", True, 22.0))
    return _reading(name, blocks, metadata)


def _reading(name: str, blocks: list[Block], metadata: dict[str, str]) -> Reading:
    from policytext.read.page_noise import web_furniture

    lines, at = [], 0
    for block in blocks:
        kind: LineKind = "noise" if block.kind == "text" and web_furniture().match(_squeeze(block.text)) else block.kind
        lines.append(Line(at, at + len(block.text), 0, kind, True, block.centred, block.size))
        at += len(block.text) + 1
    text = "\n".join(block.text for block in blocks)
    if not any(line.kind != "noise" for line in lines):
        return Reading(name, "html", text, tuple(lines), "empty", "reading.no_text", metadata=metadata)
    return Reading(name, "html", text, tuple(lines), metadata=metadata)


def _decode(data: bytes) -> str | None:
    """By byte order mark, by the declared character set (GB 2312 read as GB 18030), else as a text file is."""
    declared = _CHARSET.search(data[:4096])
    if declared and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        label = declared.group(1).decode("ascii", "ignore").lower()
        try:
            return data.decode("gb18030" if label.startswith("gb") else label)
        except (UnicodeDecodeError, LookupError):
            pass
    return decode(data)


def _parse(source: str) -> Any:
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return html.document_fromstring(_xml_safe(source).encode("utf-8", "ignore"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def _xml_safe(source: str) -> str:
    """Without the control codes, written out or as references, that lxml refuses to move from one element to another."""

    def checked(match: re.Match[str]) -> str:
        digits = match.group(1)
        code = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
        return "" if (code < 32 and code not in (9, 10, 13)) or 0xD800 <= code <= 0xDFFF or code in (0xFFFE, 0xFFFF) else match.group()

    return re.sub(r"&#([xX][0-9a-fA-F]{1,6}|\d{1,7});?", checked, re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", source))


@cache
def _site_knowledge() -> dict[str, Any]:
    return tomllib.loads(data_file("page_content.toml").read_text("utf-8"))


def _metadata(root: Any) -> dict[str, str]:
    wanted: dict[str, str] = _site_knowledge()["meta"]
    found: dict[str, str] = {}
    for element in root.iter("meta"):
        key = wanted.get((element.get("name") or element.get("property") or "").strip().lower())
        value = _folded(element.get("content") or "")
        if key and value:
            found.setdefault(key, value)
    if "title" not in found:
        title = root.find(".//title")
        text = _folded(title.text_content()) if title is not None else ""
        # A page's <title> often ends with the names of the section and the site.
        text = re.split(r"\s*(?:_|\||｜|-{1,2}|—{1,2})\s*(?=[^_|｜-]*(?:政府|网|平台|局|委员会|厅|部)\s*$)", text)[0]
        if text:
            found["title"] = text
    if "doc_no" not in found:
        stated = _DOC_NO.search(_folded(root.text_content())[:6000])
        if stated:
            found["doc_no"] = re.sub(r"\s", "", stated.group(1))
    return found


def _strip(root: Any) -> None:
    """Take out scripts, forms, hidden parts and site furniture."""
    words = tuple(_site_knowledge()["furniture"])
    for element in list(root.iter()):
        if not isinstance(element.tag, str) or element.getparent() is None:
            continue
        names = f"{element.get('id') or ''} {element.get('class') or ''}".lower()
        style = (element.get("style") or "").replace(" ", "").lower()
        hidden = element.tag != "body" and ("display:none" in style or "visibility:hidden" in style or element.get("hidden") is not None)
        furniture = element.tag not in ("body", "html") and any(word in names for word in words) and _running(element) < _ENOUGH
        if element.tag in _DROPPED or hidden or furniture:
            element.drop_tree()


def _running(element: Any) -> int:
    """Length of the running text in an element: text outside links that has Chinese punctuation or is long."""
    total = 0
    for node in element.iter():
        if not isinstance(node.tag, str) or node.tag in _DROPPED:
            continue
        inside_link = node.tag == "a"
        for piece in ("" if inside_link else node.text or "", node.tail or "" if node is not element else ""):
            piece = piece.strip()
            if len(piece) >= 12 and (_RUNNING.search(piece) or len(piece) > 40):
                total += len(piece)
    return total


def _content(body: Any) -> Any:
    """The element with the document: a known container with enough running text, else the deepest that holds most of it."""
    known = {name.lower() for name in _site_knowledge()["content"]}
    total = _running(body)
    best, most = None, 0
    for element in body.iter():
        if not isinstance(element.tag, str):
            continue
        names = {(element.get("id") or "").lower(), *(element.get("class") or "").lower().split()}
        if names & known:
            weight = _running(element)
            if weight > most:
                best, most = element, weight
    if best is not None and most >= max(_ENOUGH, 0.5 * total):
        return best
    element = body
    while True:
        children = [child for child in element if isinstance(child.tag, str) and child.tag not in ("p", "table", "tr", "ul", "ol")]
        heavy = max(children, key=_running, default=None)
        if heavy is None or total == 0 or _running(heavy) < 0.7 * total:
            return element
        element = heavy


def _blocks(element: Any, centred: bool = False) -> Iterator[Block]:
    """The block texts of an element in document order; <br> ends a line."""
    buffer: list[str] = []
    size = _HEADINGS.get(element.tag, 0.0)
    centred = centred or _is_centred(element)

    def flush() -> Iterator[Block]:
        text = _folded("".join(buffer))
        buffer.clear()
        if text:
            yield Block(text, "text", centred, size)

    def walk(node: Any) -> Iterator[Block]:
        if node.text:
            buffer.append(node.text)
        for child in node:
            if isinstance(child.tag, str):
                if child.tag == "br":
                    yield from flush()
                elif child.tag == "table" and _is_data(child):
                    yield from flush()
                    yield from _table(child)
                elif child.tag in _BLOCKS:
                    yield from flush()
                    yield from _blocks(child, centred)
                else:
                    yield from walk(child)
            if child.tail:
                buffer.append(child.tail)

    yield from walk(element)
    yield from flush()


def _is_centred(element: Any) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    return "text-align:center" in style or (element.get("align") or "").lower() == "center" or element.tag in ("center", "h1")


def _is_data(table: Any) -> bool:
    """A table of values and not one that lays out the page: no table inside, more than one column, short cells."""
    if next(table.iterdescendants("table"), None) is not None:
        return False
    rows = [len(list(row.iterchildren("td", "th"))) for row in table.iter("tr")]
    cells = [len(cell.text_content().strip()) for cell in table.iter("td", "th")]
    return bool(cells) and max(rows, default=0) >= 2 and max(cells) < 0.8 * max(sum(cells), 500)


def _table(table: Any) -> Iterator[Block]:
    for caption in table.iterchildren("caption"):
        text = _folded(caption.text_content())
        if text:
            yield Block(text, "text", True, 0.0)
    for row in table.iter("tr"):
        cells = [_folded("".join(_cell(cell))) for cell in row.iterchildren("td", "th")]
        text = CELL_JOIN.join(cell for cell in cells if cell)
        if text:
            yield Block(text, "table", False, 0.0)


def _cell(cell: Any) -> Iterator[str]:
    """The texts of a cell, a line end for each of its breaks (``_folded`` joins them)."""
    for node in cell.iter():
        if isinstance(node.tag, str):
            if node.tag in _BLOCKS or node.tag == "br":
                yield "\n"
            yield node.text or ""
        if node is not cell:
            yield node.tail or ""


def _folded(text: str) -> str:
    """White space folded: a line end between Chinese characters is nothing, every other run one blank; radicals become plain."""
    text = "".join(plain(char) for char in text if char >= " " or char in "\t\n\r")

    def fold(match: re.Match[str]) -> str:
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        broken = "\n" in match.group() or "\r" in match.group()
        return "" if broken and before and after and (wide(before) or wide(after)) else " "

    return re.sub(r"\s+", fold, text).strip()


def _squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _printed(root: Any, title: str) -> bool:
    """Does the page itself show this title somewhere outside the content (an <h1>, a title box)?"""
    return _squeeze(title) in _squeeze(root.text_content())

"""Paragraphs → units: the frame, the provisions with their paths, and what is noise."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from policytext.schema import Unit, UnitKind
from policytext.structure import annex, frame, record, signatures, titles
from policytext.structure.closing import CLOSED, TAKES_EFFECT, Closing
from policytext.structure.noise import content_range, credits_start
from policytext.structure.numbering import ARTICLE, CHAPTERS, Mark, Outline, mark_of
from policytext.structure.paragraphs import DUTY, Paragraph
from policytext.structure.topics import INNER, LONG_TOPIC, MANY, TOPIC, Topics
from policytext.structure.words import join_texts

SENTENCE_END = re.compile(r"[。；;！!？?：:，,、…]$")
#: A short sentence with one of these is a provision by itself, no heading.
ENDED = re.compile("负责|施行|执行|(?<!可)解释|废止|同时|除外|生效")
LED_BY = re.compile(r"(?<![。；;])[（(][^（()）]{0,10}(?:牵头|责任|负责|配合)[^（()）]*[）)]$")
#: What a heading without a number does not hold; 图 … and 表 … are captions.
NO_HEADING = re.compile(r"[，。；：、！？,;:!?.）)\d]|^[图表](?![\u4e00-\u9fff]*[书馆率示现扬])")
#: A paragraph that announces a list.
LEAD_IN = re.compile(r"[：:]$|(?:下列|以下|如下|之一).{0,40}[。：:]$")
LISTS = re.compile(r"(?:下列|以下)(?:情形|条件|情况|材料|人员|对象|程序).{0,40}[：:]$")
ANNOUNCES = re.compile("(?:如下|以下|下列|之一).{0,40}[：:]$")
BULLET = re.compile(r"[—–─-]{1,6}(?=[\u4e00-\u9fff“])|[●•▪■◆★☆○◇→▲]\s*(?=\S)")
#: Headings without a number that begin a part of their own.
PART = re.compile(r"[总附]\s*则")
HEADING_LENGTH, SHORT_HEADING = 60, 25
CONTENT = frozenset(("clause", "paragraph", "item", "heading", "table"))


class Walker:
    """Goes through the paragraphs once; ``units`` grows."""

    def __init__(self, paragraphs: Sequence[Paragraph]) -> None:
        self.paragraphs = paragraphs
        self.texts = [one.text if one.kind == "text" else "" for one in paragraphs]
        self.marks = [mark_of(text) if text else None for text in self.texts]
        self.outline = Outline(self.marks)
        self.units: list[Unit] = []
        #: The last title met.
        self.title = ""
        #: Before the first provision of a document; after a signature a new document may begin.
        self.front = True
        self.signed = False
        self.first, self.last = content_range(self.texts)
        self.topics = Topics(
            self.texts, self.marks, self.first, self.last, {n for n, one in enumerate(paragraphs) if one.kind in ("text", "table")}
        )
        self.credits = credits_start(self.texts, self.first, self.last)
        self.closing = Closing(self.texts, self.marks, self.last)
        self.cells = annex.cells(self.texts, self.last)
        #: Has the document parts? 总则 alone is none.
        self.parts = sum(PART.fullmatch(text) is not None for text in self.texts) > 1 or any(
            mark and mark.rank < ARTICLE for mark in self.marks
        )

    def walk(self) -> list[Unit]:
        """The units of all paragraphs, in order."""
        place = 0
        while place < len(self.paragraphs):
            one = self.paragraphs[place]
            if one.kind != "text":
                kind: UnitKind = "table" if one.kind == "table" else "noise" if one.kind == "noise" else "footnote"
                self._unit(kind, one, self.outline.path)
                place += 1
            elif not self.first <= place < self.last:
                place += self._outside(place)
            else:
                place += self._text(place)
        return self.units

    def _outside(self, place: int) -> int:
        """Take a paragraph of the web page around the document; its record (索引号, 文号 …) above the title is head."""
        text = self.texts[place]
        if place < self.first and (frame.is_metadata(text) or frame.is_date(text)) and not frame.is_navigation(text):
            taken = 2 if record.is_label(text) and place + 1 < self.first and record.is_value(self.texts, place + 1) else 1
            self._merge("head", place, taken)
            return taken
        self._unit("noise", self.paragraphs[place])
        return 1

    def _text(self, place: int) -> int:
        """Take the paragraph at ``place`` (and those that belong to it); how many were taken."""
        text = self.texts[place]
        if frame.is_attachment_mark(text):
            listed = annex.listed(self.texts, place, self.last)
            if listed:
                self._merge("attachment_list", place, listed)
                return listed
            self._unit("head", self.paragraphs[place])
            self._begin_document()
            return 1 + self._forms(place + 1)
        unruled = self._unruled_table(place)
        if unruled:
            return unruled
        title = self._title_length(place)
        if title:
            if not self.front or self.signed:
                self._begin_document()
            forms = self._forms(place) if self._annexed() else 0
            if not forms:
                self._merge("title", place, title)
                self.title = self.units[-1].text
            return forms or title
        contents = self._contents_length(place)
        if contents:
            for one in self.paragraphs[place : place + contents]:
                self._unit("noise", one)
            return contents
        if rows := self.cells[place]:
            self._merge("table", place, rows)
            return rows
        kind, taken = self._frame_kind(place)
        if kind:
            self._merge(kind, place, taken)
            return taken
        mark = self.marks[place]
        bare = mark is not None and mark.rank > ARTICLE and mark.printed.strip() == text.strip()
        if self.front and (bare or not self._is_provision(place)):
            self._unit("head" if re.search(r"[\u4e00-\u9fffA-Za-z]", text) else "noise", self.paragraphs[place])
            return 1
        self.front = False
        self._provision(place)
        return 1

    def _is_provision(self, place: int) -> bool:
        """Does the text of a document begin here? Short lines without a sentence above it are frame."""
        text = self.texts[place]
        return (
            self.marks[place] is not None
            or PART.fullmatch(text) is not None
            or ANNOUNCES.search(text) is not None
            or "。" in text
            or len(text) > HEADING_LENGTH
            or (len(text) > SHORT_HEADING and SENTENCE_END.search(text) is not None)
            or not self._sentence_follows(place)
        )

    def _sentence_follows(self, place: int) -> bool:
        return any(
            ("。" in text and len(text) > SHORT_HEADING) or frame.is_addressee(text)
            for text in self.texts[place + 1 : min(place + 40, self.last)]
        )

    def _forms(self, place: int) -> int:
        """Take the forms and tables from ``place`` on, each as one unit; how many paragraphs were taken."""
        taken = 0
        while not self._is_mark(place + taken) and (form := annex.length(self.texts, place + taken, self.last)):
            self._merge("table", place + taken, form)
            taken += form
        return taken

    def _unruled_table(self, place: int) -> int:
        """Take a table whose lines are lost, each row as one unit; how many paragraphs were taken."""
        head = annex.header(self.texts, place, self.last)
        if not head:
            return 0
        end = place + head
        while end < self.last and not self._ends_table(end):
            end += 1
        starts = annex.rows([one.text for one in self.paragraphs[place:end]], head)
        for start, following in pairwise((*starts, end - place)):
            self._merge("table", place + start, following - start)
        return end - place

    def _ends_table(self, place: int) -> bool:
        """Does the document go on here, with the next attachment, number or policy, or its signature?"""
        text, mark = self.texts[place], self.marks[place]
        counted = mark is not None and any(
            (level.mark.rank, level.mark.number) == (mark.rank, (mark.number or 0) - 1) for level in self.outline.open
        )
        return (
            counted
            or frame.is_attachment_mark(text)
            or frame.is_closing(text)
            or (frame.is_body(text) and signatures.ends(self.texts, place, self.last))
            or titles.unannounced(self.texts, place, self.last) > 0
        )

    def _is_mark(self, place: int) -> bool:
        return place >= self.last or frame.is_attachment_mark(self.texts[place])

    def _contents_length(self, place: int) -> int:
        """How many paragraphs from 目录 on are a table of contents: short lines up to where its first line comes again."""
        if not titles.CONTENTS.fullmatch(self.texts[place]):
            return 0
        first = next((other for other in range(place + 1, min(place + 4, self.last)) if self.texts[other]), None)
        if first is None:
            return 0
        for other in range(first + 1, min(first + 200, self.last)):
            text = self.texts[other]
            mark, other_mark = self.marks[first], self.marks[other]
            again = mark is not None and other_mark is not None and (mark.rank, mark.step) == (other_mark.rank, other_mark.step)
            if text and (again or text == self.texts[first]):
                return other - place
            if len(text) > HEADING_LENGTH:
                break
        return 0

    def _title_length(self, place: int) -> int:
        """How many paragraphs make a title here; one may stand at the top, after 附件, after a signature, or numbered anywhere."""
        if numbered := titles.numbered(self.texts, place, self.last):
            return numbered
        if not self.front and not self.signed:
            amid = self.marks[place] is None and bool(self.outline.open)
            return titles.unannounced(self.texts, place, self.last) if amid else 0
        attached = place > 0 and frame.is_attachment_mark(self.texts[place - 1])
        begins = place == self.first or self.signed or attached
        found = titles.length(self.texts, place, self.last) or (titles.unusual(self.texts, place, self.last) if begins else 0)
        return found or int(attached and titles.is_short_name(self.texts[place]))

    def _annexed(self) -> bool:
        """Do we stand behind an 附件 mark?"""
        return any(unit.kind == "head" and frame.is_attachment_mark(unit.text) for unit in self.units[-40:])

    def _frame_kind(self, place: int) -> tuple[UnitKind | None, int]:
        text = self.texts[place]
        if frame.is_closing(text):
            self.signed = True
            return "signature", 1
        if text.startswith(("<!--", "-->")) or (frame.is_registration(text) and self.marks[place] is None):
            return "noise", 1
        if self.front:
            if frame.is_metadata(text):
                if record.is_label(text) and place + 1 < self.last and record.is_value(self.texts, place + 1):
                    return "head", 2
                return "head", 1
            if frame.is_navigation(text):
                return "noise", 1
            if frame.is_doc_no(text) or frame.is_adopted(text) or frame.is_date(text) or frame.is_byline(text):
                return "head", 1
            if frame.is_body(text) and not signatures.signs(self.texts, place):
                return "head", 1
        elif frame.is_doc_no(text):
            return "head", 1
        above = self.units[-1].kind if self.units else ""
        following = self.texts[place + 1] if place + 1 < self.last else ""
        named = self.front and above in ("title", "head") and titles.sends(self.title) and frame.addresses(text, following)
        if named or (frame.is_addressee(text) and (self.front or above in ("title", "head", "addressee"))):
            self.front = False
            return "addressee", 1
        if (frame.is_date(text) and self._closed(place)) or (frame.is_signature_name(text) and signatures.signs(self.texts, place)):
            self.signed = True
            return "signature", 1
        if signatures.is_broken_name(self.texts, place, self.last):
            self.signed = True
            return "signature", 2
        ended = not self.front and bool(self.units) and self.units[-1].text.endswith(("。", "）"))
        if ended and (unusual := signatures.unusual_names(self.texts, place, self.last)):
            self.signed = True
            return "signature", unusual
        if place >= self.credits:
            return "noise", 1
        if self.marks[place] is None and (frame.is_signed(text) or (frame.is_body(text) and signatures.ends(self.texts, place, self.last))):
            self.signed = True
            return "signature", 1
        if frame.is_attachment_list(text):
            return "attachment_list", annex.listed(self.texts, place, self.last) or 1
        if frame.is_caption(text):
            return "table", 1
        if frame.is_link(text) or (self.signed and (frame.is_navigation(text) or frame.is_metadata(text))):
            return ("head" if frame.is_metadata(text) else "noise"), 1
        return None, 1

    def _closed(self, place: int) -> bool:
        """Has the text before a date come to its end (so that it is no date in a list or table)?"""
        return not self.units or self.units[-1].kind != "heading" or place + 1 >= self.last

    def _begin_document(self) -> None:
        self.outline.clear()
        self.closing.begin()
        self.front, self.signed = True, False

    def _provision(self, place: int) -> None:
        # What stands below a signature and is no document of its own (联系人, notes) belongs to none of the numbers above it.
        if self.signed and self.marks[place] is None:
            self.outline.clear()
        self.signed = False
        one = self.paragraphs[place]
        mark = self.marks[place]
        if DUTY.match(one.text) and self.units and self.units[-1].kind in ("clause", "paragraph", "item") and len(one.text) < 200:
            before = self.units[-1]
            self.units[-1] = replace(before, end=one.end, text=before.text + one.text)
            return
        if mark is None:
            self._unmarked(place)
            return
        parent = self.outline.parent(mark, place)
        heading = self._is_heading(place, mark)
        kind: UnitKind = "heading" if heading else "clause"
        if not heading and mark.rank != ARTICLE and parent is not None:
            if parent.kind != "heading":
                kind = "item"
            elif not parent.children:
                before = self.units[-1]
                kind = (
                    "item"
                    if before.kind == "paragraph" and before.path == self._path_of(mark, place) and LEAD_IN.search(before.text)
                    else "clause"
                )
            elif parent.children == "item":
                kind = "item"
            if not parent.children:
                parent.children = kind
        elif parent is None and mark.rank > ARTICLE + 1 and self._is_listed(mark):
            kind = "item"
        self.outline.push(mark, place, one.text, kind)
        if kind == "clause":
            self.closing.clauses[mark.rank] += 1
        headings = self.outline.headings[:-1] if heading else self.outline.headings
        self._unit(kind, one, self.outline.path, headings)

    def _is_listed(self, mark: Mark) -> bool:
        """Does a mark without anything above it belong to the list that a sentence announces?"""
        before = self.units[-1] if self.units else None
        sibling = next((level.kind for level in self.outline.open if level.mark.rank == mark.rank), "")
        announced = before is not None and before.kind == "paragraph" and LISTS.search(before.text) is not None
        return (announced and mark.number == 1) or sibling == "item"

    def _path_of(self, mark: Mark, place: int) -> str:
        keep = self.outline.keep(mark, place)
        return "/".join(level.mark.step for level in self.outline.open[:keep])

    def _unmarked(self, place: int) -> None:
        one = self.paragraphs[place]
        if BULLET.match(one.text):
            self._unit("item", one, self.outline.path)
            return
        if PART.fullmatch(one.text):
            self.outline.clear()
            if self.parts or not one.text.startswith("总"):
                step = re.sub(r"\s", "", one.text)
                self.outline.push(Mark(CHAPTERS - 2, one.text, step, None), place, step, "heading")
            self._unit("heading", one, self.outline.path, ())
            return
        if self.units and self.closing.speaks_of_all(place, self.units[-1], self.outline.open):
            self.outline.clear()
        self.outline.leave_items(next((mark for mark in self.marks[place + 1 : self.last] if mark is not None), None))
        if self.outline.open and self.outline.open[-1].kind == "clause":
            self.closing.continued.add(self.outline.open[-1].mark.rank)
        self._unit("heading" if self._is_plain_heading(place) else "paragraph", one, self.outline.path)

    def _is_plain_heading(self, place: int) -> bool:
        """A short line without a number and without punctuation above a paragraph."""
        text = self.texts[place]
        if len(text) > SHORT_HEADING or NO_HEADING.search(text) or not re.search(r"[\u4e00-\u9fff]{2}", text):
            return False
        before = self.units[-1] if self.units else None
        after = self.topics.following(place)
        mark = self.marks[after] if after is not None else None
        # Names and cells stand in rows of such lines: the last of them is no heading of the number that goes on counting behind it.
        row = before is not None and before.kind == "paragraph" and not CLOSED.search(before.text)
        if (before is not None and before.kind == "heading") or (row and mark is not None and mark.number != 1):
            return False
        return after is not None and (len(self.texts[after]) > 2 * SHORT_HEADING or self.marks[after] is not None)

    def _is_heading(self, place: int, mark: Mark) -> bool:
        text = self.texts[place]
        # Who leads it may stand behind a heading, too.
        if self.topics.below(place) is not None:
            text = LED_BY.sub("", text)
        if mark.rank < CHAPTERS:
            return len(text) <= HEADING_LENGTH or not (INNER.search(text) or SENTENCE_END.search(text))
        # A question heads its answer.
        if text.endswith(("？", "?")) and not INNER.search(text):
            return self.topics.heads_paragraph(place)
        ends = text.endswith("。")
        if len(text) > HEADING_LENGTH or INNER.search(text) or (SENTENCE_END.search(text) and not ends):
            return False
        words = text[len(mark.printed) :]
        if ends and (mark.rank == ARTICLE or (ENDED.search(words) and not self.topics.all_are(place, TOPIC))):
            return False
        if TAKES_EFFECT.search(words):
            return False
        after = self.topics.following(place)
        below = self.marks[after] if after is not None else None
        opens = self.topics.opens(place, words) and all(level.mark.rank != ARTICLE for level in self.outline.open)
        if ends and "，" in words and not opens and not self.topics.all_are(place, LONG_TOPIC, MANY):
            return False
        if after is None or not words.strip():
            return bool(not words.strip() and after is not None and self.marks[after] is not None and mark.rank < ARTICLE)
        following = self.texts[after]
        if not following:
            return not ends
        if frame.ends_text(following):
            return False
        if below is not None:
            above = {level.mark.rank for level in self.outline.open[: self.outline.keep(mark, place)]}
            return below.step.startswith(f"{mark.step}.") or (
                below.rank not in above
                and below.rank != mark.rank
                and (below.rank > mark.rank or below.number == 1 or (mark.rank == ARTICLE + 1 and below.rank == ARTICLE))
            )
        if DUTY.match(following) or signatures.signs(self.texts, place):
            return False
        # 「身份证复印件」 as the last of a list is no heading of the paragraph behind the list.
        before = self.marks[place - 1] if place else None
        if (
            mark.rank > ARTICLE
            and before is not None
            and before.rank == mark.rank
            and mark.number
            and before.number == mark.number - 1
            and before.step.count(".") == mark.step.count(".")
            and self.units
            and self.units[-1].kind != "heading"
            and self.topics.sibling(place, 1) is None
        ):
            return False
        # A sentence above a paragraph is a heading when it is short, or when all that are counted with it are such sentences.
        return not ends or len(words) <= TOPIC or self.topics.all_are(place)

    def _merge(self, kind: UnitKind, place: int, count: int) -> None:
        """One unit of ``count`` paragraphs; noise between them stays noise."""
        parts = [one for one in self.paragraphs[place : place + count] if one.kind == "text" or kind == "table"]
        text = join_texts([part.text for part in parts]) if kind != "table" else "\n".join(part.text for part in parts)
        # A paragraph may end behind the noise within it.
        self._unit(kind, replace(parts[0], end=max(part.end for part in parts), text=text), self.outline.path if kind == "table" else "")

    def _unit(self, kind: UnitKind, one: Paragraph, path: str = "", headings: tuple[str, ...] | None = None) -> None:
        chain = self.outline.headings if headings is None else headings
        content = kind in CONTENT
        self.units.append(Unit(kind, path if content else "", one.text, one.page, one.start, one.end, chain if content else ()))

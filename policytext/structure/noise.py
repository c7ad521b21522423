"""Lines and paragraphs around a document: page numbers, running heads, web navigation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from policytext.schema import Line, Reading
from policytext.structure import frame
from policytext.structure.numbering import mark_of

PAGE = re.compile(
    r"[-—–―－_·•\s]{1,6}\d{1,4}[-—–―－_·•\s]{1,6}|第\s*\d+\s*页(?:[\s，,/]*共\s*\d+\s*页)?|\d{1,3}\s*/\s*\d{1,3}|[Pp]age\s*\d+(?:\s*of\s*\d+)?"
)
NUMBER = re.compile(r"\d{1,4}")
PRINT_MARK = re.compile(r"https?://\S+(?:\s+\d+/\d+)?|\d{4}/\d{1,2}/\d{1,2},?\s+\d{1,2}:\d{2}(?:\s*[AP]M)?")
RULE = re.compile(r"[-*_=—]{3,}")
INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff\xad\ue000-\uf8ff\s]+")
LEADER = re.compile(r".{1,80}?[.…·．]{6,}\s*\d{1,4}")
#: What articles that were copied as text have in place of a picture.
PICTURE = re.compile(r"[\[【]?图\s*片[\]】]?")
#: A line is a running head when it comes back this often next to page numbers.
TIMES = 3
HEAD_LENGTH = 120
#: A number alone is a page number when it belongs to a count this long with lines between.
COUNT, APART = 3, 8
#: A line this long may be a copy of the whole text before it.
COPY = 1000
#: How long lines are that count in a second copy, how many it has at least, with how many characters, and how many lines may be missing.
COPIED_LINE, COPIED, COPIED_TEXT, COPIED_GAP = 12, 6, 400, 4
SPACES = re.compile(r"\s+")
BODY_LENGTH, LONG_BODY = 40, 60
STOP = re.compile("[。！]")
#: The beginning of a text that the foot of a page shows again, for search engines and shares.
TEASER = re.compile(r"(?:\.{3}|…)$")
#: Bare telephone numbers and addresses are cells of a table; the foot of a page labels its own.
CELL = re.compile(r"\d{7,12}|[^：:]{4,20}\d号.{0,8}")
#: Labels of the record that a government page prints below a document; so many make one. A value over two lines stands around its label.
LABEL = re.compile("(?:标题|索引号|主题分类|发文机关|成文日期|发文字号|发布日期|公文种类)[：:]")
EMPTY = re.compile(rf"[：:](?={LABEL.pattern}|$)")
LABELS, BROKEN = 4, 2
#: So many lines of at most so many characters right above the foot of a page may belong to it.
TAIL_LINES, TAIL_WIDTH = 10, 24
#: So many other lines may follow each line of a menu at the end of a page.
MOST_OTHER = 4


def without_noise(reading: Reading) -> list[Line]:
    """The lines, those that are page numbers, running heads, print marks or invisible characters marked as noise."""
    texts = [reading.text[line.start : line.end] for line in reading.lines]
    noise = [
        PAGE.fullmatch(text) is not None
        or (PRINT_MARK.fullmatch(text) is not None and not frame.leads_to_link(texts[place - 1] if place else "", text))
        or RULE.fullmatch(text) is not None
        or INVISIBLE.fullmatch(text) is not None
        or LEADER.fullmatch(text) is not None
        or PICTURE.fullmatch(text) is not None
        for place, text in enumerate(texts)
    ]
    for place in _page_numbers(texts):
        noise[place] = True
    for place in _running_heads(texts, noise):
        noise[place] = True
    for place in (*_copies(texts), *_second_copy(texts)):
        noise[place] = True
    return [
        replace(line, kind="noise") if is_noise and line.kind == "text" else line
        for line, is_noise in zip(reading.lines, noise, strict=True)
    ]


def _page_numbers(texts: Sequence[str]) -> list[int]:
    """Lines that hold one number, each one more than the one before, a page of lines apart."""
    best: list[int] = []
    run: list[int] = []
    expected = -1
    for place, text in enumerate(texts):
        if len(text) <= 4 and NUMBER.fullmatch(text):
            value, known = int(text), len(run) >= COUNT
            # In a known run a page may hold a picture only, or have lost its number.
            if (value == expected and (known or place - run[-1] >= APART)) or (
                known and value == expected + 1 and place - run[-1] >= APART
            ):
                run.append(place)
            elif not run or (value <= 2 and len(run) < COUNT):
                run = [place]
            else:
                continue
            expected = value + 1
            best = max(best, run, key=len)
    return list(best) if len(best) >= COUNT else []


def _copies(texts: Sequence[str]) -> list[int]:
    """Long lines that repeat the text before them (pages that carry the document a second time, for phones)."""
    found = []
    for place in [place for place, text in enumerate(texts) if place and len(text) >= COPY]:
        before = SPACES.sub("", "".join(texts[:place]))
        text = SPACES.sub("", texts[place])
        samples = [text[at : at + 24] for at in range(0, len(text) - 24, max(24, len(text) // 12))]
        if len(before) >= 0.5 * len(text) and sum(sample in before for sample in samples) >= 0.8 * len(samples):
            found.append(place)
    return found


def _second_copy(texts: Sequence[str]) -> list[int]:
    """The longest run of lines that come a second time in the same order: some pages carry the document twice."""
    squeezed = [SPACES.sub("", text) for text in texts]
    first: dict[str, int] = {}
    run: list[int] = []
    best: list[int] = []
    source = -1
    for place, text in enumerate(squeezed):
        if len(text) < COPIED_LINE:
            continue
        seen = first.setdefault(text, place)
        if seen < place and (not run or source < seen <= source + COPIED_GAP):
            run.append(place)
        elif run:
            run = [place] if seen < place else []
        source = seen if run else -1
        best = max(best, run, key=len)
    if len(best) < COPIED or sum(len(squeezed[place]) for place in best) < COPIED_TEXT:
        return []
    return list(range(best[0], best[-1] + 1))


def _running_heads(texts: Sequence[str], noise: Sequence[bool]) -> list[int]:
    pages = [place for place, is_noise in enumerate(noise) if is_noise and (PAGE.fullmatch(texts[place]) or PRINT_MARK.match(texts[place]))]
    if len(pages) < TIMES:
        return []
    breaks = 1 + sum(after - before > APART for before, after in pairwise(pages))
    near = {other for place in pages for other in range(max(0, place - 3), min(len(texts), place + 4))}
    counts = Counter(texts[place] for place in near if len(texts[place]) <= HEAD_LENGTH and not noise[place])
    repeated = {text for text, count in counts.items() if count >= max(TIMES, 0.4 * breaks) and mark_of(text) is None}
    return [place for place, text in enumerate(texts) if text in repeated]


def content_range(texts: Sequence[str]) -> tuple[int, int]:
    """Where the document begins and ends among the paragraphs of a web page; everything where there is no navigation.

    Paragraphs that are no text (tables, noise) are given as empty strings.
    """
    registered = next((place for place, text in enumerate(texts) if frame.is_registration(text)), len(texts))
    above = texts[:registered] if registered < len(texts) else ()
    before = {line[start : start + COPIED_LINE] for line in above for start in range(max(len(line) - COPIED_LINE, 0) + 1)}
    body = [
        place
        for place, text in enumerate(texts)
        if (
            (len(text) >= BODY_LENGTH and STOP.search(text) and not frame.is_foot(text))
            or (mark_of(text) and len(text) > 12)
            or frame.is_addressee(text)
        )
        and not TEASER.search(text)
        and not (registered < place and text[:COPIED_LINE] in before)
    ]
    if not body:
        return 0, len(texts)
    # Terms of use at the foot of a page are sentences too, but short ones.
    last = [place for place in body if len(texts[place]) >= LONG_BODY or mark_of(texts[place]) or place < 0.7 * len(texts)]
    end = last[-1] if last else body[-1]
    return _beginning(texts, body[0]), min(_end(texts, end), _record(texts, body[-1]))


def credits_start(texts: Sequence[str], first: int, last: int) -> int:
    """From where on up to ``last`` there is nothing but who brought or edited the page; ``last`` where nobody is named."""
    while last > first and (not texts[last - 1] or frame.is_credit(texts[last - 1])):
        last -= 1
    return last


def _beginning(texts: Sequence[str], body: int) -> int:
    before = texts[:body]
    menu = [place for place, text in enumerate(before) if frame.is_navigation(text)]
    if len(menu) < 2:
        return 0
    titles = [place for place, text in enumerate(before) if len(text) >= 8 and frame.is_title(text) and not frame.is_navigation(text)]
    after = [place for place in titles if place > menu[-1]]
    # A page shows its title twice: above the line that shares and prints, and at the head of the document.
    alike = [place for place in titles[:-1] if _alike(texts[place], texts[titles[-1]])]
    if alike and len(texts[titles[-1]]) > 10:
        return alike[0]
    if after and any(
        texts[place] and not frame.is_navigation(texts[place]) and frame.is_metadata(texts[place]) for place in range(menu[0], after[0])
    ):
        first = next(
            place for place in range(menu[0], after[0]) if frame.is_metadata(texts[place]) and not frame.is_navigation(texts[place])
        )
        before_it = [place for place in titles if place < first]
        return before_it[-1] if before_it and before_it[-1] > menu[0] else first
    if after:
        return after[0]
    return titles[-1] if titles else menu[-1] + 1


def _alike(one: str, other: str) -> bool:
    return one in other or other in one


def _end(texts: Sequence[str], body: int) -> int:
    feet = [place for place in range(body + 1, len(texts)) if frame.is_navigation(texts[place]) or frame.is_foot(texts[place])]
    if not feet:
        return len(texts)
    foot = feet[0]
    if not any(frame.is_foot(text) for text in texts[foot:]):
        # A cell of a table may hold such a word.
        return next(
            (place for number, place in enumerate(feet) if len(texts) - place <= MOST_OTHER * (len(feet) - number) + TAIL_LINES), len(texts)
        )
    # What stands between the last provision and the foot of the page stays when it signs, dates or lists attachments, or is long.
    least = max(body + 1, foot - TAIL_LINES)
    while foot > least and texts[foot - 1] and len(texts[foot - 1]) <= TAIL_WIDTH and not _closes(texts[foot - 1]):
        foot -= 1
    return foot


def _record(texts: Sequence[str], body: int) -> int:
    """Where the record of a printed page begins below the document, with the lines into which its longest values are broken."""
    places = [place for place in range(body + 1, len(texts)) if texts[place]]
    labels = [place for place in places if LABEL.search(texts[place])]
    if sum(len(LABEL.findall(texts[place])) for place in labels) < LABELS:
        return len(texts)
    if any(len(texts[place]) > HEAD_LENGTH or STOP.search(texts[place]) for place in places if place >= labels[0]):
        return len(texts)
    first = labels[0]
    while first - 1 > body and EMPTY.search(texts[labels[0]]) and labels[0] - first < BROKEN and _is_fragment(texts[first - 1]):
        first -= 1
    return first


def _is_fragment(text: str) -> bool:
    return bool(text) and len(text) <= TAIL_WIDTH and not _closes(text)


def _closes(text: str) -> bool:
    return (
        frame.ends_text(text)
        or frame.is_body(text)
        or frame.is_closing(text)
        or mark_of(text) is not None
        or "。" in text
        or CELL.fullmatch(text) is not None
    )

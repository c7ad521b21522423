"""From a query to what is shown: copies, grouping, paging, explanation, concordance."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from policytext.corpus.filters import Bands, Filters
from policytext.schema import Clause, Head, Record, Unit
from policytext.search.concordance import concordance
from policytext.search.copies import Wording, alike
from policytext.search.find import Searcher, Wanted, files_searcher
from policytext.search.synonyms import NO_SYNONYMS, Synonyms

AWARD = "对首次认定的软件企业给予20万元奖励，奖励资金由县财政在次年第二季度一次拨付。"
TEXTS = {
    "甲县办法": [f"（一）{AWARD}", "组织软件企业参加展会，对展位费给予补助，每家企业每年不超过两次。"],
    "乙县办法": [f"3.{AWARD}", "建设软件园，为软件企业提供办公用房，前三年免收租金，此后减半收取。"],
    "丙县办法": [AWARD.replace("20", "30")],
}


@pytest.fixture
def searcher() -> Searcher:
    clauses = [
        Clause(Record(title, doc_id=title, head=Head(title=title)), number, Unit("clause", str(number), text, 1, 0, len(text)))
        for title, texts in TEXTS.items()
        for number, text in enumerate(texts)
    ]
    return files_searcher(clauses, Filters(Bands(date(2020, 7, 28))), NO_SYNONYMS)


def shown(searcher: Searcher, text: str, **wanted: object) -> list[str]:
    return [f"{hit.clause.record.file[0]}{hit.clause.number}" for hit in searcher(text, Wanted(**wanted))]  # type: ignore[arg-type]


def test_clauses_that_say_the_same_are_one_hit(searcher: Searcher) -> None:
    hits = searcher("软件企业 奖励 财政")
    assert [hit.clause.record.file for hit in hits[:2]] == ["甲县办法", "丙县办法"]
    assert hits[0].copies == ({"doc_id": "乙县办法", "path": "0"},)
    assert hits[1].copies == ()
    assert shown(searcher, "软件企业 奖励 财政", all_copies=True)[:3] == ["甲0", "丙0", "乙0"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (AWARD, f"第三条 {AWARD}", True),
        (AWARD, AWARD.replace("，", ","), True),
        (AWARD * 3, AWARD * 2 + AWARD.replace("县财政", "市财政"), True),
        (AWARD, AWARD.replace("20", "200"), False),
        (AWARD, AWARD.replace("20万", "三十万"), False),
        (AWARD, AWARD[:20], False),
        ("奖励", "奖金", False),
        ("", "", True),
    ],
)
def test_alike(one: str, other: str, same: bool) -> None:
    assert alike(Wording(one), Wording(other)) is same


def test_one_hit_a_document(searcher: Searcher) -> None:
    hits = searcher("软件企业", Wanted(by_document=True, all_copies=True))
    assert sorted(hit.clause.record.file for hit in hits) == ["丙县办法", "乙县办法", "甲县办法"]
    assert {hit.clause.record.file: len(hit.also) for hit in hits} == {"甲县办法": 1, "乙县办法": 1, "丙县办法": 0}


def test_pages_follow_one_another(searcher: Searcher) -> None:
    whole = shown(searcher, "软件企业", all_copies=True)
    assert len(whole) == 5
    assert [one for page in (1, 2, 3) for one in shown(searcher, "软件企业", limit=2, page=page, all_copies=True)] == whole
    assert [hit.rank for hit in searcher("软件企业", Wanted(2, 2, all_copies=True))] == [3, 4]
    assert shown(searcher, "软件企业", limit=2, page=9) == []


def test_the_explanation_adds_up(searcher: Searcher) -> None:
    synonyms = Synonyms({"房租": ("租金",)}, 0.8)
    (hit,) = replace(searcher, synonyms=synonyms)("房租 冰川 20万 OR 乙县*", Wanted(1, explain=True))
    why = hit.explanation
    assert why is not None
    assert hit.score == pytest.approx(why.bm25 * why.coverage**why.power * why.brevity, rel=0.01)
    assert why.coverage == pytest.approx(sum(word.filled for word in why.words), abs=0.001)
    assert sum(word.share for word in why.words) == pytest.approx(1, abs=0.001)
    assert [(word.word, word.found, word.where, word.synonym_of) for word in why.words[:2]] == [
        ("房租", "租金", "text", "房租"),
        ("冰川", "", "", ""),
    ]
    assert why.words[2].where == "head"
    assert hit.synonyms == (("租金", "房租"),)
    assert hit.matched == ("租金",)


def test_numbers_are_marked_as_they_are_printed(searcher: Searcher) -> None:
    hit = searcher("200000元 奖励")[0]
    assert hit.matched == ("奖励", "20万") or hit.matched == ("20万", "奖励")
    assert "20万" in [hit.snippet[start:end] for start, end in hit.spans]


def test_concordance(searcher: Searcher) -> None:
    (hit,) = searcher("软件园 软件企业", Wanted(1))
    lines = list(concordance(hit, 4))
    text = hit.clause.unit.text
    assert [(line.before, line.keyword, line.after) for line in lines][:2] == [
        ("建设", "软件园", "，为软件"),
        ("件园，为", "软件企业", "提供办公"),
    ]
    assert all(text[line.start : line.end] == line.keyword for line in lines)
    assert all(text[line.start - len(line.before) : line.start] == line.before for line in lines)

"""Tables of counts: groups, totals, order, the command."""

from __future__ import annotations

from pathlib import Path

import pytest

from policytext.instruments import instruments
from policytext.messages import say
from policytext.schema import Clause, Head, Measures, Period, Record, Region, Unit
from policytext.study.stats import By, Tally, tally
from tests.conftest import Run, rows

JIANGSU, NANJING = Region("江苏省", "", "", "320000"), Region("江苏省", "南京市", "", "320100")


def document(file: str, labels: list[tuple[str, ...]], months: int | None = None, **head: object) -> tuple[Record, list[Clause]]:
    record = Record(file, doc_id=file, head=Head(**head), period=Period(months=months))  # type: ignore[arg-type]
    unit = Unit("clause", "一", "建设产业园。", 1, 0, 6)
    return record, [Clause(record, n, unit, Measures(some, instrument="supply" if some else "")) for n, some in enumerate(labels)]


GIVEN = [
    document("a", [("fund", "talent"), ("fund",), ()], 12, region=NANJING, issue_date="2019-01-01", issuers=("市科技局", "市财政局")),
    document("b", [()], 36, region=JIANGSU, issue_date="2020-01-01", issuers=("省科技厅",)),
    document("c", [("forum",)], None, issuers=("财政部",), issue_date="2020-05-01"),
    document("d", [], None, title="某办法"),
]


def flag(record: Record) -> str:
    return "unknown" if record.period.months is None else "short" if record.period.months < 36 else "medium"


def counted(by: tuple[By, ...]) -> dict[tuple[str, ...], int]:
    return {one.group: one.documents for one in tally(GIVEN, flag, by)}


def test_a_tally() -> None:
    first, *_, total = tally(GIVEN, flag)
    assert first.group == ("江苏省",)
    assert (first.documents, first.clauses, first.measured, first.provinces) == (2, 4, 2, {"江苏省"})
    assert (first.measures, first.carriers) == ({"fund": 2, "talent": 1}, {"fund": 1, "talent": 1})
    assert (first.types_per_document, first.median_months, first.instruments) == (1.0, 24.0, {"supply": 2})
    assert first.flags == {"short": 1, "medium": 1}
    assert (total.group, total.documents, total.clauses, total.types_per_document) == (("total",), 4, 5, 0.75)
    assert total.flags == {"short": 1, "medium": 1, "unknown": 2}


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        (("province",), [("江苏省",), ("central",), ("unknown",), ("total",)]),
        (("city",), [("central",), ("江苏省",), ("江苏省南京市",), ("unknown",), ("total",)]),
        (("year",), [("2019",), ("2020",), ("unknown",), ("total",)]),
        (("issuer",), [("市科技局",), ("市财政局",), ("省科技厅",), ("财政部",), ("unknown",), ("total",)]),
        (("province", "year"), [("江苏省", "2019"), ("江苏省", "2020"), ("central", "2020"), ("unknown", "unknown"), ("total", "")]),
    ],
)
def test_groups_and_their_order(by: tuple[By, ...], groups: list[tuple[str, ...]]) -> None:
    assert list(counted(by)) == groups
    assert [one.group for one in tally(GIVEN[::-1], flag, by)] == groups, "the order of the documents changes nothing"


def test_groups_that_do_not_overlap_add_up_to_the_total() -> None:
    for by in (("province",), ("city",), ("year",), ("doc_type",), ("province", "year")):
        *groups, total = tally(GIVEN, flag, by)
        assert sum(one.clauses for one in groups) == total.clauses
        assert sum((one.measures for one in groups), start=Tally(()).measures) == total.measures
    *issuers, total = tally(GIVEN, flag, ("issuer",))
    assert sum(one.documents for one in issuers) == total.documents + 1, "a joint document counts with each issuer"


def test_nothing_at_all() -> None:
    (total,) = tally([], flag)
    assert (total.documents, total.types_per_document, total.median_months) == (0, 0.0, None)


def test_each_class_of_instrument_bears_its_name() -> None:
    assert [say(f"instrument.{one.id}", "zh") for one in instruments()] == [one.zh for one in instruments()]


def test_the_command(run: Run, policy: Path, tmp_path: Path) -> None:
    code, out, err = run("stats", policy, "--by", "year", "--by", "doc_type", "--as-of", "2020-07-28", "--format", "jsonl")
    assert code == 0
    year, total = rows(out)
    assert set(year) == {
        "year", "doc_type", "documents", "provinces", "clauses", "measured", "types_per_document", "carriers", "measures", "instruments",
        "flags", "median_months",
    }  # fmt: skip
    assert (year["year"], total["year"], total["documents"], year["flags"]["medium"]) == ("2020", "total", 1, 1)
    assert year["carriers"]["fund"] == 1
    assert "1 件文件" in err
    assert run("add", policy, "--corpus", tmp_path / "c")[0] == 0
    table = run("stats", "--corpus", tmp_path / "c")[1]
    assert "合计" in table
    assert "产业园区" in table
    assert "短期" in table
    assert "供给型" in run("stats", "--corpus", tmp_path / "c", "--table", "instruments")[1]
    assert "supply side" not in run("stats", "--corpus", tmp_path / "c", "--table", "measures", "--lang", "en")[1]
    header = run("stats", "--corpus", tmp_path / "c", "--format", "csv")[1].splitlines()[0]
    assert header.startswith("\ufeffprovince,documents,provinces,clauses")
    assert "carriers.fund" in header
    code, out, err = run("stats", "--corpus", tmp_path / "c", "--year", "1999", "--format", "jsonl")
    assert (code, out) == (0, "")
    assert "没有符合条件" in err


def test_what_could_not_be_read_is_told(run: Run, policy: Path, tmp_path: Path) -> None:
    empty = tmp_path / "空.txt"
    empty.write_text("")
    run("add", policy, empty, "--corpus", tmp_path / "c")
    code, out, err = run("stats", "--corpus", tmp_path / "c", "--format", "jsonl")
    assert code == 0
    assert rows(out)[-1]["documents"] == 1
    assert "另有 1 件未能读取" in err

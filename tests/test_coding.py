"""Coding by people: workbook and back, agreement against known figures, suggestions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from sklearn.metrics import cohen_kappa_score

from policytext.cli.main import program
from policytext.coding import agreement, disagreements, paired, suggestions, workbook
from policytext.errors import InputError
from policytext.instruments import instrument_of, instruments
from policytext.labelled import LabelledClause, read_labels
from policytext.records import record
from policytext.report.output import Look, write_rows
from policytext.schema import Analysis, Clause, Document, Measures, Unit
from policytext.taxonomy import load_taxonomy

TAXONOMY = load_taxonomy()
TEXTS = ["建设链上产业园。", "给予五十万元奖励。", "本办法由县科技局负责解释。", "举办链上大赛。", "给予五十万元奖励。"]


def clauses(document: str = "a.txt") -> list[Clause]:
    of = record(Analysis(Document(document, "text", "ok")))
    chances = [0.9, 0.55, 0.02, 0.7, 0.55]
    return [
        Clause(of, number, Unit("clause", str(number), text, 1, 0, len(text), ("一、措施",)), measures)
        for number, text in enumerate(TEXTS)
        for measures in [Measures(("fund",) if "奖励" in text else (), {"fund": chances[number], "forum": 0.01})]
    ]


def coded(labels: list[str]) -> list[LabelledClause]:
    return [LabelledClause(str(n), "文", tuple(filter(None, one.split()))) for n, one in enumerate(labels)]


@pytest.mark.parametrize("name", ["coding.xlsx", "coding.csv", "coding.jsonl"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_workbook_comes_back(tmp_path: Path, name: str, lang: str) -> None:
    rows = list(workbook(clauses(), TAXONOMY, lang))  # type: ignore[arg-type]
    column = TAXONOMY.names(lang)  # type: ignore[arg-type]
    rows[0][column["industrial_park"]] = 1
    rows[1][column["fund"]], rows[1][column["enterprise"]] = "x", "1"
    rows[2]["无措施" if lang == "zh" else "none"] = "是"
    rows[1]["confidence"] = "low"
    write_rows(rows, name.rpartition(".")[2], tmp_path / name, Look("zh"))
    found = read_labels(tmp_path / name, TAXONOMY)
    assert [(one.id, one.labels, one.sure) for one in found] == [
        ("a.txt-0", ("industrial_park",), True),
        ("a.txt-1", ("enterprise", "fund"), False),
        ("a.txt-2", (), True),
    ], "the last two clauses are not coded yet"
    assert found[0].heading == "一、措施"


def test_a_workbook_with_suggestions_is_coded_as_the_machine_would() -> None:
    rows = list(workbook(clauses(), TAXONOMY, "zh", suggest=True))
    assert [row["资金支持"] for row in rows] == [None, 1, None, None, 1]
    assert [row["无措施"] for row in rows] == [1, None, 1, 1, None]
    assert rows[1]["suggested"]["fund"] == 0.55


def test_a_table_without_any_code_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,text\n1,建设产业园\n", "utf-8")
    with pytest.raises(InputError) as caught:
        read_labels(tmp_path / "a.csv", TAXONOMY)
    assert caught.value.code == "no_column"


def test_kappa_is_that_of_scikit_learn() -> None:
    first = coded(["fund", "fund talent", "", "forum", "fund", "talent", "", "fund"])
    second = coded(["fund", "fund", "", "forum talent", "", "talent", "fund", "fund"])
    rows = {row["label"]: row for row in agreement(paired(first, second), TAXONOMY)}
    for label in ("fund", "talent", "forum"):
        votes = [[label in one.labels for one in coder] for coder in (first, second)]
        assert rows[label]["kappa"] == pytest.approx(cohen_kappa_score(*votes), abs=1e-4)
    assert rows["enterprise"]["kappa"] is rows["enterprise"]["alpha"] is None
    assert rows["macro"]["agreement"] == 0.5
    assert [row["id"] for row in disagreements(paired(first, second), TAXONOMY)] == ["1", "3", "4", "6"]


def test_alpha_is_that_of_the_textbook() -> None:
    """Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), binary data, two observers: 10 units, alpha 0.095."""
    one, other = ("0100000000", "1110010100")
    first, second = (coded(["fund" if mark == "1" else "" for mark in marks]) for marks in (one, other))
    rows = {row["label"]: row for row in agreement(paired(first, second), TAXONOMY)}
    assert rows["fund"]["alpha"] == pytest.approx(0.095, abs=5e-4)


def test_coders_need_clauses_in_common() -> None:
    with pytest.raises(InputError) as caught:
        paired(coded(["fund"]), [LabelledClause("x", "文")])
    assert caught.value.code == "nothing_in_common"


def test_suggestions_are_doubtful_and_differ() -> None:
    found = suggestions([*clauses("a.txt"), *clauses("b.txt")], 10)
    assert [row["id"] for row in found] == ["a.txt-1", "a.txt-3", "a.txt-0", "b.txt-2"], "three a document, no text twice"
    assert [row["doubt"] for row in found] == sorted((row["doubt"] for row in found), reverse=True)
    assert len(suggestions(clauses(), 1)) == 1


@pytest.mark.parametrize("one", instruments(), ids=lambda one: one.id)
def test_each_instrument_has_an_example(one: object) -> None:
    assert instrument_of(one.example) == one.id  # type: ignore[attr-defined]


def test_instruments_may_be_mixed_or_unknown() -> None:
    assert instrument_of("开展政府采购，发放贷款。") == "mixed"
    assert instrument_of("加强领导。") == "unknown"
    words = [word for one in instruments() for word in one.words]
    assert len(words) == len(set(words))


def test_the_commands_work_together(tmp_path: Path) -> None:
    policy, runner = tmp_path / "办法.txt", CliRunner()
    policy.write_text("链上经济办法\n一、建设区块链产业园。\n二、给予100万元奖励。\n三、本办法由县科技局负责解释。\n", "utf-8")
    made = [str(tmp_path / name) for name in ("a.xlsx", "b.jsonl", "c.jsonl", "d.jsonl", "e.jsonl")]

    def run(*arguments: str) -> list[dict[str, object]]:
        result = runner.invoke(program, list(arguments), catch_exceptions=False)
        assert result.exit_code == 0, result.output
        out = Path(arguments[arguments.index("-o") + 1])
        return [json.loads(line) for line in out.read_text("utf-8").splitlines()] if out.suffix == ".jsonl" else []

    run("export", str(policy), "--coding", "--suggestions", "-o", made[0])
    whole = run("export", str(policy), "-o", made[1])
    assert [row["labels"] for row in whole] == [["industrial_park"], ["fund"], []]
    assert [row["instrument"] for row in whole] == ["supply", "supply", ""]
    agreed = run("agree", made[0], made[1], "-o", made[2])
    assert agreed[-1]["agreement"] == 1.0
    assert run("suggest", str(policy), "--limit", "2", "-o", made[3])[0]["rank"] == 1
    scored = run("evaluate", made[0], "-o", made[4])
    assert scored[-1]["exact"] == 1.0


def test_a_codebook_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('version = 1\n[[measure]]\nid = "money"\nzh = "给钱"\nen = "money"\n', "utf-8")
    rows = [{"id": n, "text": text, "doc": n % 6, "labels": "给钱" if "奖励" in text else ""} for n, text in enumerate(TEXTS * 12)]
    (tmp_path / "labels.jsonl").write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    labels, model, own, runner = str(tmp_path / "labels.jsonl"), str(tmp_path / "model"), str(tmp_path / "own.toml"), CliRunner()
    assert runner.invoke(program, ["train", labels, "--model", model, "--taxonomy", own]).exit_code == 0
    found = runner.invoke(program, ["classify", "--clauses", labels, "--model", model, "--measure", "给钱", "--format", "jsonl"])
    assert {tuple(json.loads(line)["labels"]) for line in found.stdout.splitlines()} == {("money",)}
    assert "给钱" in runner.invoke(program, ["evaluate", labels, "--model", model]).stdout
    wrong = runner.invoke(program, ["train", labels, "--model", str(tmp_path / "other")])
    assert wrong.exit_code != 0

"""The command line as users and scripts meet it: rows, keys, filters, exit codes, languages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from policytext.cli.main import COMMANDS
from tests.conftest import Run, rows


def test_split_gives_citable_clauses(run: Run, policy: Path) -> None:
    code, out, _ = run("split", policy, "--format", "jsonl")
    assert code == 0
    units = rows(out)
    assert set(units[0]) == {"file", "doc_title", "doc_no", "issuer", "issue_date", "kind", "path", "text", "page", "start", "end"}
    text = policy.read_text("utf-8")
    second = next(unit for unit in units if unit["path"] == "第二条")
    assert second["kind"] == "clause"
    assert text[second["start"] : second["end"]] == second["text"]
    assert second["doc_no"] == "青政发〔2020〕7号"
    assert second["issue_date"] == "2020-03-01"


def test_check_tells_status_reason_and_hint(run: Run, policy: Path, tmp_path: Path) -> None:
    empty = tmp_path / "空.txt"
    empty.write_text("")
    code, out, err = run("check", policy, empty, tmp_path / "没有.pdf", "--format", "jsonl")
    assert code == 1
    said = {Path(row["file"]).name: row for row in rows(out)}
    assert said["青溪县.txt"]["status"] == "ok"
    assert said["空.txt"]["status"] == "empty"
    assert said["空.txt"]["reason"]
    assert said["空.txt"]["hint"]
    assert "没有.pdf" in err


def test_classify_labels_what_a_clause_does(run: Run, policy: Path) -> None:
    code, out, _ = run("classify", policy, "--format", "jsonl")
    assert code == 0
    by_path = {row["path"]: row for row in rows(out)}
    assert set(by_path["第二条"]) == {"file", "title", "path", "page", "text", "labels", "scores", "uncertain", "reasons", "instrument"}
    assert "fund" in by_path["第二条"]["labels"]
    assert "forum" in by_path["第三条"]["labels"]
    assert by_path["第四条"]["labels"] == []


def test_classify_ready_made_clauses(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "clauses.csv"
    path.write_text("id,text\na,举办区块链创新创业大赛和高峰论坛。\nb,本办法由县科技局负责解释。\n", encoding="utf-8")
    code, out, _ = run("classify", "--clauses", path, "--format", "jsonl")
    assert code == 0
    said = {row["id"]: row for row in rows(out)}
    assert said["a"]["labels"] == ["forum"]
    assert said["b"]["labels"] == []
    assert set(said["a"]) == {"id", "labels", "scores", "uncertain", "reasons", "instrument"}


def test_periods_with_evidence_and_status(run: Run, policy: Path) -> None:
    code, out, err = run("periods", policy, "--as-of", "2023-02-01", "--format", "jsonl")
    assert code == 0
    row = rows(out)[0]
    assert set(row) == {"file", "title", "doc_no", "issuer", "issue_date", "region", "period", "extended_to", "flag", "status", "rule"}
    assert (row["period"]["start"], row["period"]["end"], row["period"]["months"]) == ("2020-04-01", "2023-03-31", 36)
    assert "有效期三年" in row["period"]["evidence"]["text"]
    assert (row["flag"], row["status"]) == ("medium", "expiring")
    assert "2023-02-01" in err


def test_the_way_through_a_corpus(run: Run, policy: Path, tmp_path: Path) -> None:
    corpus = tmp_path / "库"
    code, out, _ = run("add", policy, "--corpus", corpus, "--format", "jsonl")
    assert code == 0
    added = rows(out)[0]
    assert set(added) == {"file", "doc_id", "status", "clauses", "code", "reason", "hint"}
    assert added["code"] == "added"
    assert rows(run("add", policy, "--corpus", corpus, "--format", "jsonl")[1])[0]["code"] == "unchanged"

    listed = rows(run("list", "--corpus", corpus, "--format", "jsonl")[1])
    assert [row["doc_id"] for row in listed] == [added["doc_id"]]
    assert {
        "doc_id",
        "file",
        "url",
        "title",
        "doc_no",
        "issuer",
        "issue_date",
        "printed_date",
        "doc_type",
        "trial",
        "policies",
        "region",
        "status",
        "pages",
        "clauses",
        "analysed_with",
    } == set(listed[0])

    hits = rows(run("search", "引导基金", "--corpus", corpus, "--format", "jsonl")[1])
    assert hits[0]["path"] == "第二条"
    assert "引导基金" in hits[0]["matched"]
    assert hits[0]["citation"].endswith("第二条.")
    assert rows(run("search", "引导基金", "--corpus", corpus, "--measure", "人才", "--format", "jsonl")[1]) == []
    assert rows(run("search", "引导基金", "--corpus", corpus, "--year", "2021", "--format", "jsonl")[1]) == []

    assert rows(run("periods", "--corpus", corpus, "--flag", "中期", "--format", "jsonl")[1])
    assert not rows(run("periods", "--corpus", corpus, "--flag", "short", "--format", "jsonl")[1])
    assert "第二条" in run("show", "青溪县", "--corpus", corpus)[1]

    assert run("remove", added["doc_id"], "--corpus", corpus)[0] == 0
    assert rows(run("search", "引导基金", "--corpus", corpus, "--format", "jsonl")[1]) == []
    assert rows(run("list", "--corpus", corpus, "--format", "jsonl")[1]) == []


def test_a_changed_file_replaces_its_document(run: Run, policy: Path, tmp_path: Path) -> None:
    corpus = tmp_path / "库"
    run("add", policy, "--corpus", corpus)
    policy.write_text(policy.read_text("utf-8").replace("高端论坛", "发展峰会"), encoding="utf-8")
    assert rows(run("add", policy, "--corpus", corpus, "--format", "jsonl")[1])[0]["code"] == "replaced"
    assert len(rows(run("list", "--corpus", corpus, "--format", "jsonl")[1])) == 1
    assert rows(run("search", "发展峰会", "--corpus", corpus, "--format", "jsonl")[1])
    assert not rows(run("search", '"高端论坛"', "--corpus", corpus, "--format", "jsonl")[1])


def test_search_in_files_needs_no_corpus(run: Run, policy: Path) -> None:
    hits = rows(run("search", "论坛", "--in", policy, "--format", "jsonl")[1])
    assert hits[0]["path"] == "第三条"


def test_batch_of_queries(run: Run, policy: Path, tmp_path: Path) -> None:
    queries = tmp_path / "queries.txt"
    queries.write_text("引导基金\n\n论坛\n", encoding="utf-8")
    hits = rows(run("search", "--batch", queries, "--in", policy, "--limit", "1", "--format", "jsonl")[1])
    assert [hit["query"] for hit in hits] == ["引导基金", "论坛"]


def test_metadata_of_the_user_wins(run: Run, policy: Path, tmp_path: Path) -> None:
    table = tmp_path / "meta.csv"
    table.write_text("文件,标题,发文机关,网址\n青溪县.txt,自定标题,南京市人民政府,https://example.gov.cn/1\n", encoding="utf-8")
    run("add", policy, "--corpus", tmp_path / "c", "--metadata", table)
    row = rows(run("list", "--corpus", tmp_path / "c", "--format", "jsonl")[1])[0]
    assert (row["title"], row["url"]) == ("自定标题", "https://example.gov.cn/1")
    assert "南京市" in row["region"]


def test_failures_are_listed_and_the_rest_is_done(run: Run, policy: Path, tmp_path: Path) -> None:
    bad = tmp_path / "坏.pdf"
    bad.write_bytes(b"%PDF-1.7\nnothing")
    errors = tmp_path / "errors.jsonl"
    code, out, err = run("add", bad, policy, "--corpus", tmp_path / "c", "--errors", errors, "--format", "jsonl")
    assert code == 1
    assert [row["status"] for row in rows(out)] == ["corrupt", "ok"]
    assert "坏.pdf" in err
    assert rows(errors.read_text("utf-8"))[0]["reason"]


def test_a_register_in_a_folder_is_no_failure(run: Run, policy: Path) -> None:
    (policy.parent / "登记.csv").write_text("a,b\n", encoding="utf-8")
    code, out, _ = run("add", policy.parent, "--corpus", policy.parent / "c", "--format", "jsonl")
    assert code == 0
    assert {row["status"] for row in rows(out)} == {"ok", "unsupported"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("split",),
        ("split", "--nonsense"),
        ("nonsense",),
        ("search",),
        ("periods", "--flag", "brief"),
        ("periods", "--year", "soon"),
        ("list", "--measure", "x"),
    ],
)
def test_wrong_usage_ends_with_two_and_words(run: Run, arguments: tuple[str, ...], tmp_path: Path) -> None:
    extra = () if arguments[0] in ("split", "nonsense", "search") else ("--corpus", str(tmp_path))
    code, out, err = run(*arguments, *extra)
    assert code == (1 if "--year" in arguments and not tmp_path else 2) or arguments[0] == "periods"
    assert not out
    assert err.strip()
    assert "Traceback" not in err


def test_no_corpus_is_an_error_with_a_way_out(run: Run, tmp_path: Path) -> None:
    code, _, err = run("list", "--corpus", tmp_path / "none")
    assert code == 1
    assert "policytext add" in err


def test_language_is_chinese_unless_asked(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POLICYTEXT_LANG", raising=False)
    assert "没有文库" in run("list", "--corpus", tmp_path / "none")[2]
    assert "no corpus" in run("list", "--corpus", tmp_path / "none", "--lang", "en")[2]
    monkeypatch.setenv("POLICYTEXT_LANG", "en")
    assert "no corpus" in run("list", "--corpus", tmp_path / "none")[2]


def test_a_closed_pipe_is_no_traceback(policy: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m policytext split '{policy}' --format jsonl | head -1"], capture_output=True, text=True
    )
    assert "Traceback" not in done.stderr


def test_every_command_is_known_to_help(run: Run) -> None:
    code, out, _ = run("--help")
    assert code == 0
    assert all(f"  {name} " in out for name in COMMANDS)


def test_train_and_evaluate_on_own_labels(run: Run, tmp_path: Path) -> None:
    lines = []
    for n in range(40):
        lines.append({"id": f"f{n}", "doc": f"d{n % 8}", "text": f"第{n}届区块链峰会和论坛由本市举办。", "labels": ["forum"]})
        lines.append({"id": f"m{n}", "doc": f"d{n % 8}", "text": f"对企业给予{n + 1}万元一次性资金奖励补贴。", "labels": ["fund"]})
        lines.append({"id": f"n{n}", "doc": f"d{n % 8}", "text": f"本办法第{n}项由主管部门负责解释。", "labels": []})
    labels = tmp_path / "labels.jsonl"
    labels.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    code, out, _ = run("train", labels, "--model", tmp_path / "m", "--format", "jsonl")
    assert code == 0
    scores = {row["label"]: row for row in rows(out)}
    assert scores["forum"]["f1"] > 0.9
    code, out, _ = run("evaluate", labels, "--model", tmp_path / "m", "--format", "jsonl")
    assert code == 0
    assert {row["label"]: row for row in rows(out)}["fund"]["f1"] > 0.9
    assert run("train", labels, "--model", tmp_path / "m")[0] == 2


def test_a_model_folder_without_model_is_said(run: Run, policy: Path, tmp_path: Path) -> None:
    code, _, err = run("classify", policy, "--model", tmp_path)
    assert code == 1
    assert "policytext train" in err


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not allow such file names")
def test_names_that_are_no_text_are_added_too(run: Run, policy: Path, tmp_path: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.txt"))
    odd.write_text(policy.read_text("utf-8").replace("青溪", "白石"), encoding="utf-8")
    code, out, _ = run("add", odd, tmp_path / "gone.txt", "--corpus", tmp_path / "c", "--format", "jsonl")
    assert code == 1
    assert [row["status"] for row in rows(out)] == ["ok", "corrupt"]
    assert run("list", "--corpus", tmp_path / "c", "--format", "csv")[0] == 0


def test_an_error_of_ours_is_said_without_a_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("kaputt")

    monkeypatch.setattr(sys.modules["policytext.cli.main"].program, "main", fail)
    monkeypatch.delenv("POLICYTEXT_DEBUG", raising=False)
    code, _, err = run("list")
    assert code == 1
    assert "kaputt" in err
    assert "Traceback" not in err

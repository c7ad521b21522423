"""What users must never meet: lost input, silent nothing, wrong words, faults called theirs. Each test stands for a finding of a trial."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from policytext.places import sample_folder
from tests.conftest import Run, rows


@pytest.fixture
def two(policy: Path, tmp_path: Path) -> Path:
    """A folder with two policies of two cities of one province."""
    folder = tmp_path / "两市"
    folder.mkdir()
    text = policy.read_text("utf-8")
    (folder / "南京.txt").write_text(text.replace("青溪县人民政府", "南京市人民政府").replace("青政发", "宁政发"), "utf-8")
    (folder / "苏州.txt").write_text(
        text.replace("青溪县人民政府", "苏州市人民政府").replace("青政发", "苏府").replace("引导", "母"), "utf-8"
    )
    return folder


def test_an_output_file_keeps_its_content_when_the_command_fails(run: Run, policy: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept.csv"
    kept.write_text("earlier", "utf-8")
    assert run("classify", policy, "--province", "没有省", "--format", "csv", "-o", kept)[0] == 2
    assert kept.read_text("utf-8") == "earlier"
    assert run("split", policy, "--format", "csv", "-o", kept)[0] == 0
    assert "第二条" in kept.read_text("utf-8-sig")
    assert not [path for path in tmp_path.iterdir() if path.suffix == ".tmp"]


def test_an_output_file_that_is_an_input_is_refused(run: Run, policy: Path) -> None:
    before = policy.read_text("utf-8")
    code, _, err = run("split", policy, "-o", policy)
    assert (code, policy.read_text("utf-8")) == (2, before)
    assert "output_is_input" in err


def test_nothing_that_is_read_is_written_over(run: Run, policy: Path, two: Path, tmp_path: Path) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text(f"{policy}\n", "utf-8")
    corpus = tmp_path / "c"
    run("add", two, "--corpus", corpus)
    store, beside = corpus / "policytext.db", next(two.glob("*.txt"))
    calls = (
        ("check", policy, "--errors", policy),
        ("split", two, "--errors", beside),
        ("check", two, "-o", beside),
        ("check", "--files-from", listed, "--errors", listed),
        ("check", "--files-from", listed, "-o", listed),
        ("search", "--batch", listed, "--corpus", corpus, "-o", listed),
        ("list", "--corpus", corpus, "-o", store),
    )
    before = {path: path.read_bytes() for path in (policy, listed, store, beside)}
    for call in calls:
        code, _, err = run(*call)
        assert (code, "output_is_input" in err) == (2, True), call
    assert {path: path.read_bytes() for path in before} == before
    for _ in range(2):
        assert run("check", two, "-o", two / "found.csv")[0] == 0
        assert run("list", "--corpus", corpus, "-o", corpus / "list.csv")[0] == 0


def test_an_error_file_that_cannot_be_written_is_told_before_the_work(run: Run, policy: Path, tmp_path: Path) -> None:
    code, out, err = run("split", policy, "--errors", tmp_path / "none" / "errors.jsonl")
    assert (code, out) == (1, "")
    assert "cannot_write" in err


def test_an_empty_name_is_not_the_folder_at_hand(run: Run) -> None:
    code, _, err = run("check", "")
    assert (code, "no_files" in err) == (2, True)


def test_a_register_that_is_missing_is_told_as_a_table_is(run: Run, policy: Path, tmp_path: Path) -> None:
    code, _, err = run("add", policy, "--metadata", tmp_path / "none.csv", "--corpus", tmp_path / "c")
    assert (code, "not_found" in err) == (1, True)


def test_the_name_of_the_output_file_tells_the_format(run: Run, policy: Path, tmp_path: Path) -> None:
    assert run("split", policy, "-o", tmp_path / "a.jsonl")[0] == 0
    assert rows((tmp_path / "a.jsonl").read_text("utf-8"))
    assert run("split", policy, "-o", tmp_path / "a.xlsx")[0] == 0
    assert (tmp_path / "a.xlsx").read_bytes()[:2] == b"PK"


def test_filters_of_two_kinds_must_both_hold(run: Run, two: Path) -> None:
    both = run("periods", two, "--province", "江苏", "--city", "南京", "--format", "jsonl")
    assert [Path(row["file"]).stem for row in rows(both[1])] == ["南京"]
    assert not rows(run("periods", two, "--province", "湖南", "--city", "南京", "--format", "jsonl")[1])


def test_periods_heeds_the_filter_on_measures(run: Run, two: Path, tmp_path: Path) -> None:
    (two / "空.txt").write_text("甲市工作规则\n第一条 本规则适用于各部门。\n第二条 本规则自2021年1月1日起施行。\n", "utf-8")
    run("add", two, "--corpus", tmp_path / "c")
    for where in ((two,), ("--corpus", tmp_path / "c")):
        found = rows(run("periods", *where, "--measure", "资金", "--format", "jsonl")[1])
        assert sorted(Path(row["file"]).stem for row in found) == ["南京", "苏州"]


def test_metadata_reaches_documents_that_are_there_already(run: Run, two: Path, tmp_path: Path) -> None:
    corpus, table = tmp_path / "c", tmp_path / "著录.csv"
    table.write_text("文件,标题,成文日期\n南京.txt,用户的标题,2020年7月1日\n没有.txt,甲,\n", "utf-8")
    assert run("add", two, "--corpus", corpus)[0] == 0
    code, out, err = run("add", two, "--corpus", corpus, "--metadata", table, "--format", "jsonl")
    assert (code, [row["code"] for row in rows(out)]) == (0, ["updated", "unchanged"])
    assert "没有.txt" in err
    listed = {row["title"]: row["issue_date"] for row in rows(run("list", "--corpus", corpus, "--format", "jsonl")[1])}
    assert listed["用户的标题"] == "2020-07-01"
    assert rows(run("search", "引导基金", "--corpus", corpus, "--format", "jsonl")[1])[0]["title"] == "用户的标题"


def test_a_name_that_fits_two_files_is_used_for_neither(run: Run, policy: Path, tmp_path: Path) -> None:
    for name in ("甲", "乙"):
        (tmp_path / "d" / name).mkdir(parents=True)
        (tmp_path / "d" / name / "同.txt").write_text(policy.read_text("utf-8").replace("青溪", name), "utf-8")
    table = tmp_path / "著录.csv"
    table.write_text("file,title\n同.txt,两可\n乙/同.txt,乙的标题\n", "utf-8")
    _, _, err = run("add", tmp_path / "d", "--corpus", tmp_path / "c", "--metadata", table)
    assert "同.txt" in err
    titles = {row["title"] for row in rows(run("list", "--corpus", tmp_path / "c", "--format", "jsonl")[1])}
    assert "乙的标题" in titles
    assert "两可" not in titles


def test_a_document_that_cannot_be_read_is_a_failure_wherever_it_lies(run: Run, policy: Path, tmp_path: Path) -> None:
    folder = tmp_path / "d"
    folder.mkdir()
    shutil.copy(policy, folder)
    (folder / "坏.docx").write_bytes(b"PK\x03\x04 no zip at all")
    (folder / "登记.csv").write_text("a,b\n1,2\n", "utf-8")
    errors = tmp_path / "e.jsonl"
    code, out, _ = run("check", folder, "--errors", errors, "--format", "jsonl")
    assert code == 1
    assert [(Path(row["file"]).name, row["status"]) for row in rows(errors.read_text("utf-8"))] == [("坏.docx", "corrupt")]
    assert len(rows(out)) == 3


def test_copies_of_a_failed_file_fail_too(run: Run, tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("", "utf-8")
    code, out, _ = run("add", tmp_path / "a.txt", tmp_path / "b.txt", "--corpus", tmp_path / "c", "--format", "jsonl")
    assert code == 1
    assert [(Path(row["file"]).name, row["status"]) for row in rows(out)] == [("a.txt", "empty"), ("b.txt", "empty")]


def test_a_version_that_cannot_be_read_does_not_replace_a_good_one(run: Run, policy: Path, tmp_path: Path) -> None:
    corpus = tmp_path / "c"
    run("add", policy, "--corpus", corpus)
    policy.write_text("", "utf-8")
    code, out, _ = run("add", policy, "--corpus", corpus, "--format", "jsonl")
    assert (code, rows(out)[0]["status"]) == (1, "empty")
    assert rows(run("search", "引导基金", "--corpus", corpus, "--format", "jsonl")[1])


def test_periods_of_a_corpus_count_only_what_could_be_read(run: Run, policy: Path, tmp_path: Path) -> None:
    (tmp_path / "空.txt").write_text("", "utf-8")
    run("add", policy, tmp_path / "空.txt", "--corpus", tmp_path / "c")
    _, out, err = run("periods", "--corpus", tmp_path / "c", "--format", "jsonl")
    assert len(rows(out)) == 1
    assert "1 件未能读取" in err


def test_a_moved_file_is_found_under_its_new_name(run: Run, policy: Path, tmp_path: Path) -> None:
    corpus, moved = tmp_path / "c", tmp_path / "新名.txt"
    run("add", policy, "--corpus", corpus)
    policy.rename(moved)
    assert rows(run("add", moved, "--corpus", corpus, "--format", "jsonl")[1])[0]["code"] == "unchanged"
    assert rows(run("list", "--corpus", corpus, "--format", "jsonl")[1])[0]["file"] == str(moved)
    assert run("remove", moved, "--corpus", corpus)[0] == 0


def test_remove_takes_the_kept_copy_away(run: Run, policy: Path, tmp_path: Path) -> None:
    run("add", policy, "--corpus", tmp_path / "c", "--keep-files")
    assert list((tmp_path / "c" / "files").iterdir())
    run("remove", policy, "--corpus", tmp_path / "c")
    assert not list((tmp_path / "c" / "files").iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="permissions work otherwise there")
def test_a_corpus_that_cannot_be_written_is_read(run: Run, policy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = tmp_path / "c"
    run("add", policy, "--corpus", corpus)
    monkeypatch.setattr("os.access", lambda path, mode, **_: mode != os.W_OK)  # root may write anywhere
    code, out, err = run("list", "--corpus", corpus, "--format", "jsonl")
    assert (code, len(rows(out))) == (0, 1), err


def test_a_damaged_store_is_called_damaged(run: Run, policy: Path, tmp_path: Path) -> None:
    run("add", policy, "--corpus", tmp_path / "c")
    with sqlite3.connect(tmp_path / "c" / "policytext.db") as db:
        db.execute("UPDATE document SET record = '{'")
    db.close()
    code, _, err = run("list", "--corpus", tmp_path / "c")
    assert code == 1
    assert "corpus_damaged" in err


def test_lists_from_chinese_windows_are_read(run: Run, policy: Path, tmp_path: Path) -> None:
    for number, content in enumerate((f"{policy}\r\n".encode("gb18030"), f"\ufeff{policy}\n".encode())):
        listed = tmp_path / f"{number}.lst"
        listed.write_bytes(content)
        assert run("check", "--files-from", listed)[0] == 0
    queries = tmp_path / "q.txt"
    queries.write_bytes("引导基金\r\n论坛\r\n".encode("gb18030"))
    found = rows(run("search", "--batch", queries, "--in", policy, "--format", "jsonl")[1])
    assert {row["query"] for row in found} == {"引导基金", "论坛"}


def test_files_behind_the_query_go_with_in(run: Run, two: Path) -> None:
    first, second = sorted(two.iterdir())
    found = rows(run("search", "高端论坛", "--in", first, second, "--all-copies", "--format", "jsonl")[1])
    assert {row["file"] for row in found} == {str(first), str(second)}
    assert all(row["labels"] for row in found)
    assert run("search", "高端论坛", "多余")[0] == 2


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("list", "--within", "999999999999"), 2),
        (("list", "--within", "²d"), 2),
        (("list", "--year", "2021-2019"), 2),
        (("check", "x", "--timeout", "nan"), 2),
        (("check", "x", "--timeout", "inf"), 2),
        (("classify", "x", "--province", "没有省"), 2),
        (("search", "x", "--batch", __file__), 2),
    ],
)
def test_values_that_mean_nothing_are_wrong_usage(run: Run, arguments: tuple[str, ...], code: int, tmp_path: Path) -> None:
    assert run(*arguments)[0] == code


@pytest.mark.parametrize("content", [b"PK\x03\x04broken", b"", b"\xd0\xcf\x11\xe0"])
def test_a_damaged_table_is_the_files_fault(run: Run, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "k.xlsx").write_bytes(content)
    code, _, err = run("classify", "--clauses", tmp_path / "k.xlsx")
    assert code == 1
    assert "bad_table" in err


def test_missing_columns_are_named_with_what_there_is(run: Run, tmp_path: Path) -> None:
    (tmp_path / "k.csv").write_text("编号,备注\n1,x\n", "utf-8")
    _, _, err = run("classify", "--clauses", tmp_path / "k.csv")
    assert "第 1 行缺少列 text；现有：id、备注" in err
    (tmp_path / "k.csv").write_text("编号,内容\n1,对新认定的重点实验室给予补助。\n", "utf-8")
    assert rows(run("classify", "--clauses", tmp_path / "k.csv", "--format", "jsonl")[1])[0]["id"] == "1"


def test_nothing_to_read_is_said(run: Run, tmp_path: Path) -> None:
    (tmp_path / "空").mkdir()
    for command in ("check", "split", "classify", "periods"):
        assert "没有找到可读的文件" in run(command, tmp_path / "空")[2]
    (tmp_path / "g.csv").write_text("text,labels\n", "utf-8")
    assert run("evaluate", tmp_path / "g.csv")[0] == 1
    assert run("add", "--corpus", tmp_path / "c")[0] == 2
    assert not (tmp_path / "c").exists()


def test_a_table_without_rows_keeps_its_header(run: Run, policy: Path, tmp_path: Path) -> None:
    out = run("periods", policy, "--flag", "long", "--format", "csv")[1]
    assert "title" in out
    assert run("periods", policy, sample_folder() / "pdf" / "13_guizhou.pdf", "--format", "csv")[1].count("period.evidence.text") == 1


def test_codes_tell_missing_files_from_damaged_ones(run: Run, tmp_path: Path) -> None:
    (tmp_path / "坏.pdf").write_bytes(b"%PDF-1.4 broken")
    _, out, err = run("check", tmp_path / "没有.pdf", tmp_path / "坏.pdf", "--format", "jsonl")
    assert [row["code"] for row in rows(out)] == ["not_found", "corrupt"]
    assert "打不开（not_found）" in err


def test_clicks_own_words_are_chinese_too(run: Run) -> None:
    assert "没有叫 'foo' 的命令" in run("foo")[2]
    assert "用法：" in run("check", "--help")[1]
    assert "Usage:" in run("check", "--lang", "en", "--help")[1]
    assert "选项 '--format' 后面要写值" in run("list", "--format")[2]


def test_a_closed_pipe_is_no_error(policy: Path) -> None:
    shown = subprocess.run(
        f"{sys.executable} -m policytext split '{policy}' --format jsonl | head -n 1; exit ${{PIPESTATUS[0]}}",
        shell=True, executable="/bin/bash", capture_output=True, text=True,
    )  # fmt: skip
    assert (shown.returncode, shown.stderr) == (0, "")
    assert len(shown.stdout.splitlines()) == 1


def test_long_clauses_are_not_broken_after_their_number(run: Run, policy: Path) -> None:
    out = run("split", policy)[1]
    assert not [line for line in out.splitlines() if line.rstrip().endswith("第二条") and "条款" in line]


def test_ready_texts_are_read_from_a_table_when_asked_for(run: Run, policy: Path, tmp_path: Path) -> None:
    table = tmp_path / "texts.jsonl"
    undated = policy.read_text("utf-8").replace("2020年3月1日\n", "").replace("自2020年4月1日起", "自发布之日起")
    table.write_text(
        json.dumps({"id": "甲", "text": undated, "issue_date": "2020-05-01", "url": "http://example.cn"}, ensure_ascii=False) + "\n"
        '{"id": "乙", "text": "第一条 举办论坛。", "title": "乙市办法"}\n',
        "utf-8",
    )
    found = {row["file"][-1]: row for row in rows(run("periods", "--texts", table, "--format", "jsonl")[1])}
    assert found["甲"]["period"]["start"] == "2020-05-01"
    assert found["甲"]["period"]["end"] == "2023-04-30"
    assert found["乙"]["title"] == "乙市办法"
    assert run("add", "--texts", table, "--corpus", tmp_path / "c")[0] == 0
    assert [row["code"] for row in rows(run("add", "--texts", table, "--corpus", tmp_path / "c", "--format", "jsonl")[1])] == [
        "unchanged"
    ] * 2
    assert rows(run("list", "--corpus", tmp_path / "c", "--issuer", "青溪", "--format", "jsonl")[1])[0]["url"] == "http://example.cn"
    assert rows(run("check", table, "--format", "jsonl")[1])[0]["code"] == "register"


def test_a_date_stated_later_moves_the_period(run: Run, policy: Path, tmp_path: Path) -> None:
    undated = policy.read_text("utf-8").replace("2020年3月1日\n", "").replace("自2020年4月1日起", "自发布之日起")
    policy.write_text(undated, "utf-8")
    (tmp_path / "m.csv").write_text("file,issue_date\n青溪县.txt,2020-05-01\n", "utf-8")
    run("add", policy, "--corpus", tmp_path / "c")
    assert rows(run("periods", "--corpus", tmp_path / "c", "--format", "jsonl")[1])[0]["period"]["end"] is None
    run("add", policy, "--corpus", tmp_path / "c", "--metadata", tmp_path / "m.csv")
    assert rows(run("periods", "--corpus", tmp_path / "c", "--format", "jsonl")[1])[0]["period"]["end"] == "2023-04-30"


def test_a_command_that_is_none_is_told_what_it_resembles(run: Run) -> None:
    assert "split" in run("spilt")[2]
    assert run("spilt")[0] == 2
    assert "Did you mean search" in run("--lang", "en", "serach")[2]


def test_choices_may_be_given_by_their_names(run: Run, policy: Path) -> None:
    wanted = run("promises", policy, "--who", "enterprise", "--feasible", "unknown", "--format", "jsonl")
    assert run("promises", policy, "--who", "企业", "--feasible", "无从判断", "--format", "jsonl") == wanted
    assert run("promises", policy, "--who", "没有")[0] == 2


def test_no_clause_to_label_is_said(run: Run, policy: Path, tmp_path: Path) -> None:
    bare = tmp_path / "空.txt"
    bare.write_text("甲市链上办法\n", "utf-8")
    assert "没有可标注的条款" in run("classify", bare)[2]
    assert "没有符合条件的条款" in run("classify", policy, "--province", "湖南")[2]


def test_a_page_of_hits_that_is_full_says_that_there_may_be_more(run: Run, policy: Path, tmp_path: Path) -> None:
    run("add", policy, "--corpus", tmp_path / "c")
    assert "本页 1 条" in run("search", "本", "--limit", "1", "--corpus", tmp_path / "c")[1]


def test_a_page_beyond_the_last_and_a_search_in_nothing_are_told_as_such(run: Run, policy: Path, tmp_path: Path) -> None:
    assert "没有第 9 页" in run("search", "区块链", "--in", policy, "--page", "9")[2]
    assert "没有条款含有检索词" in run("search", "霍格沃茨", "--in", policy)[2]
    assert "没有条款含有检索词" not in run("search", "区块链", "--in", tmp_path / "nowhere.txt")[2]


def test_a_report_on_standard_output_is_not_told_to_be_written(run: Run, policy: Path, tmp_path: Path) -> None:
    assert run("add", policy, "--corpus", tmp_path / "c")[0] == 0
    assert "报告已写好" not in run("report", "--corpus", tmp_path / "c")[2]
    assert "报告已写好" in run("report", "--corpus", tmp_path / "c", "-o", tmp_path / "r.html")[2]


def test_a_file_without_pages_shows_none(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("甲市链上办法\n第一条 建设园区。\n", "utf-8")
    assert run("check", tmp_path / "a.txt")[1].splitlines()[-1].split()[-1] == "正常"


def test_english_headings_are_broken_between_words(run: Run, policy: Path, tmp_path: Path) -> None:
    assert run("add", policy, "--corpus", tmp_path / "c")[0] == 0
    out = run("stats", "--corpus", tmp_path / "c", "--lang", "en")[1]
    assert {"documents", "institutions", "applications"} <= set(out.split())

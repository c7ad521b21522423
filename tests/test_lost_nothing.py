"""Nothing that was acknowledged is lost: kills, full disks, files that change, clocks, and several processes at once."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from policytext.batch import Job
from policytext.corpus import Corpus
from policytext.corpus.ingest import Ingest, add_files
from policytext.errors import CorpusError
from policytext.search.engines import refresh
from policytext.search.index import refresh_index
from policytext.sources import find_files
from tests.conftest import Run, overwrite, rows
from tests.policies import policy_text, write_policies

PROGRAM = [sys.executable, "-m", "policytext"]
#: Kills with -9: 200 in the nightly run.
KILLS = int(os.environ.get("POLICYTEXT_KILLS", "20"))
FILES = 30


def start(*arguments: object, **how: object) -> subprocess.Popen[str]:
    command = [*PROGRAM, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", **how)  # type: ignore[call-overload, no-any-return]


def ended(process: subprocess.Popen[str]) -> int:
    process.communicate()
    return process.returncode


def add(corpus: Path, files: Path) -> list[object]:
    return ["add", files, "--corpus", corpus, "--format", "jsonl"]


def acknowledged(out: str) -> set[str]:
    """Ids of the documents that ``add`` said are stored: only whole lines count."""
    return {row["doc_id"] for row in rows("".join(line for line in out.splitlines(keepends=True) if line.endswith("\n")))}


def whole(folder: Path) -> set[str]:
    """The ids of the documents in the store, each looked at: as many clauses as its record says, with the words of its file."""
    with Corpus(folder) as corpus:
        for doc_id in corpus.ids():
            record = corpus.record(doc_id)
            assert len(corpus.clauses(record)) == record.clauses > 3
            assert corpus.document(doc_id).text == Path(record.file).read_text("utf-8")
        return set(corpus.ids())


def stored(folder: Path) -> set[str]:
    """The same; nothing where ``add`` was killed before there was a store, or a table in it."""
    try:
        return whole(folder)
    except CorpusError as error:
        if error.code != "no_corpus":
            raise
        return set()


def clean(run: Run, folder: Path, documents: int) -> None:
    code, out, err = run("verify", "--corpus", folder, "--format", "jsonl")
    assert code == 0, out + err
    assert {row["part"]: row["number"] for row in rows(out)}["documents"] == documents


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
def test_kills_at_random_moments_lose_no_acknowledged_document(run: Run, tmp_path: Path) -> None:
    files = write_policies(tmp_path / "files", FILES)
    began = time.monotonic()
    assert ended(start(*add(tmp_path / "timed", files), "--keep-files")) == 0
    lasts = time.monotonic() - began
    chance = random.Random(20)
    folder, known, kills, runs = tmp_path / "c0", set[str](), 0, 0
    while kills < KILLS:
        process = start(*add(folder, files), "--keep-files")
        try:
            out, _ = process.communicate(timeout=chance.uniform(0.1, 1.0) * lasts)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            out, _ = process.communicate()
            kills += 1
        known |= acknowledged(out)
        assert known <= stored(folder), f"kill {kills}"
        if process.returncode == 0:
            clean(run, folder, FILES)
            runs += 1
            folder, known = tmp_path / f"c{runs}", set()
    assert ended(start(*add(folder, files))) == 0
    assert known <= whole(folder)
    clean(run, folder, FILES)
    assert run("search", "引导基金", "--corpus", folder)[0] == 0


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with little room."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    command = [str(mount), "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if mount is None or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("this user may not mount a tmpfs")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def remount(folder: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", str(folder)], check=True)


def test_a_full_disk_is_said_and_the_run_resumes_on_a_larger_one(run: Run, disk: Path, tmp_path: Path) -> None:
    files = write_policies(tmp_path / "files", 40, clauses=150)
    code, out, err = run(*add(disk / "c", files))
    assert code == 1
    assert "corpus_unwritable" in err or "cannot_write" in err
    assert "internal" not in err
    known = acknowledged(out)
    assert 0 < len(known) < 40
    remount(disk, "size=64m")
    assert known <= whole(disk / "c")
    assert run(*add(disk / "c", files))[0] == 0
    clean(run, disk / "c", 40)


@pytest.mark.skipif(sys.platform == "win32", reason="file limits are POSIX")
def test_a_file_that_may_not_grow_is_like_a_full_disk(run: Run, tmp_path: Path) -> None:
    files, folder = write_policies(tmp_path / "files", 40, clauses=150), tmp_path / "c"

    def limited() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))

    out, err = start(*add(folder, files), preexec_fn=limited).communicate()
    assert "corpus_unwritable" in err or "cannot_write" in err
    assert "Traceback" not in err
    known = acknowledged(out)
    assert 0 < len(known) < 40
    assert known <= whole(folder)
    assert run(*add(folder, files))[0] == 0
    clean(run, folder, 40)


def test_a_folder_that_cannot_be_written_is_read_and_said(run: Run, disk: Path, tmp_path: Path) -> None:
    files = write_policies(tmp_path / "files", 3)
    assert run(*add(disk / "c", files))[0] == 0
    write_policies(tmp_path / "files", 4)
    remount(disk, "ro")
    for command in (("list",), ("search", "引导基金"), ("verify",)):
        assert run(*command, "--corpus", disk / "c")[0] == 0
    for folder in (disk / "c", disk / "new"):
        code, _, err = run(*add(folder, files))
        assert (code, "internal" in err) == (1, False)
        assert "corpus_unwritable" in err
    remount(disk, "rw")
    assert run(*add(disk / "c", files))[0] == 0
    clean(run, disk / "c", 4)


@pytest.mark.parametrize("gone", [False, True], ids=["changed", "vanished"])
def test_a_file_that_changes_while_it_is_read_is_told_and_taken_the_next_time(run: Run, tmp_path: Path, gone: bool) -> None:
    files, folder = write_policies(tmp_path / "files", 2), tmp_path / "c"
    target = files / "policy-001.txt"

    def touched(work: object, total: int) -> Iterator[object]:
        for analysis in work:  # type: ignore[attr-defined]
            if analysis.document.file == str(target):
                target.unlink()
                if not gone:
                    target.write_text(policy_text(77), "utf-8")
            yield analysis

    with Corpus(folder, create=True) as corpus, corpus.writing():
        how = Ingest(Job(), files=corpus.files_folder, index=refresh)
        added = list(add_files(corpus, find_files([files]), how, touched))  # type: ignore[arg-type]
    assert [(one.outcome, one.failed, one.record.reason) for one in added] == [("added", False, ""), ("corrupt", True, "reading.changed")]
    write_policies(files, 2)
    assert run(*add(folder, files))[0] == 0
    clean(run, folder, 2)


def test_a_clock_set_back_hides_nothing(run: Run, tmp_path: Path) -> None:
    files, folder = write_policies(tmp_path / "files", 1), tmp_path / "c"
    assert run(*add(folder, files))[0] == 0
    for path in [*files.iterdir(), *folder.rglob("*")]:
        os.utime(path, (4e9, 4e9))  # the year 2096: everything that follows is earlier
    with Corpus(folder) as corpus:
        index = refresh_index(corpus)
        before = index.count()
        write_policies(files, 2)
        assert ended(start(*add(folder, files))) == 0
        assert index.count() > before
    clean(run, folder, 2)


def test_two_adds_at_once(run: Run, tmp_path: Path) -> None:
    """Both begin with no corpus there: one works, the other works before or after it, or says who is writing."""
    files, folder = write_policies(tmp_path / "files", FILES), tmp_path / "c"
    both = [start(*add(folder, files)) for _ in range(2)]
    told = [process.communicate()[1] for process in both]
    codes = [process.returncode for process in both]
    assert 0 in codes
    for code, err in zip(codes, told, strict=True):
        assert code == 0 or (code == 1 and "corpus_locked" in err), err
    clean(run, folder, FILES)


def test_a_search_goes_on_while_add_works(run: Run, tmp_path: Path) -> None:
    files, folder = write_policies(tmp_path / "files", 1), tmp_path / "c"
    assert run(*add(folder, files))[0] == 0
    write_policies(files, FILES)
    adding, seen = start(*add(folder, files)), []
    while adding.poll() is None:
        code, out, err = run("search", "引导基金", "--corpus", folder, "--limit", 100, "--all-copies", "--format", "jsonl")
        assert code == 0, err
        seen.append(len(rows(out)))
    assert ended(adding) == 0
    assert seen == sorted(seen)
    assert seen[0] >= 1
    clean(run, folder, FILES)


def test_a_torn_index_is_made_again(run: Run, tmp_path: Path) -> None:
    files, folder = write_policies(tmp_path / "files", 3), tmp_path / "c"
    assert run(*add(folder, files))[0] == 0
    for torn in ("meta.json", "policytext.json", "*.term", "*.fast"):
        for path in (folder / "index").glob(torn):
            overwrite(path, path.read_bytes()[: path.stat().st_size // 2])
        code, _, err = run("search", "引导基金", "--corpus", folder)
        if code:  # damage that only shows in use is said once, and the index made again the next time
            assert "index_stale" in err
            code, _, err = run("search", "引导基金", "--corpus", folder)
        assert code == 0, err
        clean(run, folder, 3)


def test_a_store_that_another_process_makes_is_not_made_twice(tmp_path: Path) -> None:
    code = f"from pathlib import Path; from policytext.corpus import Corpus; Corpus(Path({str(tmp_path / 'c')!r}), create=True)"
    many = [subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True) for _ in range(6)]
    told = [process.communicate()[1] for process in many]
    assert all(process.returncode == 0 or "corpus_locked" in err for process, err in zip(many, told, strict=True)), told
    with Corpus(tmp_path / "c") as corpus:
        assert corpus.damage() == []

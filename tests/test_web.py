"""The pages without a browser: the same rows everywhere, words for every mistake, nothing of a document taken for markup."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest
from openpyxl import load_workbook
from PIL import Image
from starlette.testclient import TestClient

from policytext.corpus import Corpus
from policytext.corpus.filters import Bands, Filters
from policytext.report import rows
from policytext.schema import Period
from policytext.search.find import Wanted, corpus_searcher
from policytext.web.app import VIEWS, create_app
from policytext.web.marks import Mark, find, pieces
from policytext.web.pictures import Pictures
from policytext.web.security import Gate
from policytext.web.timeline import timeline
from policytext.web.uploads import Uploads
from policytext.web.views import WIDTH, View
from tests.conftest import Run

GATE = Gate(secret="known", most=1 << 20)
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&{{ 7*7 }}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of two policies, one of them full of markup."""
    place = tmp_path_factory.mktemp("web")
    text = (
        "{0}县人民政府关于印发{0}县促进区块链产业发展若干措施的通知\n{0}政发〔2020〕7号\n{0}县人民政府\n2020年3月1日\n"
        "{0}县促进区块链产业发展若干措施\n第一条 建设县区块链产业园，首期面积两万平方米。\n"
        "第二条 设立总规模一亿元的区块链产业引导基金，并对新认定的高新技术企业给予20万元一次性奖励。{1}\n"
        "第三条 每年举办一次区块链高端论坛和创新创业大赛。\n第四条 本措施自2020年4月1日起施行，有效期三年。\n"
    )
    for name, more in (("青溪", ""), ("白石", EVIL)):
        (place / f"{name}.txt").write_text(text.format(name, more), "utf-8")
    add = [sys.executable, "-m", "policytext", "add", str(place), "--corpus", str(place / "corpus")]
    subprocess.run(add, check=True, capture_output=True)
    return place / "corpus"


@pytest.fixture(scope="module")
def web(folder: Path) -> Iterator[TestClient]:
    with TestClient(create_app(folder, GATE), base_url="http://127.0.0.1:8000", headers={"accept-language": "zh-CN"}) as client:
        yield client


@pytest.fixture(autouse=True)
def forgotten(web: TestClient) -> None:
    """Each test meets a reader who has chosen nothing yet."""
    web.cookies.clear()


def ids(web: TestClient) -> list[str]:
    return [row["doc_id"] for row in web.get("/search.json").json()["rows"]]


def marked(web: TestClient) -> str:
    """The document full of markup."""
    return str(next(row["doc_id"] for row in web.get("/search.json").json()["rows"] if "白石" in row["title"]))


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_exists_in_every_form(web: TestClient, view: View, lang: str) -> None:
    path = view.path
    page = web.get(path, params={"lang": lang})
    assert page.status_code == 200
    assert f'lang="{"zh-Hans" if lang == "zh" else "en"}"' in page.text
    made = web.get(f"{path}.json").json()["rows"]
    assert web.get(f"{path}.jsonl").text.splitlines() == [json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in made]
    assert web.get(f"{path}.csv").content.startswith(b"\xef\xbb\xbf")
    assert web.get(f"{path}.xlsx").headers["content-disposition"].endswith('.xlsx"')


def test_search_gives_the_rows_of_the_command(web: TestClient, folder: Path) -> None:
    asked = {"q": "引导基金", "limit": "5", "all_copies": "1", "as_of": "2021-01-01"}
    with Corpus(folder) as corpus:
        bands = Bands(date(2021, 1, 1))
        hits = corpus_searcher(corpus, Filters(bands))("引导基金", Wanted(5, all_copies=True, width=WIDTH))
        made = [rows.found(hit, "引导基金", bands) for hit in hits]
    assert web.get("/search.json", params=asked).json()["rows"] == json.loads(json.dumps(made))
    sheet = list(csv.DictReader(io.StringIO(web.get("/search.csv", params=asked).content.decode("utf-8-sig"))))
    assert [line["citation"] for line in sheet] == [row["citation"] for row in made]
    book = load_workbook(io.BytesIO(web.get("/search.xlsx", params=asked).content)).active
    assert book is not None
    assert book.max_row == len(made) + 1
    assert len(made) == 2


def test_filters_narrow_and_say_themselves(web: TestClient) -> None:
    found = web.get("/search.json", params={"q": "区块链", "measure": "forum", "all_copies": "1"}).json()
    assert {row["path"] for row in found["rows"]} == {"第三条"}
    assert "交流活动" in found["filters"]
    status = web.get("/periods.json", params={"status": "expired", "as_of": "2022-01-01"}).json()
    assert status["rows"] == []
    assert len(web.get("/periods.json", params={"status": "expired", "as_of": "2024-01-01"}).json()["rows"]) == 2


@pytest.mark.parametrize(
    ("path", "code", "status"),
    [
        ("/search?prvince=x", "unknown_parameter", 400),
        ("/search?province=乌有省", "unknown_region", 400),
        ("/search?year=soon", "wrong_year", 400),
        ("/search?limit=0", "wrong_value", 400),
        ("/search?limit=九", "wrong_value", 400),
        ("/search?as_of=2020-02-30", "wrong_value", 400),
        ("/search?q=%22", "query_quote", 400),
        (f"/search?q={'长' * 600}", "wrong_value", 400),
        ("/periods?sort=colour", "wrong_value", 400),
        ("/promises?feasible=maybe", "wrong_value", 400),
        ("/compare?type=xyz", "unknown_measure", 400),
        ("/copied?similarity=nan", "wrong_value", 400),
        ("/documents/000000000000", "no_document", 404),
        ("/documents/%2e%2e%2f%2e%2e%2fetc%2fpasswd", "no_page", 404),
        ("/documents/000000000000/pages/1.png", "no_picture", 404),
        ("/upload/none", "no_upload", 404),
        ("/nowhere", "no_page", 404),
        ("/static/../app.py", "no_page", 404),
        ("/static/%2e%2e/app.py", "no_page", 404),
    ],
)
def test_what_is_wrong_is_told_with_what_to_do(web: TestClient, path: str, code: str, status: int) -> None:
    page = web.get(path)
    assert page.status_code == status
    assert f"<code>{code}</code>" in page.text
    assert "怎么办" in page.text
    assert "Traceback" not in page.text


def test_errors_are_json_where_json_was_asked(web: TestClient) -> None:
    error = web.get("/search.json", params={"year": "soon", "lang": "en"}).json()["error"]
    assert error == {"code": "wrong_year", "reason": "“soon” is no year or range of years.", "hint": "Write 2020 or 2019-2021."}
    assert web.get("/documents/000000000000.json").json()["error"]["code"] == "no_document"


def test_a_document_full_of_markup_is_text(web: TestClient) -> None:
    doc_id = marked(web)
    pages = [f"/documents/{doc_id}", "/search?q=引导基金&all_copies=1", "/promises", "/copied?min_length=8", f"/search?q={'<script>'}论坛"]
    for path in pages:
        text = web.get(path).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "<script>论坛" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in web.get(pages[0]).text
    assert "{{ 7*7 }}" in web.get(pages[0]).text


def test_a_document_has_its_tree_period_and_promises(web: TestClient) -> None:
    doc_id = marked(web)
    said = web.get(f"/documents/{doc_id}.json").json()
    assert said["period"]["period"]["months"] == 36
    assert said["promises"][0]["reward"] == 200000
    assert {"第一条", "第二条", "第三条", "第四条"} <= {row["path"] for row in said["rows"]}
    page = web.get(f"/documents/{doc_id}").text
    assert '<mark class="m-period ">本措施自2020年4月1日起施行，有效期三年</mark>' in page
    assert "2020-04-01" in page
    assert "m-promise" in page


def test_a_page_of_an_original(web: TestClient, tmp_path: Path) -> None:
    pdf = Path(__file__).parent.parent / "corpus/pdf/01_jiangsu_jiangbei.pdf"
    folder = tmp_path / "c"
    add = [sys.executable, "-m", "policytext", "add", str(pdf), "--corpus", str(folder)]
    subprocess.run(add, check=True, capture_output=True)
    with TestClient(create_app(folder, GATE), base_url="http://localhost") as other:
        (doc_id,) = ids(other)
        picture = other.get(f"/documents/{doc_id}/pages/1.png")
        assert (picture.status_code, picture.content[:8]) == (200, b"\x89PNG\r\n\x1a\n")
        assert other.get(f"/documents/{doc_id}/pages/99.png").status_code == 404
        assert f"/documents/{doc_id}/pages/1.png" in other.get(f"/documents/{doc_id}").text
    assert "pages/1.png" not in web.get(f"/documents/{marked(web)}").text, "a text has no pages"


def test_a_page_of_a_picture_is_made_apart(tmp_path: Path) -> None:
    path = tmp_path / "scan.png"
    Image.new("RGB", (3000, 1500), "white").save(path)
    pictures = Pictures()
    made = pictures.page("a" * 12, path, 1)
    assert made is not None
    assert Image.open(io.BytesIO(made)).size == (1100, 550)
    assert pictures.page("a" * 12, path, 2) is None
    path.write_bytes(b"\x89PNG torn")
    assert pictures.page("b" * 12, path, 1) is None
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.7 nothing")
    assert pictures.page("c" * 12, tmp_path / "bad.pdf", 1) is None
    path.unlink()
    assert pictures.page("a" * 12, path, 1) == made, "kept in memory"
    pictures.close()


def form(**values: object) -> dict[str, object]:
    return {"csrf": "known", "who": "甲", **values}


def test_a_correction_stands_beside_and_can_be_taken_back(web: TestClient) -> None:
    doc_id = marked(web)
    path = f"/documents/{doc_id}/corrections"
    number = next(row["number"] for row in web.get(f"/documents/{doc_id}.json").json()["rows"] if row["path"] == "第三条")
    labels = form(field="labels", number=number, labels=["talent", "forum"])
    answer = web.post(path, data=labels, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/documents/{doc_id}#u{number}")
    row = next(row for row in web.get(f"/documents/{doc_id}.json").json()["rows"] if row["number"] == number)
    assert row["labels"] == ["forum"]
    assert row["corrected"]["labels"] == ["talent", "forum"]
    web.post(path, data=form(field="period", start="2020-04-01", end="2021-03-31"))
    said = next(row for row in web.get("/periods.json").json()["rows"] if row["doc_id"] == doc_id)
    assert (said["period"]["months"], said["corrected"]["months"], said["corrected"]["who"]) == (36, 12, "甲")
    assert len(web.get("/corrections.json").json()["rows"]) == 2
    web.post(path, data=form(field="labels", number=number, withdraw="1"))
    web.post(f"{path}.json", data=form(field="period", withdraw="1"))
    assert web.get("/corrections.json").json()["rows"] == []


@pytest.mark.parametrize(
    "values",
    [
        {"field": "title"},
        {"field": "labels", "number": 999},
        {"field": "labels", "number": "x"},
        {"field": "labels", "number": 6, "labels": "colour"},
        {"field": "period", "start": "2020-13-01"},
        {"field": "period", "start": "2020-02-01", "end": "2020-01-01"},
        {"field": "period", "months": "0"},
        {"field": "period", "open_ended": "1", "end": "2020-01-01"},
        {"field": "period", "who": " "},
        {"field": "period", "who": "长" * 61},
    ],
)
def test_what_cannot_be_a_correction_is_not_kept(web: TestClient, values: dict[str, object]) -> None:
    answer = web.post(f"/documents/{marked(web)}/corrections", data=form(**values))
    assert answer.status_code == 400
    assert "<code>" in answer.text
    assert web.get("/corrections.json").json()["rows"] == []


def finished(web: TestClient, path: str) -> dict[str, object]:
    for _ in range(600):
        said: dict[str, object] = web.get(f"{path}.json").json()
        if said["done"]:
            return said
        time.sleep(0.1)
    raise AssertionError("the upload does not end")


def test_uploads_are_read_and_told_one_by_one(folder: Path, tmp_path: Path) -> None:
    with Corpus(tmp_path / "c", create=True):
        pass
    good = "云杉县办法\n第一条 对云杉企业给予30万元奖励。\n第二条 本办法自2021年1月1日起施行，有效期二年。\n".encode()
    sent = [
        ("files", ("../../etc/云杉.txt", good)),
        ("files", ("C:\\temp\\坏.pdf", b"%PDF-1.7 nothing")),
        ("files", ("同.txt", good)),
        ("files", ("x.exe", b"MZ\x90\x00\x03\xff\xfe" * 99)),
    ]
    with TestClient(create_app(tmp_path / "c", GATE), base_url="http://localhost") as web:
        assert "文库还是空的" in web.get("/?lang=zh").text
        answer = web.post("/upload", data={"csrf": "known"}, files=sent, follow_redirects=False)
        assert answer.status_code == 303
        said = finished(web, answer.headers["location"])
        files = said["files"]
        assert isinstance(files, list)
        assert [(one["file"], one["code"]) for one in files] == [
            ("云杉.txt", "added"),
            ("坏.pdf", "corrupt"),
            ("同.txt", "duplicate"),
            ("x.exe", "unsupported"),
        ]
        assert web.get("/search.json?q=云杉").json()["rows"][0]["path"] == "第一条"
        again = finished(web, web.post("/upload", data={"csrf": "known"}, files=sent[:1], follow_redirects=False).headers["location"])
        assert again["files"][0]["code"] == "unchanged"  # type: ignore[index]
    kept = {path.relative_to(tmp_path / "c").parts[0] for path in (tmp_path / "c").rglob("*")}
    assert kept == {"policytext.db", "index", "files", "writer.lock", "writer.txt"}
    assert all(path.stem.isalnum() and len(path.stem) == 12 for path in (tmp_path / "c/files").iterdir())
    assert not (tmp_path.parent / "etc").exists()


def test_a_server_that_ends_finishes_only_the_file_it_reads(tmp_path: Path) -> None:
    with Corpus(tmp_path / "c", create=True):
        pass
    uploads = Uploads(tmp_path / "c", stopping=True)
    upload = uploads.take([("一.txt", "第一条 甲。".encode()), ("二.txt", "第一条 乙。".encode())], "zh")
    uploads.close()
    assert [one.row is not None for one in upload.files] == [True, False]
    assert upload.done
    with Corpus(tmp_path / "c") as corpus:
        assert [of.file for of in corpus.records()] == ["一.txt"]


def test_an_upload_without_files_or_too_large_is_told(web: TestClient) -> None:
    assert "<code>no_upload_files</code>" in web.post("/upload", data={"csrf": "known"}).text
    large = web.post("/upload", data={"csrf": "known"}, files={"files": ("a.txt", b"x" * (2 << 20))})
    assert large.status_code == 413
    assert "<code>upload_too_large</code>" in large.text


def test_openapi_names_every_json_page(web: TestClient) -> None:
    said = web.get("/openapi.json").json()
    assert said["openapi"].startswith("3.1")
    for view in VIEWS:
        given = {one["name"] for one in said["paths"][f"{view.path}.json"]["get"]["parameters"]}
        assert given == set(view.known)
    doc_id = marked(web)
    for path, methods in said["paths"].items():
        for method in methods:
            answer = web.request(method, path.replace("{doc_id}", doc_id).replace("{id}", "none"))
            assert answer.headers["content-type"].startswith("application/json"), path
            assert answer.status_code == (403 if method == "post" else 404 if "{id}" in path else 200), path


def test_an_answer_holds_only_until_the_corpus_changes(folder: Path, tmp_path: Path, run: Run, policy: Path) -> None:
    run("add", policy, "--corpus", tmp_path / "c")
    with TestClient(create_app(tmp_path / "c", GATE), base_url="http://localhost") as web:
        assert len(web.get("/promises.json").json()["rows"]) == 1
        assert len(web.get("/search.json").json()["rows"]) == 1
        other = tmp_path / "other.txt"
        other.write_text(policy.read_text("utf-8").replace("青溪", "白石").replace("20万元", "30万元"), "utf-8")
        run("add", other, "--corpus", tmp_path / "c")
        assert len(web.get("/promises.json").json()["rows"]) == 2
        assert len(web.get("/search.json", params={"q": "论坛", "all_copies": "1"}).json()["rows"]) == 2


def test_a_server_that_made_the_index_again_leaves_it_free(tmp_path: Path, run: Run, policy: Path) -> None:
    run("add", policy, "--corpus", tmp_path / "c")
    shutil.rmtree(tmp_path / "c/index")
    other = tmp_path / "other.txt"
    other.write_text(policy.read_text("utf-8").replace("青溪", "白石"), "utf-8")
    with TestClient(create_app(tmp_path / "c", GATE), base_url="http://localhost") as web:
        assert web.get("/search.json", params={"q": "论坛"}).json()["rows"]
        add = [sys.executable, "-m", "policytext", "add", str(other), "--corpus", str(tmp_path / "c")]
        assert subprocess.run(add, capture_output=True).returncode == 0
        assert len(web.get("/search.json", params={"q": "论坛", "all_copies": "1"}).json()["rows"]) == 2


def test_a_damaged_corpus_is_told(tmp_path: Path, run: Run, policy: Path) -> None:
    run("add", policy, "--corpus", tmp_path / "c")
    with TestClient(create_app(tmp_path / "c", GATE), base_url="http://localhost") as web:
        for path in (tmp_path / "c").glob("policytext.db*"):
            path.unlink()
        page = web.get("/search?q=论坛&lang=zh")
        assert page.status_code == 503
        assert "<code>no_corpus</code>" in page.text


def test_marks_that_overlap_are_both_shown() -> None:
    cut = pieces("甲乙丙丁", [Mark(0, 3, "promise"), Mark(2, 4, "reason"), Mark(9, 12, "reason")])
    assert [(one.text, one.kinds) for one in cut] == [("甲乙", ("promise",)), ("丙", ("promise", "reason")), ("丁", ("reason",))]
    assert pieces("", []) == []
    assert find("有效\n期 一年。", "有效期一年", "period") == [Mark(0, 7, "period")]
    assert find("甲", "", "x") == []


def test_bars_lie_on_one_axis() -> None:
    lines = timeline([Period("2020-01-01", "2020-12-31", 12), Period(), Period("2021-01-01", open_ended=True)], date(2021, 1, 1))
    first, nothing, endless = lines.bars
    assert nothing is None
    assert first is not None
    assert endless is not None
    assert (first.x, endless.x + endless.width, endless.open) == (0, 1000, True)
    assert abs(first.width - endless.x) <= 2
    assert lines.today == endless.x
    assert timeline([Period()], date(2021, 1, 1)).bars == (None,)


def test_a_cold_page_imports_nothing_heavy(folder: Path) -> None:
    heavy = {"sklearn", "scipy", "pandas", "pdfplumber", "jieba", "pypdfium2", "openpyxl", "lxml", "numpy", "rank_bm25", "joblib", "rich"}
    code = f"""
import sys
from pathlib import Path
import policytext.cli.main, policytext.cli.serve
from policytext.web.app import create_app, VIEWS
from policytext.web.asked import Asked
from policytext.web.site import Site
site = Site(Path({str(folder)!r}))
with site.reader() as reader:
    assert VIEWS[0].make(reader, Asked("zh", site.taxonomy, {{"q": ["论坛"]}}, VIEWS[0].known)).rows
print(sorted(set(sys.modules) & {heavy}))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


NASTY = ["\x00", "１２", "-1", "0", "1e9", "9" * 30, "NaN", "inf", "'", "%", "𠀀", "0001-01-01", "9999-12-31", "none", "不"]


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_no_value_breaks_a_page(web: TestClient, view: View) -> None:
    for name in (*view.known, "q"):
        for value in NASTY:
            for more in ("", "status=expiring&flag=short" if "status" in view.known else ""):
                answer = web.get(f"{view.path}.json?{more}&{quote(name)}={quote(value)}")
                assert answer.status_code in (200, 400), (name, value, answer.text)
                assert answer.status_code == 200 or answer.json()["error"]["hint"]


def test_a_text_that_extends_another_shows(tmp_path: Path, run: Run) -> None:
    (tmp_path / "旧.txt").write_text(
        "关于印发青溪县云杉产业扶持办法的通知\n青政发〔2018〕5号\n青溪县人民政府\n2018年1月1日\n青溪县云杉产业扶持办法\n"
        "第一条 对云杉企业给予20万元奖励。\n第二条 本办法自2018年1月1日起施行，有效期至2019年12月31日。\n",
        "utf-8",
    )
    (tmp_path / "新.txt").write_text(
        "青溪县人民政府关于延长《青溪县云杉产业扶持办法》有效期的通知\n青政发〔2019〕9号\n青溪县人民政府\n2019年12月1日\n"
        "经研究，《青溪县云杉产业扶持办法》（青政发〔2018〕5号）有效期延长至2021年12月31日。\n",
        "utf-8",
    )
    run("add", tmp_path / "旧.txt", tmp_path / "新.txt", "--corpus", tmp_path / "c")
    with TestClient(create_app(tmp_path / "c", GATE), base_url="http://localhost") as web:
        asked = {"as_of": "2021-01-01", "lang": "zh"}
        row = next(row for row in web.get("/periods.json", params=asked).json()["rows"] if row["period"]["end"])
        assert (row["extended_to"], row["status"]) == ("2021-12-31", "in_force")
        assert "2021-12-31" in web.get("/periods", params=asked).text
        assert "2021-12-31" in web.get(f"/documents/{row['doc_id']}", params=asked).text
        in_force = web.get("/search.json", params={**asked, "status": "in_force"}).json()["rows"]
        assert [one["doc_id"] for one in in_force] == [row["doc_id"]]
        hits = web.get("/search.json", params={**asked, "status": "in_force", "q": "云杉"}).json()["rows"]
        assert {hit["doc_id"] for hit in hits} == {row["doc_id"]}

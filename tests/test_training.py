"""Training and evaluation on made clauses; files of labelled clauses; the shipped model rebuilt from its matrix."""

from __future__ import annotations

import csv
import json
import random
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from policytext.errors import InputError, WrongUsage
from policytext.labelled import LabelledClause, read_clauses, read_labels
from policytext.measures.model import Model
from policytext.places import model_folder
from policytext.taxonomy import load_taxonomy
from policytext.training import UNSURE, evaluate, fit, fit_second, held_out, matrix_of, save, train

sys.path.insert(0, str(Path(__file__).parent.parent / "scripts"))

from make_model import MODELS, load_held_out, load_matrix

ACTS = {
    "fund": ["给予最高{n}万元奖励", "设立{n}亿元引导基金", "补贴{n}%的贷款利息"],
    "talent": ["引进{n}名高层次人才", "培训{n}名技能人才", "新建{n}套人才公寓"],
    "forum": ["每年举办{n}场论坛", "承办{n}次创新大赛", "组织{n}家单位参加展会"],
}
IDLE = ["本办法由{n}个部门负责解释", "坚持{n}项基本原则", "到2022年收入达到{n}亿元", "申报材料一式{n}份"]


def made(number: int = 120, documents: int = 12) -> list[LabelledClause]:
    rng = random.Random(7)
    clauses = []
    for n in range(number):
        labels = tuple(sorted(rng.sample(sorted(ACTS), rng.choice([0, 1, 1, 2]))))
        parts = [rng.choice(ACTS[label]) for label in labels] or [rng.choice(IDLE)]
        text = "，".join(part.format(n=rng.randint(2, 90)) for part in parts) + "。"
        clauses.append(LabelledClause(str(n), text, labels, heading="主要措施", doc=f"d{rng.randrange(documents)}"))
    return clauses


@pytest.fixture(scope="module")
def trained() -> tuple[Model, list[dict[str, object]]]:
    return train(made(), load_taxonomy())


def test_a_model_learns_what_is_there(trained: tuple[Model, list[dict[str, object]]]) -> None:
    _, report = trained
    rows = {row["label"]: row for row in report}
    assert list(rows) == [*load_taxonomy().ids, "none", "macro"]
    for label in ACTS:
        assert rows[label]["f1"] > 0.9  # type: ignore[operator]
    assert rows["enterprise"]["gold"] == rows["enterprise"]["predicted"] == 0
    assert rows["macro"]["clauses"] == 120


def test_saved_and_loaded_it_answers_the_same(trained: tuple[Model, list[dict[str, object]]], tmp_path: Path) -> None:
    model, _ = trained
    save(model, tmp_path / "new" / "model")
    loaded = Model.load(tmp_path / "new" / "model")
    clauses = [one.clause for one in made()]
    assert loaded.classify(clauses) == model.classify(clauses)
    assert evaluate(loaded, made()) == evaluate(model, made())


def test_it_predicts_what_scikit_learn_predicts() -> None:
    """The oracle is fitted here, from TF-IDF of scikit-learn on the same features, not from our matrix."""
    from scipy.sparse import hstack
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    from policytext.measures.features import BLOCKS, common_names
    from policytext.training import MIN_SMALL, STRENGTH

    clauses = made()
    model, _ = train(clauses, load_taxonomy())
    names = [common_names([one.clause], 1) for one in clauses]
    blocks = []
    for block, (scale, unit) in BLOCKS.items():
        vectorizer = TfidfVectorizer(
            analyzer=lambda found, block=block: [name for name in found if name[0] == block],
            min_df=MIN_SMALL, binary=True, norm="l2" if unit else None,
        )  # fmt: skip
        blocks.append(vectorizer.fit_transform(names) * scale)
    data = hstack(blocks).tocsr()
    scores = model.scores([one.clause for one in clauses])
    for label in ACTS:
        truth = [label in one.labels for one in clauses]
        oracle = LogisticRegression(C=STRENGTH, class_weight="balanced", solver="liblinear").fit(data, truth).decision_function(data)
        assert scores[:, model.types.index(label)] == pytest.approx(oracle, abs=0.02)  # coefficients are kept in half precision


def test_folds_keep_documents_together_and_order_does_not_matter() -> None:
    clauses = made()
    matrix = matrix_of(clauses, load_taxonomy())
    assert len(set(matrix.groups.tolist())) == len({one.doc for one in clauses})
    shuffled = matrix_of(clauses, load_taxonomy(), shuffle=True)
    assert shuffled.vocabulary == matrix.vocabulary
    assert sorted(map(tuple, shuffled.labels.tolist())) == sorted(map(tuple, matrix.labels.tolist()))
    assert shuffled.labels.tolist() != matrix.labels.tolist()
    assert matrix_of(clauses, load_taxonomy(), shuffle=True).digest == shuffled.digest != matrix.digest


def test_clauses_without_a_document_stand_alone() -> None:
    clauses = [LabelledClause(one.id, one.text, one.labels) for one in made(30)]
    assert len(set(matrix_of(clauses, load_taxonomy()).groups.tolist())) == 30


def test_labels_may_be_names(trained: tuple[Model, list[dict[str, object]]]) -> None:
    model, _ = trained
    named = [LabelledClause("1", "举办5场论坛，给予最高8万元奖励。", ("交流活动", "资金"))]
    rows = {row["label"]: row for row in evaluate(model, named)}
    assert rows["forum"]["gold"] == rows["fund"]["gold"] == 1
    with pytest.raises(WrongUsage):
        train([*made(), LabelledClause("x", "房", ("房地产",))], load_taxonomy())


def test_too_few_clauses_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        train(made(3), load_taxonomy())
    assert caught.value.code == "too_few_clauses"
    one_document = [LabelledClause(one.id, one.text, one.labels, doc="d") for one in made()]
    with pytest.raises(InputError):
        train(one_document, load_taxonomy())
    with pytest.raises(InputError):
        train([], load_taxonomy())


def test_a_rare_type_is_never_given() -> None:
    clauses = [*made(), LabelledClause("p", "建设产业园区。", ("industrial_park",), doc="d1")]
    model, report = train(clauses, load_taxonomy())
    assert report[0]["predicted"] == 0
    assert "industrial_park" not in model.classify([clauses[-1].clause])[0].labels


ROWS = [
    {"id": "1", "text": "举办论坛", "labels": ["forum", "fund"], "title": "甲", "heading": "乙", "doc": "丙"},
    {"id": "2", "text": "总则", "labels": []},
]


def write(rows: Sequence[Mapping[str, object]], path: Path) -> Path:
    if path.suffix == ".jsonl":
        path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n\n", "utf-8")
        return path
    flat = [{key: "；".join(value) if isinstance(value, list) else value for key, value in row.items()} for row in rows]
    names = list(dict.fromkeys(key for row in flat for key in row))
    if path.suffix == ".csv":
        with path.open("w", encoding="gb18030" if "gb" in path.name else "utf-8-sig", newline="") as handle:
            writer = csv.DictWriter(handle, names)
            writer.writeheader()
            writer.writerows(flat)
        return path
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(names)
    for row in flat:
        sheet.append([str(row.get(name, "")) for name in names])
    sheet.append([None])
    book.save(path)
    return path


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "gb.csv", "a.xlsx"])
def test_files_of_labelled_clauses(name: str, tmp_path: Path) -> None:
    found = read_labels(write(ROWS, tmp_path / name), load_taxonomy())
    assert found[0] == LabelledClause("1", "举办论坛", ("forum", "fund"), "甲", "乙", "丙")
    assert found[1].labels == ()
    assert found[1].text == "总则"


@pytest.mark.parametrize("text", ["forum;fund", "forum, fund", "forum、fund", "forum|fund", "forum；fund；"])
def test_labels_in_one_cell(text: str, tmp_path: Path) -> None:
    assert read_labels(write([{"text": "x", "labels": text}], tmp_path / "a.csv"), load_taxonomy())[0].labels == ("forum", "fund")


@pytest.mark.parametrize("text", ["", "none", "无", "NONE"])
def test_no_label(text: str, tmp_path: Path) -> None:
    assert read_labels(write([{"text": "x", "labels": text}], tmp_path / "a.csv"), load_taxonomy())[0].labels == ()


def test_clauses_need_no_labels(tmp_path: Path) -> None:
    path = write([{"text": "甲"}, {"text": "乙", "id": 7}], tmp_path / "a.jsonl")
    assert [(one.id, one.text) for one in read_clauses(path)] == [("1", "甲"), ("7", "乙")]
    with pytest.raises(InputError):
        read_labels(path, load_taxonomy())


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.jsonl", b'{"text": "x", "labels": []}\n{"text"'), ("a.jsonl", b"[1]"), ("a.csv", b"id;labels\n1;2\n"), ("a.xlsx", b"no zip"),
     ("a.jsonl", b"\xff\xfe\x00"), ("a.csv", b'text,labels\n"' + b"x" * 200_000 + b'",\n')],
)  # fmt: skip
def test_a_bad_file_is_refused(name: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_labels(path, load_taxonomy())
    assert caught.value.code in ("bad_table", "no_column")
    assert str(path) in caught.value.reason("zh")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read_labels(tmp_path / "a.jsonl", load_taxonomy())


def test_the_shipped_model_can_be_rebuilt_from_the_repository() -> None:
    shipped, matrix = Model.load(model_folder("fast")), load_matrix(MODELS)
    scores = held_out(matrix)
    rebuilt, report = fit(matrix, load_taxonomy(), scores)
    assert rebuilt.manifest["data_digest"] == shipped.manifest["data_digest"]
    assert rebuilt.manifest["taxonomy_digest"] == shipped.manifest["taxonomy_digest"]
    # Another processor or library version may end the fit a little elsewhere.
    assert np.abs(rebuilt.coef - shipped.coef).max() < 0.02
    assert rebuilt.threshold == pytest.approx(shipped.threshold, abs=0.02)
    assert report[-1]["f1"] == pytest.approx(shipped.manifest["cross_validation"][-1]["f1"], abs=0.01)

    careful = Model.load(model_folder("careful"))
    assert careful.second is not None
    again, report = fit_second(shipped, careful.second.encoder, matrix, scores, load_held_out(MODELS))
    assert again.second is not None
    assert again.second.weight == pytest.approx(careful.second.weight, abs=0.02)
    assert again.second.offset == pytest.approx(careful.second.offset, abs=0.02)
    assert again.threshold == pytest.approx(careful.threshold, abs=0.02)
    assert again.certain_from == pytest.approx(careful.certain_from, abs=0.02)
    assert report[-1]["f1"] == pytest.approx(careful.manifest["cross_validation"][-1]["f1"], abs=0.01)


def test_the_shipped_matrix_holds_no_text() -> None:
    matrix = load_matrix(MODELS)
    counts = np.bincount(matrix.indices, minlength=len(matrix.vocabulary))
    assert counts.min() >= 5
    assert max(len(name) for name in matrix.vocabulary if name.startswith("c:")) <= 5
    assert sum((MODELS / name).stat().st_size for name in ("training.npz", "fast/vocabulary.txt", "fast/model.npz")) < 10_000_000
    for start, end in zip(matrix.indptr[:50], matrix.indptr[1:51], strict=True):
        assert (np.diff(matrix.indices[start:end].astype(int)) > 0).all(), "in the order of the vocabulary, not of the clause"


def test_hesitant_labels_count_less(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text,labels,confidence\n举办论坛,forum,low\n举办大赛,forum,high\n", "utf-8")
    clauses = read_labels(path, load_taxonomy())
    assert [clause.sure for clause in clauses] == [False, True]
    assert matrix_of(clauses, load_taxonomy()).weights.tolist() == [UNSURE, 1.0]

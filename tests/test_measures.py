"""Measure types of clauses: cues, features, the shipped model, damaged models."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from policytext.errors import ModelError
from policytext.measures import ClauseText, Model
from policytext.measures.cues import CueClass, classes, cue_features
from policytext.measures.features import BLOCKS, block_of, features, values
from policytext.places import data_file, model_folder
from policytext.schema import Measures, from_json, to_json

CLAUSES = {
    "在高新区规划建设一处区块链产业园，打造特色产业集聚区。": "industrial_park",
    "大力引进龙头企业，培育一批独角兽企业和专精特新企业。": "enterprise",
    "支持高校与企业共建重点实验室、工程研究中心和产业联盟。": "institution",
    "在政务服务、供应链金融等领域开展区块链应用试点示范，发布应用场景清单。": "application",
    "对符合条件的项目给予最高50万元的一次性奖励。": "fund",
    "引进高层次人才，支持院校开设相关专业，加强人才培养。": "talent",
    "每年举办一次高峰论坛和创新创业大赛。": "forum",
}
NOTHING = [
    "本办法由县工业和信息化局负责解释。",
    "本措施自2020年4月1日起施行，有效期三年。",
    "本条例所称区块链，是指分布式账本技术。",
    "",
    "　",
    "。。。",
    "abc",
]


@pytest.fixture(scope="module")
def model() -> Model:
    return Model.load(model_folder())


@pytest.mark.parametrize("one", classes(), ids=lambda one: one.id)
def test_each_cue_class_has_an_example_that_works(one: CueClass) -> None:
    text, feature = one.example
    assert feature in dict(cue_features(text))
    assert one.id in feature


def test_cues_stay_within_one_stretch() -> None:
    assert "build>park" in dict(cue_features("建设一批园区"))
    assert "build>park" not in dict(cue_features("建设学校，园区负责"))
    assert "park<build" in dict(cue_features("园区建设"))
    assert dict(cue_features("建设一批园区"))["build>park"] == "建设…园区"


def test_cue_classes_are_clean() -> None:
    ids = [one.id for one in classes()]
    assert len(ids) == len(set(ids))
    for one in classes():
        assert all(word == word.strip().lower() for word in one.words)


def test_a_note_on_responsible_bodies_decides_nothing() -> None:
    text = "支持职业院校开设区块链专业。"
    for note in ("（责任单位：产业园区管委会、财政局）", "（区投资促进局牵头，开发区配合）", "责任单位：高新区管委会、金融办"):
        assert features(ClauseText(text + note)) == features(ClauseText(text))


def test_feature_names_have_a_block() -> None:
    found = features(ClauseText("设立总规模一亿元的产业引导基金。", "标题", "三、资金支持"))
    assert {name[0] for name in found} == set(BLOCKS)
    assert "w:规模" in found
    assert "h:资金" in found
    assert not any("标题" in name for name in found)


def test_values_are_weighted_by_block() -> None:
    names = ["w:甲", "w:乙", "q:=park", "c:甲乙"]
    block = np.array([block_of(name) for name in names], np.uint8)
    found = values(np.arange(4), np.array([3, 4, 9, 2], np.float32), block)
    assert found == pytest.approx([0.6, 0.8, 9 * BLOCKS["q"][0], 1.0])


@pytest.mark.parametrize(("text", "label"), CLAUSES.items())
def test_plain_clauses_get_their_type(text: str, label: str, model: Model) -> None:
    (found,) = model.classify([ClauseText(text)])
    assert label in found.labels
    assert found.scores[label] == max(found.scores.values())


@pytest.mark.parametrize("text", NOTHING)
def test_frame_clauses_get_none(text: str, model: Model) -> None:
    (found,) = model.classify([ClauseText(text)])
    assert found.labels == ()
    assert found.reasons == {}


def test_answers_have_scores_reasons_and_order(model: Model) -> None:
    text = "".join(CLAUSES)
    (found,) = model.classify([ClauseText(text)])
    assert len(found.labels) > 3
    assert [label for label in model.types if label in found.labels] == list(found.labels)
    assert set(found.scores) == set(model.types)
    assert all(0 <= score <= 1 for score in found.scores.values())
    assert set(found.reasons) == set(found.labels)
    for words in found.reasons.values():
        assert words
        assert all(part in text for word in words for part in word.split("…"))
    assert from_json(to_json(found), Measures) == found


def test_answers_do_not_depend_on_the_batch(model: Model) -> None:
    batch = [ClauseText(text) for text in [*CLAUSES, *NOTHING]]
    assert model.classify(batch) == [model.classify([one])[0] for one in batch]
    assert model.classify(batch[::-1]) == model.classify(batch)[::-1]
    assert model.classify([]) == []


def test_predicting_imports_nothing_heavy() -> None:
    code = (
        "import sys; from policytext.measures import ClauseText, Model; from policytext.places import model_folder;"
        "Model.load(model_folder()).classify([ClauseText('建设产业园')]);"
        "print(sorted(set(sys.modules) & {'sklearn', 'scipy', 'pandas', 'jieba', 'joblib'}))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_the_model_was_made_with_these_cues(model: Model) -> None:
    """Otherwise run scripts/export_training.py and make model."""
    assert model.manifest["cues_digest"] == hashlib.sha256(data_file("cues.toml").read_bytes()).hexdigest()


def test_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        Model.load(tmp_path)
    assert caught.value.code == "model_missing"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in ("manifest.json", "model.npz", "vocabulary.txt"):
        shutil.copy(model_folder() / name, tmp_path / name)
    return tmp_path


def test_model_of_another_version(copy: Path) -> None:
    manifest = json.loads((copy / "manifest.json").read_text("utf-8"))
    (copy / "manifest.json").write_text(json.dumps({**manifest, "features_version": 99}), "utf-8")
    with pytest.raises(ModelError) as caught:
        Model.load(copy)
    assert caught.value.code == "model_version"
    assert "99" in caught.value.reason("en")


@pytest.mark.parametrize(
    "harm", ["no arrays", "cut arrays", "flipped byte", "no vocabulary", "short vocabulary", "no json", "no key", "pickle", "nan"]
)
def test_damaged_model(harm: str, copy: Path) -> None:
    arrays, vocabulary, manifest = (copy / name for name in ("model.npz", "vocabulary.txt", "manifest.json"))
    content = arrays.read_bytes()
    if harm == "no arrays":
        arrays.unlink()
    elif harm == "cut arrays":
        arrays.write_bytes(content[: len(content) // 2])
    elif harm == "flipped byte":
        middle = len(content) // 2
        arrays.write_bytes(content[:middle] + bytes([content[middle] ^ 255]) + content[middle + 1 :])
    elif harm == "no vocabulary":
        vocabulary.unlink()
    elif harm == "short vocabulary":
        vocabulary.write_text("w:甲\n", "utf-8")
    elif harm == "no json":
        manifest.write_text("{", "utf-8")
    elif harm == "no key":
        manifest.write_text('{"format_version": 1}', "utf-8")
    else:
        with np.load(arrays) as loaded:
            parts = dict(loaded)
        parts["offset"] = np.array([{}], dtype=object) if harm == "pickle" else parts["offset"] * np.nan
        np.savez(arrays, **parts)
    with pytest.raises(ModelError) as caught:
        Model.load(copy)
    assert caught.value.code == "model_damaged"
    assert str(copy) in caught.value.reason("zh")

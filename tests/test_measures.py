"""Measure types of clauses: cues, features, the shipped model, damaged models."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.errors import ModelError
from policytext.measures.batch import Batch
from policytext.measures.cues import CueClass, CueReader, classes, shipped
from policytext.measures.features import BLOCKS, Entries, Vocabulary, common_names, weights
from policytext.measures.lexicon import Lexicon
from policytext.measures.manifest import digest_of
from policytext.measures.model import Model, read_encoder
from policytext.measures.tokens import Tokens
from policytext.places import SHIPPED_MODELS, data_file, model_folder
from policytext.read import sandbox
from policytext.schema import ClauseText, Measures, from_json, to_json
from policytext.words import normalise

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


def cue_features(text: str) -> set[str]:
    reader, batch = shipped(), Batch.of([text])
    return {reader.name(code) for found in reader.features(batch, reader.cues(batch)) for code in found.code.tolist()}


def features(clause: ClauseText) -> list[str]:
    return common_names([clause], 1)


@pytest.fixture(scope="module", params=SHIPPED_MODELS)
def model(request: pytest.FixtureRequest) -> Model:
    return Model.load(model_folder(request.param))


@pytest.mark.parametrize("one", classes(), ids=lambda one: one.id)
def test_each_cue_class_has_an_example_that_works(one: CueClass) -> None:
    text, feature = one.example
    assert feature in cue_features(text)
    assert one.id in feature


def test_every_cue_feature_has_a_code_and_back() -> None:
    text = "规划建设一处区块链产业园，园区建设加快。鼓励企业设立院士工作站；到2022年，对产业园给予100万元奖励，应当依法申报。论坛很多。"
    for name in cue_features(text):
        assert shipped().name(shipped().code(name)) == name
    assert shipped().code("build>nothing") == shipped().code("build~park") == shipped().code("") == -1


def test_cues_stay_within_one_stretch() -> None:
    assert {"build>park", "build>>park", "build>park.", "建设>park", "build>园区"} <= cue_features("建设一批园区")
    assert "build>park" not in cue_features("建设学校，园区负责")
    assert "park<build" in cue_features("园区建设")
    assert "^park" in cue_features("建设学校，园区广阔")


def test_cues_know_who_acts() -> None:
    found = cue_features("支持专精特新企业建设重点实验室")
    assert {"support>star_firm>build", "build>>lab", "build>lab."} <= found
    assert "support>star_firm." not in found
    assert "support>>lab" not in found
    assert "grow>star_firm." in cue_features("培育一批专精特新企业")


def test_cues_know_their_sentence() -> None:
    found = cue_features("到2022年，建设五个园区。举办论坛。")
    assert "park@goal" in found
    assert "event@_" in found
    assert "event@goal" not in found


def test_many_cues_without_a_comma_cost_no_square() -> None:
    assert "build>park" in cue_features("建设园区" * 50_000)


@given(st.sets(st.text("ab区块链", min_size=1, max_size=4), min_size=1, max_size=12).map(sorted), st.text("ab区块链。", max_size=60))
def test_cue_words_stand_side_by_side(words: list[str], text: str) -> None:
    """From left to right, each the longest that begins there, none over another: what a pattern of all words finds."""
    found = CueReader([CueClass("one", "object", tuple(words), ("", ""))]).cues(Batch(text))
    pattern = re.compile("|".join(sorted(words, key=len, reverse=True)))
    assert list(zip(found.start, found.end, strict=True)) == [match.span() for match in pattern.finditer(text)]


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
    assert {"c:规模", "h:资金", "q:build>fund"} <= set(found)
    assert not any("标题" in name for name in found)


def test_entries_are_weighted_by_block() -> None:
    entries = Entries(np.array([0, 0, 0, 0, 1]), np.array([0, 1, 2, 3, 1]))
    found = weights(entries, 2, np.array([3, 4, 2, 9], np.float32), np.array([0, 0, 1, 2], np.uint8))
    run, heading, cue = (scale for scale, _ in BLOCKS.values())
    assert found == pytest.approx([0.6 * run, 0.8 * run, heading, 9 * cue, run])


STRINGS = st.text("ab区块链园。", min_size=1, max_size=4)


@given(st.sets(STRINGS, max_size=12).map(sorted), st.text("ab区块链园。\U00020000\0", max_size=60))
def test_a_lexicon_finds_every_string_everywhere(strings: list[str], text: str) -> None:
    found = {
        (place, strings[number])
        for length, places, numbers in Lexicon(strings).find(Batch(text).codes)
        for place, number in zip(places.tolist(), numbers.tolist(), strict=True)
        if len(strings[number]) == length
    }
    assert found == {(place, one) for one in strings for place in range(len(text)) if text.startswith(one, place)}


@pytest.mark.parametrize("strings", [["\U00020000"], ["区", "链\U0001f600"], ["链", "区"], [""]])
def test_a_lexicon_is_ascending_and_of_the_basic_plane(strings: list[str]) -> None:
    with pytest.raises(ValueError, match="lexicon"):
        Lexicon(strings)


@given(st.lists(st.text(max_size=30), min_size=1, max_size=5))
def test_a_batch_is_normalised_like_its_texts(texts: list[str]) -> None:
    batch = Batch.of(texts)
    alone = " ".join(normalise(text.replace("\0", " ")) for text in texts)
    assert batch.text.replace("\0", " ").split() == alone.split()
    assert [batch.bounds(n)[1] for n in range(len(texts))] == [n for n, letter in enumerate(batch.text) if letter == "\0"]


def test_each_character_is_normalised_as_alone() -> None:
    for code in (*range(0xD800), *range(0xE000, 0x10000)):
        text = f"a{chr(code)}か"
        assert "".join(Batch.of([text]).text[:-1].split()) == "".join(normalise(text.replace("\0", " ")).split())


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
        "import sys; from policytext.measures.model import Model; from policytext.schema import ClauseText;"
        "from policytext.places import model_folder;"
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
        shutil.copy(model_folder("fast") / name, tmp_path / name)
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


def chances(model: Model, text: str) -> list[float]:
    found: list[float] = model.chances([ClauseText(text)])[0].tolist()
    return found


def test_the_second_reader_is_asked_only_where_the_first_is_unsure() -> None:
    fast, careful = (Model.load(model_folder(name)) for name in ("fast", "careful"))
    sure, unsure = "每年举办一次高峰论坛。", "对年薪五十万元以上的核心技术人员，连续三年给予生活补贴。"
    assert chances(careful, sure) == chances(fast, sure)
    assert chances(careful, unsure) != chances(fast, unsure)
    assert "talent" in careful.classify([ClauseText(unsure)])[0].labels
    assert "talent" not in fast.classify([ClauseText(unsure)])[0].labels


def test_the_encoder_reads_words_in_their_order() -> None:
    second = Model.load(model_folder("careful")).second
    assert second is not None
    one, other = second.encoder.scores([ClauseText("企业支持建设实验室"), ClauseText("建设实验室支持企业")])
    assert not np.allclose(one, other)
    assert second.encoder.scores([]).shape == (0, 7)


@pytest.mark.parametrize("text", ["", "\0", "a" * 3000, "区" * 5000, "\U00020000\ud800", "，。" * 900])
def test_the_encoder_reads_any_text(text: str) -> None:
    second = Model.load(model_folder("careful")).second
    assert second is not None
    assert np.isfinite(second.encoder.scores([ClauseText(text, heading=text)])).all()


def tiny_model(vocabulary: Mapping[str, float], **settings: float) -> Model:
    """One type, whose score is the sum over the features of a clause."""
    one = np.ones(1, np.float32)
    names = sorted(vocabulary)
    return Model(
        ("fund",), Vocabulary(names), np.ones(len(names), np.float32), np.array([[vocabulary[name]] for name in names], np.float32),
        one * settings.get("intercept", 0), one, one * 0, one * settings["threshold"], settings["certain_from"],
    )  # fmt: skip


def test_a_clause_that_likelier_has_nothing_gets_nothing() -> None:
    """Its probability is 0.45: above the threshold, but none is likelier still."""
    model = tiny_model({"c:奖": 0}, intercept=float(np.log(0.45 / 0.55)), threshold=0.3, certain_from=0.5)
    (found,) = model.classify([ClauseText("奖")])
    assert (found.labels, found.uncertain) == ((), False)
    assert tiny_model({"c:奖": 0}, intercept=0.01, threshold=0.3, certain_from=0.5).classify([ClauseText("奖")])[0].labels == ("fund",)


TOKENS = Tokens(["[UNK]", "[CLS]", "[SEP]", "园", "区", "block", "##chain", "##s", "20", "##20", "，", "."])


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("园区，", ["园", "区", "，"]),
        ("blockchains 园", ["block", "##chain", "##s", "园"]),
        ("2020.", ["20", "##20", "."]),
        ("Block园", ["[UNK]", "园"]),  # capital letters are unknown
        ("blockx", ["[UNK]"]),  # a word is known whole or not at all
        ("园\u200b\x00区\t园", ["园", "区", "园"]),
        ("a" * 101, ["[UNK]"]),
        ("", []),
    ],
)
def test_tokens(text: str, names: list[str]) -> None:
    assert TOKENS.of(text) == [TOKENS.number(name) for name in names]


def test_tokens_need_the_special_ones() -> None:
    with pytest.raises(ValueError, match="CLS"):
        Tokens(["[UNK]", "[SEP]"])


@pytest.fixture
def careful(tmp_path: Path) -> Path:
    folder = tmp_path / "careful"
    shutil.copytree(model_folder("careful"), folder)
    return folder


@pytest.mark.parametrize("harm", ["flipped byte", "no tokens", "other encoder", "other first", "first elsewhere", "weight"])
def test_damaged_second_reader(harm: str, careful: Path) -> None:
    graph, tokens, path = (careful / name for name in ("encoder.onnx", "tokens.txt", "manifest.json"))
    manifest = json.loads(path.read_text("utf-8"))
    if harm == "flipped byte":
        content = bytearray(graph.read_bytes())
        content[len(content) // 2] ^= 255
        graph.write_bytes(content)
    elif harm == "no tokens":
        tokens.unlink()
    elif harm == "other encoder":  # whole, but not ours
        replaced(graph, b"encoder", b"another")
        manifest["files"]["encoder.onnx"] = digest_of(graph)
    elif harm == "other first":
        manifest["first"] = "0" * 64
    elif harm == "first elsewhere":
        manifest["first"] = str(careful)
    else:
        manifest["weight"] = [[1]]
    path.write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(ModelError) as caught:
        Model.load(careful)
    assert caught.value.code == "model_damaged"


@pytest.mark.parametrize("harm", ["nan", "no output", "no graph", "more tokens", "short tokens", "more types"])
def test_an_encoder_that_does_not_fit(harm: str, careful: Path) -> None:
    graph, tokens = careful / "encoder.onnx", careful / "tokens.txt"
    assert read_encoder(careful, 7).scores([ClauseText("建设园区")]).shape == (1, 7)
    if harm == "nan":  # a tensor's numbers stand right behind its name
        name = b"out.biasJ\x1c"
        start = graph.read_bytes().index(name) + len(name)
        replaced(graph, graph.read_bytes()[start : start + 28], np.full(7, np.nan, np.float32).tobytes())
    elif harm == "no output":
        replaced(graph, b"scores", b"source")
    elif harm == "no graph":
        graph.write_bytes(b"")
    elif harm == "more tokens":
        tokens.write_text(tokens.read_text("utf-8") + "one\n", "utf-8")
    elif harm == "short tokens":
        tokens.write_text("[UNK]\n[SEP]\n", "utf-8")
    with pytest.raises(ValueError, match=r"encoder|tokens"):
        read_encoder(careful, 8 if harm == "more types" else 7)


def replaced(path: Path, old: bytes, new: bytes) -> None:
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new))


def test_a_long_document_is_not_taken_for_one_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time limit of a file starts anew with every clause that the encoder has read."""
    beats: list[str] = []
    monkeypatch.setattr(sandbox, "_beat", [lambda: beats.append("+")])
    second = Model.load(model_folder("careful")).second
    assert second is not None
    second.encoder.scores([ClauseText("建设园区")] * 3)
    assert len(beats) == 3

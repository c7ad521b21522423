"""Places: real shapes of issuers, titles and 文号, and words that only look like places. All texts here are made up."""

from __future__ import annotations

import csv
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from policytext import errors, places, regions
from policytext.schema import Region


def rows(name: str) -> list[dict[str, str]]:
    with places.data_file(name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(line for line in lines if not line.startswith("#")))


WORDS = tomllib.loads(places.data_file("regions_words.toml").read_text(encoding="utf-8"))


def names(region: Region) -> tuple[str, str, str]:
    return region.province, region.city, region.district


@pytest.mark.parametrize(
    ("issuer", "province", "city", "district", "code"),
    [
        ("江苏省人民政府", "江苏省", "", "", "320000"),
        ("南京市科学技术局", "江苏省", "南京市", "", "320100"),
        ("广州南沙新区管理委员会", "广东省", "广州市", "南沙区", "440115"),
        ("南京江北新区管理委员会", "江苏省", "南京市", "江北新区", "320100"),
        ("青岛市崂山区人民政府", "山东省", "青岛市", "崂山区", "370212"),
        ("市北区人民政府办公室", "山东省", "青岛市", "市北区", "370203"),
        ("上海市公安局奉贤分局", "上海市", "", "奉贤区", "310120"),
        ("中共杭州市委办公厅", "浙江省", "杭州市", "", "330100"),
        ("中共广东省委", "广东省", "", "", "440000"),
        ("中国共产党南京市委员会", "江苏省", "南京市", "", "320100"),
        ("恩施州人民政府", "湖北省", "恩施土家族苗族自治州", "", "422800"),
        ("海南州农牧局", "青海省", "海南藏族自治州", "", "632500"),
        ("海南省财政厅", "海南省", "", "", "460000"),
        ("佛山市南海区经济促进局", "广东省", "佛山市", "南海区", "440605"),
        ("吉林市工业和信息化局", "吉林省", "吉林市", "", "220200"),
        ("吉林省工业和信息化厅", "吉林省", "", "", "220000"),
        ("潜江市人民政府", "湖北省", "", "潜江市", "429005"),
        ("陇县人民政府", "陕西省", "宝鸡市", "陇县", "610327"),
        ("港口区人民政府", "广西壮族自治区", "防城港市", "港口区", "450602"),
        ("晋城市城区人民政府", "山西省", "晋城市", "城区", "140502"),
        ("宁波市市场监督管理局", "浙江省", "宁波市", "", "330200"),
        ("广州市民政局", "广东省", "广州市", "", "440100"),
        ("新疆生产建设兵团办公厅", "新疆维吾尔自治区", "新疆生产建设兵团", "", "650000"),
        ("香港特别行政区政府", "香港特别行政区", "", "", "810000"),
        ("苏州工业园区管理委员会", "江苏省", "苏州市", "苏州工业园区", "320500"),
        ("国家税务总局重庆市税务局", "重庆市", "", "", "500000"),
        ("中国人民银行上海总部", "上海市", "", "", "310000"),
    ],
)
def test_issuer(issuer: str, province: str, city: str, district: str, code: str) -> None:
    assert regions.locate("关于促进产业发展的通知", [issuer]) == Region(province, city, district, code)


@pytest.mark.parametrize(
    "issuer",
    [
        "国务院",
        "国务院办公厅",
        "工业和信息化部",
        "国家发展改革委",
        "中共中央",
        "国务院台湾事务办公室",
        "北京大学",
        "中山大学",
        "西安交通大学",
        "黄山风景区管理委员会",
        "南区街道办事处",
        "上海证券交易所",
        "上海合作组织成员国元首理事会",
        "市人力资源和社会保障局",
        "鼓楼区人民政府",
        "朝阳区科技局",
        "",
    ],
)
def test_no_place(issuer: str) -> None:
    assert regions.locate("关于促进产业发展的通知", [issuer]) == Region()


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("广州南沙促进产业发展办法", ("广东省", "广州市", "南沙区")),
        ("关于印发广州市黄埔区促进产业发展办法的通知", ("广东省", "广州市", "黄埔区")),
        ("贵阳贵安稳增长措施", ("贵州省", "贵阳市", "")),
        ("关于印发《深圳市促进产业发展办法》的通知", ("广东省", "深圳市", "")),
        ("中国（浙江）自由贸易试验区条例", ("浙江省", "", "")),
        ("上海市促进浦东新区发展规定", ("上海市", "", "")),
        ("杭州市钱塘江保护条例", ("浙江省", "杭州市", "")),
        ("昆山市若干措施。徐州市办法", ("江苏省", "苏州市", "昆山市")),
        ("广州市路灯管理办法", ("广东省", "广州市", "")),
        ("北京市会议费管理办法", ("北京市", "", "")),
        ("杭州大学生创业办法", ("浙江省", "杭州市", "")),
        ("城区公交管理办法", ("", "", "")),
        ("河南省技术市场条例", ("河南省", "", "")),
        ("广东省商务厅关于支持深圳市发展的通知", ("广东省", "", "")),
        ("省政府关于支持南京市发展的意见", ("江苏省", "", "")),
        ("重庆市人民政府办公厅 四川省人民政府办公厅关于印发双城规划的通知", ("", "", "")),
        ("国务院关于同意设立南京江北新区的批复", ("", "", "")),
        ("国务院办公厅关于山西、安徽省事故的通报", ("", "", "")),
        ("财政部关于支持海南省发展的通知", ("", "", "")),
        ("关于中原区域合作的意见", ("", "", "")),
        ("关于推进老城区改造的意见", ("", "", "")),
        ("关于建设新城区的通知", ("", "", "")),
        ("关于加强资本市场建设的意见", ("", "", "")),
        ("关于推进京津冀协同的意见", ("", "", "")),
    ],
)
def test_title(title: str, expected: tuple[str, str, str]) -> None:
    assert names(regions.locate(title)) == expected


@pytest.mark.parametrize("word", [word for word in WORDS["central"] if "(" not in word])
def test_central_word(word: str) -> None:
    assert regions.locate("办法", [word], "粤府〔2021〕1号") == Region()
    assert regions.locate(f"{word}关于支持南京市发展的通知") == Region()


@pytest.mark.parametrize("word", WORDS["never"])
def test_word_that_holds_a_place_name(word: str) -> None:
    assert regions.locate(f"{word}管理办法", [f"{word}办公室"]) == Region()


@pytest.mark.parametrize("word", WORDS["need_suffix"])
def test_word_that_is_a_city_only_with_its_suffix(word: str) -> None:
    assert regions.locate(f"{word}发展办法") == Region()
    assert regions.resolve(word).code


@pytest.mark.parametrize("word", WORDS["need_parent"])
def test_word_that_is_a_district_only_after_its_city(word: str) -> None:
    assert regions.locate(f"{word}改造办法") == Region()


def test_shared_name_needs_its_parent() -> None:
    assert names(regions.locate("南京市鼓楼区发展规划", ["鼓楼区人民政府"])) == ("江苏省", "南京市", "鼓楼区")
    assert names(regions.locate("发展规划", ["鼓楼区人民政府"], "榕政〔2021〕1号")) == ("福建省", "福州市", "鼓楼区")
    assert names(regions.locate("发展规划", ["西安市长安区人民政府"])) == ("陕西省", "西安市", "长安区")
    assert names(regions.locate("发展规划", ["长安区人民政府"])) == ("", "", "")


def test_issuer_goes_before_title_and_number() -> None:
    assert names(regions.locate("苏州市办法", ["无锡市人民政府"], "苏府〔2021〕1号")) == ("江苏省", "无锡市", "")
    assert names(regions.locate("办法", ["市人民政府"], "苏府〔2021〕1号")) == ("江苏省", "苏州市", "")


def test_title_narrows_the_issuer_only_where_it_begins_with_the_place() -> None:
    assert names(regions.locate("开封市数据条例", ["河南省人民代表大会常务委员会"])) == ("河南省", "开封市", "")
    assert names(regions.locate("转发开封市数据办法", ["河南省人民政府"])) == ("河南省", "", "")
    assert names(regions.locate("河南省人民政府关于开封市规划的批复", ["河南省人民政府"])) == ("河南省", "", "")
    assert names(regions.locate("洛阳市数据条例", ["江苏省人民政府"])) == ("江苏省", "", "")


def test_central_issuer_ignores_the_number() -> None:
    assert regions.locate("办法", ["国务院"], "粤府〔2021〕1号") == Region()


def test_joint_issuers_share_what_they_have_in_common() -> None:
    assert names(regions.locate("办法", ["南京市财政局", "苏州市财政局"])) == ("江苏省", "", "")
    assert names(regions.locate("办法", ["广州市财政局", "广州市天河区财政局"])) == ("广东省", "广州市", "天河区")
    assert regions.locate("办法", ["江苏省财政厅", "浙江省财政厅"]) == Region()


@pytest.mark.parametrize("row", rows("docno_prefixes.csv"), ids=lambda row: row["prefix"])
def test_prefix(row: dict[str, str]) -> None:
    assert regions.locate("关于促进产业发展的通知", doc_no=row["example"]).code == row["place"]


@pytest.mark.parametrize(
    "number", ["国发〔2021〕1号", "工信部联企业〔2021〕1号", "宁政发〔2021〕1号", "常政办发〔2021〕1号", "2021年第1号", ""]
)
def test_prefix_that_says_nothing(number: str) -> None:
    assert regions.locate("关于促进产业发展的通知", doc_no=number) == Region()


@pytest.mark.parametrize("row", rows("regions_supplement.csv"), ids=lambda row: row["name"])
def test_supplement(row: dict[str, str]) -> None:
    known = {division["code"]: division["name"] for division in rows("regions.csv")}
    assert row["parent"] in known
    assert row["code"] not in known
    assert row["source"]
    for name in (row["name"], *filter(None, row["aliases"].split("|"))):
        found = regions.resolve(name)
        assert row["name"] in names(found) or known[row["parent"]] in names(found)
        assert found.code == row["code"] or found.code == row["parent"]
        assert regions.locate("办法", [f"{name}管理委员会"]) == found


def test_every_division_is_found_under_its_parents() -> None:
    known = {row["code"]: row for row in rows("regions.csv")}
    for code, row in known.items():
        if "直辖县级行政区划" in row["name"]:
            continue
        chain, parent = row["name"], row["parent"]
        while parent:
            if "直辖县级行政区划" not in known[parent]["name"]:
                chain = known[parent]["name"] + chain
            parent = known[parent]["parent"]
        assert regions.locate("办法", [chain + "人民政府"]).code == code, chain


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("江苏", ("江苏省", "", "")),
        ("江苏省", ("江苏省", "", "")),
        ("南京", ("江苏省", "南京市", "")),
        ("江苏省南京市", ("江苏省", "南京市", "")),
        ("江苏南京", ("江苏省", "南京市", "")),
        ("江北新区", ("江苏省", "南京市", "江北新区")),
        ("内蒙古", ("内蒙古自治区", "", "")),
        ("新疆", ("新疆维吾尔自治区", "", "")),
        ("香港", ("香港特别行政区", "", "")),
        ("吉林", ("吉林省", "", "")),
        ("吉林市", ("吉林省", "吉林市", "")),
        ("黄埔区", ("广东省", "广州市", "黄埔区")),
        ("北京市朝阳区", ("北京市", "", "朝阳区")),
        ("恩施", ("湖北省", "恩施土家族苗族自治州", "")),
        ("延边州", ("吉林省", "延边朝鲜族自治州", "")),
        ("景宁", ("浙江省", "丽水市", "景宁畲族自治县")),
        ("海南", ("海南省", "", "")),
        ("昆山", ("江苏省", "苏州市", "昆山市")),
        ("中山", ("广东省", "中山市", "")),
        ("白银", ("甘肃省", "白银市", "")),
    ],
)
def test_resolve(name: str, expected: tuple[str, str, str]) -> None:
    assert names(regions.resolve(name)) == expected


@pytest.mark.parametrize("name", ["", "火星", "鼓楼区", "南京大学", "南京的天气", "全国"])
def test_resolve_refuses(name: str) -> None:
    with pytest.raises(errors.WrongUsage) as caught:
        regions.resolve(name)
    assert caught.value.code == "unknown_region"
    assert caught.value.reason("zh")


def test_refusal_names_the_options() -> None:
    with pytest.raises(errors.WrongUsage) as caught:
        regions.resolve("通州区")
    assert "北京市通州区" in caught.value.details["options"]  # type: ignore[operator]


def test_matches() -> None:
    nanjing, district = regions.resolve("南京"), regions.resolve("江北新区")
    assert regions.matches(district, nanjing)
    assert regions.matches(district, regions.resolve("江苏"))
    assert not regions.matches(nanjing, district)
    assert not regions.matches(Region(), nanjing)
    assert regions.matches(Region(), Region())


def test_export_writes_parents_that_exist(tmp_path: Path) -> None:
    dist = tmp_path / "package" / "dist"
    dist.mkdir(parents=True)
    (dist / "province.csv").write_text("code,name,province\n410000,河南省,41\n", encoding="utf-8")
    (dist / "city.csv").write_text("code,name,province,city\n410100,郑州市,41,01\n", encoding="utf-8")
    (dist / "area.csv").write_text("code,name,p,c,a\n410102,中原区,41,01,02\n419001,济源市,41,90,01\n", encoding="utf-8")
    for name in ("hongkong.csv", "macau.csv"):
        (dist / name).write_text("code, name, province\n", encoding="utf-8")
    script = Path(__file__).parent.parent / "scripts" / "export_regions.py"
    out = tmp_path / "regions.csv"
    subprocess.run([sys.executable, str(script), str(tmp_path / "package"), str(out)], check=True)
    lines = [line for line in out.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert lines == ["code,name,parent", "410000,河南省,", "410100,郑州市,410000", "410102,中原区,410100", "419001,济源市,410000"]


def test_a_branch_of_a_central_body_signs_with_its_province() -> None:
    assert regions.locate("关于印发若干措施的通知", ["海南省发展和改革委员会", "中国人民银行海口中心支行"]).city == ""
    assert regions.locate("关于印发若干措施的通知", ["中国人民银行海口中心支行"]).city == "海口市"

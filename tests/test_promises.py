"""Promises: amounts and their roles, tiers, what is said beside them, tables, feasibility."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from policytext.cli.main import program
from policytext.places import sample_folder
from policytext.promises import feasibility, find_promises, judged
from policytext.promises.plain import plain
from policytext.promises.sentences import sentences
from policytext.promises.tables import header, in_words
from policytext.promises.wording import raw, wordings
from policytext.report.promises import amount, tier_in_words
from policytext.schema import Clause, Period, Promise, Record, Tier, Unit

SAMPLES = sample_folder() / "pdf"
RULES = raw()["role"]


@pytest.mark.parametrize("rule", RULES, ids=[rule["name"] for rule in RULES])
def test_each_rule_has_an_example_that_works(rule: dict[str, Any]) -> None:
    before, _, rest = rule["example"].partition("[")
    marked, _, after = rest.partition("]")
    words = wordings()
    flat = plain(before + marked + after, words)
    # An example of a rule for "none" may leave its sentence without any role.
    found = [one for sentence in sentences(flat.text, "", words) for one in sentence.found]
    here = [one.role for one in found if one.row.start <= len(before) < one.row.end]
    assert here == [rule["role"]] or (not here and rule["role"] == "none")


def tiers(text: str) -> list[tuple[Any, ...]]:
    return [(tier.threshold, tier.reward, tier.reward_unit, tier.cap) for one in find_promises(text) for tier in one.tiers]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "营业收入首次达到2000万元、5000万元、1亿元以上的，分别给予50万元、100万元、200万元奖励。",
            [(20000000, 500000, "元", None), (50000000, 1000000, "元", None), (100000000, 2000000, "元", None)],
        ),
        ("对新上链的企业，按实际投入的30%给予补助，最高不超过300万元。", [(None, 30, "%", 3000000)]),
        ("单个项目资助不超过200万元且不超过核定费用的40%。", [(None, 40, "%", 2000000)]),
        ("对获评的实验室给予最高80 万元经费支持。", [(None, None, "元", 800000)]),
        ("每培育一家上链企业，给予园区三万元奖励。", [(None, 30000, "元/家", None)]),
        ("对领军人才，给予100万元—300万元资助。", [(None, 3000000, "元", None)]),
        ("按国家级、省级、市级，分别给予20、10、5万元奖励。", [(None, n, "元", None) for n in (200000, 100000, 50000)]),
        ("对出口额超过500万美元的企业，给予20万元奖励。", [(5000000, 200000, "元", None)]),
        ("对来青溪就业的硕士，每人每月发放800元生活补贴。", [(None, 800, "元/人/月", None)]),
        ("租用园区办公用房的，按每平方米每月20元给予补贴，每家企业最高50万元。", [(None, 20, "元/平方米/月", 500000)]),
        ("给予百万元奖励，另按贷款利息的10%给予贴息。", [(None, 1000000, "元", None), (None, 10, "%", None)]),
        ("给予每套3万购房消费补贴，学历为硕士的奖励5万。", [(None, 30000, "元/套", None), (None, 50000, "元", None)]),
        ("市财政按2个百分点给予贴息，每户最高50万元。", [(None, 2, "%", 500000)]),
        ("给予优秀青年50万元购房补贴，补贴金额不超过购房款的50%。", [(None, 500000, "元", None)]),
        ("提供最高100万元购房补贴或最高50%租金补贴。", [(None, None, "元", 1000000), (None, 50, "%", None)]),
        ("补贴分别从每人每月209元、280元提高到217元、290元。", [(None, 217, "元/人/月", None), (None, 290, "元/人/月", None)]),
        ("实施3至5个项目的，给予10万元奖励；实施6个以上项目的，给予20万元奖励。", [(3, 100000, "元", None), (6, 200000, "元", None)]),
        ("顶尖人才按购房总价的50%兑现购房补贴，最高不超过200万元。", [(None, 50, "%", 2000000)]),
        ("给予最高可达5万元购车补贴。", [(None, None, "元", 50000)]),
        ("给予单个项目不低于1000万元的奖励。", [(None, 10000000, "元", None)]),
        ("给予实习学生每人100元/月的补贴。", [(None, 100, "元/人/月", None)]),
        ("设备更新的支持门槛由总投入2000万元以上调整到1000万元以上，补助金额不超过总投入的10%。", [(20000000, 10, "%", None)]),
        # each of a list of ceilings is another's
        (
            "资助额度：歌剧项目不超过400万元；杂技剧项目不超过300万元；单人舞项目不超过10万元。",
            [(None, None, "元", n) for n in (4e6, 3e6, 1e5)],
        ),
        (
            "通过本途径获得注册的，每个地区每件资助不超过8000元，在其他国家获得注册的，每个国家每件资助不超过2000元。",
            [(None, None, "元/件", 8000), (None, None, "元/件", 2000)],
        ),
        (
            "国家级试点活动补助金额不高于40万元。市级试点活动可以给予补助。每项补助金额不高于15万元。",
            [(None, None, "元", 4e5), (None, None, "元", 1.5e5)],
        ),
        (
            "按照首批合同金额30%的比例给予支持。国际首创产品支持金额不超过500万元，国内首创产品支持金额不超过300万元。",
            [(None, 30, "%", 5e6), (None, 30, "%", 3e6)],
        ),
        ("单个绿色商场项目奖励资金不超过10万元。", [(None, None, "元", 100000)]),
        ("按照中心建设预算总额30%的比例给予支持。", [(None, 30, "%", None)]),
        ("补贴标准为每次就餐费用的四分之一，最高不超过3元。", [(None, 25, "%", 3)]),
        ("给予5万-500万不等的资助。", [(None, 5000000, "元", None)]),
        ("特困人员基本生活标准每人每月分别为2413元、2512元。", [(None, 2413, "元/人/月", None), (None, 2512, "元/人/月", None)]),
        ("购买90至144平方米住房的，补贴1万元；144平方米以上的，补贴2万元。", [(90, 10000, "元", None), (144, 20000, "元", None)]),
        ("购买二套房及以上的，按契税的25%给予补助。", [(None, 25, "%", None)]),
        ("居民医保补助标准由每人每年320元提高到380元。", [(None, 380, "元/人/年", None)]),
        ("200—300万元的给予80万元扶持。", [(2000000, 800000, "元", None)]),
        ("将补贴标准由每人300元提高到每人500元。", [(None, 500, "元/人", None)]),
        (
            "给予500万元的开办补助，并每年给予不超过运营支出20%、最高100万元的补助。",
            [(None, 5000000, "元", None), (None, 20, "%", 1000000)],
        ),
        (
            "投资1000万元（含）—5000万元、5000万元（含）以上的，分别补助50万元、150万元。",
            [(10000000, 500000, "元", None), (50000000, 1500000, "元", None)],
        ),
        (
            "按建筑面积给予每平方米100元补贴。其中，面积90平方米以下的，最高不超过1万元；面积90平方米以上的，最高不超过2万元。",
            [(90, 100, "元/平方米", 10000), (90, 100, "元/平方米", 20000)],
        ),
        (
            "奖励标准为：一等奖10万元/项，二等奖5万元/项；优秀论文1万元/项，优秀报告0.5万元/项。",
            [(None, n, "元/项", None) for n in (100000, 50000, 10000, 5000)],
        ),
        ("按费用的50%，每项给予不超过30万元补助。", [(None, 50, "%", 300000)]),
        (
            "按投资额最高50%，省级首店最高给予200万元支持，市级首店最高给予100万元支持。",
            [(None, 50, "%", 2000000), (None, 50, "%", 1000000)],
        ),
        ("按不高于80%的比例给予奖补，其中第一年为80%，第二年为60%。", [(None, 80, "%", None), (None, 60, "%", None)]),
        (
            "第一年分别给予不超过100万元、20万元补助，第二年分别给予不超过50万元、10万元补助。",
            [(None, None, "元", n * 10000) for n in (100, 20, 50, 10)],
        ),
        (
            "对成功组织30家以上单位500个以上岗位、60家以上单位1000个以上岗位的，分别按每场2000元、3000元给予补贴。",
            [(30, 2000, "元/场", None), (60, 3000, "元/场", None)],
        ),
        ("对符合下列条件的企业，给予5万元支持：（一）营业额达到500万元以上。", [(5000000, 50000, "元", None)]),
        ("对购买新能源汽车的个人，减半征收车辆购置税。", [(None, 50, "%", None)]),
        (
            "装修费用之和超过50万元的，给予支持。其中零售企业补助20%，最高30万元；餐饮企业补助10%。",
            [(500000, 20, "%", 300000), (500000, 10, "%", None)],
        ),
        ("对引进的硕士一次性发放入户奖励，其中博士5万元、硕士3万元。", [(None, 50000, "元", None), (None, 30000, "元", None)]),
    ],
)
def test_the_tiers_of_a_promise(text: str, wanted: list[tuple[Any, ...]]) -> None:
    assert tiers(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "到2025年，全市链上经济规模突破300亿元，给予重点支持。",
        "市财政每年安排2亿元专项资金，支持产业发展。",
        "违反本办法的，处五千元以上三万元以下罚款。",
        "全年累计发放补贴1.2亿元，惠及3万人。",
        "奖励资金由市、区各承担50%。",
        "对产值首次突破10亿元的企业，鼓励各区给予支持。",
        "本措施所称规模以上企业，是指年营业收入2000万元以上的企业。",
        "立项后先期拨付资助资金总额的50%，验收后拨付其余部分。",
        "开发单位可申请返还50%的质量保修金。",
        "允许发行人使用不超过40%的债券资金补充营运资金。",
        "全市每年发放不少于1000万元消费券，促进消费。",
        "奖励性绩效占比不低于绩效工资总量的70%。",
        "本次消费补贴总额为600万元，用完即止。",
        "购买新建住房的，最低首付款比例为15%。",
        "优惠券由自愿承担5%购房优惠的企业发放。",
        # what all together got or will get
        "去年发放以工代赈报酬4.19亿元，带动农民增收。",
        "安排1.65亿元支持各地扩大消费。",
        # numbers that are no money
        "支持3万农民工就业创业，帮扶5.2万脱贫户。",
        "五年取得科技成果14万多项。",
        "下调贷款利率1个百分点。",
        "贷款利率上浮幅度不得超过市场报价利率的40%。",
        "专项转移支付项目减少三分之一，提高一般性转移支付比例。",
        "参保企业裁员率不高于职工总数的20%。",
        "本文件实施期内购房补贴总额不超过1000万元。",
        "为主营业务收入1亿元及以下的文化企业提供贷款贴息支持。",
    ],
)
def test_what_is_no_promise(text: str) -> None:
    assert find_promises(text) == []


def test_loan_ceilings_and_price_deductions_are_terms() -> None:
    found = find_promises("个人可申请最高20万元的创业担保贷款。采购时给予小微企业10%的价格扣除。新招用人员每人补贴1000元。")
    assert [one.benefit for one in found] == ["terms", "terms", "money"]


def test_a_loan_limit_that_is_raised_is_its_new_one() -> None:
    (one,) = find_promises("双职工公积金贷款最高额度由100万元提高至120万元。")
    assert (one.benefit, [tier.reward or tier.cap for tier in one.tiers]) == ("terms", [1200000])


@pytest.mark.parametrize(
    ("text", "who", "condition"),
    [
        ("补贴标准：购买燃油汽车的，补贴3000元。", "other", "购买燃油汽车"),
        ("二是对新来青溪的毕业生，依据学历分别享受3万元补贴。", "person", "新来青溪的毕业生"),
        ("购买房屋所对应的车位的个人，给予2000元补贴。", "person", "购买房屋所对应的车位的个人"),
        ("三是对应届毕业生，给予2000元补贴。", "person", "应届毕业生"),
        ("对口支援的企业，给予2万元补贴。", "enterprise", "对口支援的企业"),
        ("购买车位的，对购房人给予3000元补贴。", "person", "购买车位的,对购房人"),
        ("企业当年招用毕业生的，每人补贴1000元。", "enterprise", "企业当年招用毕业生"),
        ("购买住房的自然人，由县区政府给予1万元补贴。", "person", "购买住房的自然人"),
    ],
)
def test_who_must_do_what(text: str, who: str, condition: str) -> None:
    (one,) = find_promises(text)
    assert (one.who, one.condition) == (who, condition)


def test_a_condition_does_not_begin_in_the_promise_before_it() -> None:
    found = find_promises("在甲镇购房的给予240元/平方米购房补贴，在乙镇购房的给予180元/平方米购房补贴。")
    assert [one.condition for one in found] == ["在甲镇购房", "在乙镇购房"]


def test_a_ceiling_in_a_sentence_of_its_own_limits_what_stands_before_it() -> None:
    text = "对购买服务的企业，按合同额的20%给予补助。对租用算力的企业，按费用的30%给予补助。单个企业每年补助金额最高不超过100万元。"
    assert [tier[3] for tier in tiers(text)] == [1000000, 1000000]
    (first, _) = find_promises(text)
    assert first.cap_scope == "每年"


def test_the_lower_of_two_ceilings_limits_each_payment() -> None:
    (one,) = find_promises("对参加境外展会的企业，给予展位费最高80%支持，单个企业每年最高60万元，单个展会最高5万元。")
    assert ([tier.cap for tier in one.tiers], one.cap_total, one.cap_scope) == ([50000], 600000, "每年")
    (one,) = find_promises("单个专利池支持总金额不超过2000万元。第一年支持金额不超过1000万元。")
    assert ([tier.cap for tier in one.tiers], one.cap_total) == ([10000000], 20000000)


def test_a_ceiling_over_fixed_sums_is_one_over_all_of_them() -> None:
    (one,) = find_promises("每认定一件专利奖励1000元，同一单位每年最高不超过5万元。")
    assert (one.tiers[0].reward, one.tiers[0].cap, one.cap_total) == (1000, None, 50000)


def test_what_is_said_beside_the_amounts() -> None:
    text = "支持企业做大。对新认定的企业，连续两年营业收入增速超过20%的，连续3年每年给予最高30万元奖励。"
    (one,) = find_promises(text)
    assert (one.who, one.metric, one.window, one.pay_years, one.first_time) == ("enterprise", "revenue", "连续2年", 3, False)
    assert one.condition == "新认定的企业,连续两年营业收入增速超过20%"
    assert text[one.start : one.end] == one.text
    assert text[one.tiers[0].start : one.tiers[0].end] == "30万元"


@pytest.mark.parametrize(
    ("text", "years", "window"),
    [
        ("自认定次年起连续3年给予贡献奖励，每年50万元。", 3, ""),
        ("对新引进的博士，三年内每人每月给予3000元补贴。", 3, ""),
        ("连续3年获得认定的企业，给予10万元奖励。", None, "连续3年"),
    ],
)
def test_years_that_pay_and_years_that_count(text: str, years: int | None, window: str) -> None:
    promise = find_promises(text)[0]
    assert (promise.pay_years, promise.window) == (years, window)


def test_what_is_shown_at_the_counter_names_no_step() -> None:
    promise = find_promises("二孩家庭、三孩家庭，购房时凭户口本和出生证明，分别按300元/平方米、500元/平方米给予补贴。")[0]
    assert [tier.threshold_label for tier in promise.tiers] == ["二孩家庭", "三孩家庭"]


def test_the_words_right_before_the_amounts_name_the_steps() -> None:
    promise = find_promises("被国家、省认定的研发机构，按博士每人8万元、硕士每人5万元的标准给予补贴。")[0]
    assert [tier.threshold_label for tier in promise.tiers] == ["博士", "硕士"]


def test_there_is_no_scope_without_a_ceiling() -> None:
    assert find_promises("每年按实缴失业保险费的60%返还稳岗补贴。")[0].cap_scope == ""
    assert find_promises("按费用的60%给予补贴，每年最高10万元。")[0].cap_scope == "每年"


def test_the_steps_of_a_list_are_named() -> None:
    (one,) = find_promises("对获得市级、省级、国家级称号的园区，分别给予10万元、20万元、50万元奖励。")
    assert [tier.threshold_label for tier in one.tiers] == ["市级", "省级", "国家级"]


def test_every_amount_keeps_its_place_through_blanks_and_brackets() -> None:
    text = "对（注册于 本区的）企业，给予 50 万元\n奖励（责任单位：市工信局）。"
    (one,) = find_promises(text)
    assert text[one.tiers[0].start : one.tiers[0].end].replace(" ", "") == "50万元"


@pytest.mark.parametrize("piece", ["每", "由", "根据", "对1万元,", "奖励1万元;", "（", "【一】", "和"])
def test_repetition_does_not_hang_the_reader(piece: str) -> None:
    """Patterns with many ways to match took minutes on such rows."""
    find_promises(f"对企业,{piece * 400}给50万元奖励{piece * 400}")


def table(*texts: str) -> list[Clause]:
    return [Clause(Record("a.txt"), number, Unit("table", "", text, 1, 0, len(text))) for number, text in enumerate(texts)]


def test_tiers_in_a_table() -> None:
    found = list(judged(table("年度营业收入 | 奖励金额（万元）", "5000万元以上 | 50", "1亿元以上 | 100")))
    assert [(one.promise.tiers[0].threshold, one.promise.tiers[0].reward) for one in found] == [(50000000, 500000), (100000000, 1000000)]
    assert found[0].promise.text == "5000万元以上 | 50"


def test_a_column_of_ceilings_limits_the_rate_beside_it() -> None:
    sentence = in_words(header("投资额 | 补助比例 | 补助上限"), "1000万元以上 | 10% | 200万元")
    assert tiers(sentence) == [(10000000, 10, "%", 2000000)]


@pytest.mark.parametrize("row", ["2025年 | 80 | 奖励", "单独一格", "名称 | 地点"])
def test_other_rows_head_no_table_of_promises(row: str) -> None:
    assert header(row) == []


def test_items_are_read_with_what_opens_their_list() -> None:
    record = Record("a.txt")
    units = [Unit("clause", "第三条", "按以下标准给予补助：", 1, 0, 10), Unit("item", "第三条/（一）", "一等项目20万元；", 1, 10, 20)]
    found = list(judged(Clause(record, number, unit) for number, unit in enumerate(units)))
    assert [one.promise.tiers[0].reward for one in found] == [200000]


YEARLY = Promise(condition="年度营业收入首次达到1亿元", metric="revenue", window="年度", tiers=(Tier(threshold=1e8),))
PROJECT = Promise(
    condition="政策期内自主研发的项目,年度营业收入首次达到1亿元", metric="revenue", window="年度", tiers=(Tier(threshold=1e8),)
)
NEWCOMER = Promise(condition="新落户企业连续三年营业收入超过1亿元", metric="revenue", window="连续3年", tiers=(Tier(threshold=1e8),))
EVENT = Promise(condition="当年获评国家级称号", metric="recognition", window="年度", pay_years=3, tiers=(Tier(reward=1e6),))
YEAR, THREE = Period("2020-07-10", "2021-07-09", 12), Period("2020-07-10", "2023-07-09", 36)


@pytest.mark.parametrize(
    ("promise", "period", "verdict", "reason"),
    [
        (PROJECT, YEAR, "not_in_time", "no_year_after_project"),
        (PROJECT, Period(months=12), "not_in_time", "no_year_after_project"),
        (PROJECT, THREE, "in_time", "year_inside"),
        (PROJECT, Period(open_ended=True), "in_time", "open_ended"),
        (PROJECT, Period(), "unknown", "no_period"),
        (YEARLY, YEAR, "tight", "year_began_before"),
        (YEARLY, THREE, "in_time", "year_inside"),
        (YEARLY, Period("2021-01-01", "2021-12-31", 12), "tight", "settled_after_end"),
        (YEARLY, Period("2021-02-01", "2021-11-30", 10), "not_in_time", "no_whole_year"),
        (YEARLY, Period(months=36), "in_time", "long_enough"),
        (YEARLY, Period(months=24), "tight", "depends_on_start"),
        (NEWCOMER, YEAR, "not_in_time", "too_few_years"),
        (NEWCOMER, Period("2021-01-01", "2024-12-31", 48), "in_time", "year_inside"),
        (replace(YEARLY, condition="上一年度营业收入达到1亿元"), YEAR, "in_time", "no_time_needed"),
        (replace(YEARLY, condition="一季度产值同比增长10%"), YEAR, "in_time", "no_time_needed"),
        (replace(YEARLY, tiers=(Tier(threshold=2e7, threshold_bound="max"),)), YEAR, "in_time", "no_time_needed"),
        (EVENT, YEAR, "tight", "payments_outlive"),
        (EVENT, THREE, "in_time", "no_time_needed"),
    ],
)
def test_whether_a_promise_can_be_collected(promise: Promise, period: Period, verdict: str, reason: str) -> None:
    found = feasibility(promise, period)
    assert (found.verdict, found.reasons[0]) == (verdict, reason)


@pytest.mark.parametrize(
    ("value", "unit", "wanted"),
    [(20000000, "元", "2000万元"), (1.5e8, "元", "1.5亿元"), (0.15, "%", "0.15%"), (800, "元/人/月", "800元/人/月")],
)
def test_amounts_are_shown_as_policies_print_them(value: float, unit: str, wanted: str) -> None:
    assert amount(value, unit) == wanted


def run(*arguments: object) -> Any:
    return CliRunner().invoke(program, [str(argument) for argument in arguments])


def rows_of(*arguments: object) -> list[dict[str, Any]]:
    done = run(*arguments, "--format", "jsonl")
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_ready_made_clauses(tmp_path: Path) -> None:
    path = tmp_path / "clauses.jsonl"
    path.write_text(json.dumps({"id": "x", "text": "对企业给予5万元奖励。个人可申请最高10万元的担保贷款。"}, ensure_ascii=False), "utf-8")
    (row,) = rows_of("promises", "--clauses", path)
    assert (row["id"], row["reward"], row["feasible"], row["why"]) == ("x", 50000, "unknown", "没有写明执行期限")
    assert len(rows_of("promises", "--clauses", path, "--benefit", "all")) == 2
    assert run("promises", "--clauses", path, "--province", "江苏").exception.code == "filters_and_clauses"


def test_the_promise_that_nobody_can_collect() -> None:
    """The finding of the 2020 analysis, on the reconstruction of that policy."""
    rows = rows_of("promises", SAMPLES / "01_jiangsu_jiangbei.pdf", "--feasible", "not_in_time")
    assert [(row["path"], row["threshold"], row["reward"]) for row in rows] == [
        ("第二条", 20000000, 500000),
        ("第二条", 50000000, 1000000),
        ("第二条", 100000000, 2000000),
    ]
    assert (rows[0]["months"], rows[0]["months_needed"], rows[0]["reasons"]) == (12, 13, ["no_year_after_project"])


def test_a_measure_compared_across_provinces(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    files = [SAMPLES / name for name in ("01_jiangsu_jiangbei.pdf", "17_fujian.pdf", "13_guizhou.pdf")]
    assert run("add", *files, "--corpus", folder).exit_code == 0
    rows = {row["name"]: row for row in rows_of("compare", "fund", "--corpus", folder)}
    assert rows["江苏省"]["months"] == {"min": 12, "max": 12}
    assert rows["江苏省"]["reward_wan"]["max"] == 500
    assert rows["福建省"]["threshold_wan"] == {"min": 500, "max": 5000}
    assert set(rows) == {"江苏省", "福建省", "贵州省"}
    one = rows_of("compare", "资金支持", "--by", "document", "--corpus", folder, "--province", "江苏")
    assert one[0]["evidence"]["path"]
    assert run("compare", "无此类", "--corpus", folder).exception.code == "unknown_measure"


def test_the_ceiling_of_a_rate_is_a_sum() -> None:
    (found,) = find_promises("对购买新建商品住房的个人，按600元/平方米给予补贴，单套最高8万元。")
    assert tier_in_words(found.tiers[0], found, "zh") == "600元/平方米，≤8万元"

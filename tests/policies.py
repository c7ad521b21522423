"""Many small policies of our own, for tests of the corpus."""

from __future__ import annotations

from pathlib import Path

TOWNS = "青白红紫金银玉石松竹"


def policy_text(number: int, clauses: int = 4) -> str:
    town = f"{TOWNS[number // 10 % 10]}{TOWNS[number % 10]}县"
    extra = "".join(f"第{n}条 对第{number}批{n}号项目给予{n}万元补助，由{town}人民政府负责落实。\n" for n in range(5, clauses + 1))
    return (
        f"{town}促进区块链产业发展若干措施\n{town}政发〔2020〕{number + 1}号\n"
        f"第一条 建设{town}区块链产业园，面积{number + 2}万平方米。\n"
        f"第二条 设立总规模{number + 1}亿元的区块链产业引导基金，对高新技术企业给予{number + 10}万元一次性奖励。\n"
        f"第三条 每年举办{number + 1}次区块链高端论坛。\n第四条 本措施自2020年4月1日起施行，有效期{number % 5 + 1}年。\n{extra}"
    )


def write_policies(folder: Path, number: int, clauses: int = 4) -> Path:
    """``number`` files in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in range(number):
        (folder / f"policy-{one:03}.txt").write_text(policy_text(one, clauses), "utf-8")
    return folder

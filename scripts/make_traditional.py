"""Write policytext/data/traditional.txt: traditional characters and the simplified ones that search puts in their place.

pip install opencc-python-reimplemented && python scripts/make_traditional.py

The pairs are those of OpenCC (t2s, Apache-2.0). A character of GB 2312 is left alone: 著 and 乾 are good simplified Chinese too. Pairs
whose simplified form is not in it are too rare to matter.
"""

from __future__ import annotations

from pathlib import Path

from opencc import OpenCC

HEAD = (
    "# Traditional characters, each followed by its simplified form: OpenCC's t2s table (Apache-2.0), without the characters of GB 2312",
    "# and rare ones.",
    "# Written by scripts/make_traditional.py.",
)
A_LINE = 40
#: In GB 2312 as a surname only.
ALSO = ("於于",)


def simplified_already(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def main() -> None:
    convert = OpenCC("t2s").convert
    characters = map(chr, range(0x4E00, 0xA000))
    found = [one + convert(one) for one in characters if not simplified_already(one)]
    pairs = [pair for pair in found if len(pair) == 2 and pair[0] != pair[1] and simplified_already(pair[1])]
    pairs += ALSO
    lines = [" ".join(pairs[start : start + A_LINE]) for start in range(0, len(pairs), A_LINE)]
    path = Path(__file__).parent.parent / "policytext" / "data" / "traditional.txt"
    path.write_text("\n".join([*HEAD, *lines]) + "\n", "utf-8")
    print(f"{path}: {len(pairs)} characters")


if __name__ == "__main__":
    main()

"""Write ``policytext/data/locale/zh/LC_MESSAGES/click.mo``, click's own messages in Chinese, from ``policytext/data/click_messages.toml``.

    python scripts/make_click_messages.py

The format is GNU gettext's (header, sorted originals, translations), which Python reads but does not write.
"""

from __future__ import annotations

import struct
import tomllib
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "policytext" / "data"
TARGET = DATA / "locale" / "zh" / "LC_MESSAGES" / "click.mo"
HEADER = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=1; plural=0;\n"


def compiled() -> bytes:
    table = tomllib.loads((DATA / "click_messages.toml").read_text("utf-8"))
    pairs = {"": HEADER, **table["one"]}
    # A message with a plural form is found under both, divided by a zero byte; Chinese has one form for all numbers.
    pairs |= {f"{entry['one']}\0{entry['many']}": entry["zh"] for entry in table["plural"]}
    entries = sorted((key.encode("utf-8"), text.encode("utf-8")) for key, text in pairs.items())
    count, table_size = len(entries), 8 * len(entries)
    place = 28 + 2 * table_size
    places: tuple[list[int], list[int]] = ([], [])
    for side in (0, 1):
        for entry in entries:
            places[side].extend((len(entry[side]), place))
            place += len(entry[side]) + 1
    head = struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + table_size, 0, 0)
    strings = b"".join(entry[side] + b"\0" for side in (0, 1) for entry in entries)
    return head + struct.pack(f"<{4 * count}I", *places[0], *places[1]) + strings


if __name__ == "__main__":
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_bytes(compiled())

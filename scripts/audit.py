"""Known holes in what the locks in requirements/ pin, by pip-audit: python scripts/audit.py PIP_AUDIT

First it asks about a version that is known to have some: a service that does not know them there is no witness for ours. Exit code 1 where
a hole is found; where nobody can be asked (no network), it says so and the exit code is 0.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

LOCKS = Path(__file__).resolve().parent.parent / "requirements"
#: The proof that the service answers: CVE-2020-28493 and later ones.
KNOWN = "jinja2==2.11.2"


def ask(program: str, *arguments: str) -> tuple[list[dict[str, Any]], str]:
    """The packages with their holes (``vulns``) or why they were left out (``skip_reason``); what was said when there is no answer."""
    command = [program, "--progress-spinner", "off", "--disable-pip", "--format", "json", *arguments]
    ended = subprocess.run(command, capture_output=True, text=True)
    try:
        return json.loads(ended.stdout)["dependencies"], ""
    except (ValueError, KeyError):
        return [], (ended.stderr.strip().splitlines() or ["no answer"])[-1]


def main(program: str) -> int:
    """See the module."""
    with tempfile.TemporaryDirectory() as folder:
        probe = Path(folder) / "known.txt"
        probe.write_text(KNOWN + "\n", "utf-8")
        found, said = ask(program, "--no-deps", "--requirement", str(probe))
    if not any(one.get("vulns") for one in found):
        why = said or next((one["skip_reason"] for one in found if "skip_reason" in one), f"{KNOWN} is called sound")
        print(f"依赖审计没有运行。 AUDIT NOT RUNNABLE HERE: the service of advisories does not answer ({why}).")
        return 0
    holes = []
    for lock in sorted(LOCKS.glob("*.txt")):
        found, said = ask(program, "--require-hashes", "--requirement", str(lock))
        skipped = [one["name"] for one in found if "skip_reason" in one]
        print(f"{lock.name}: {len(found) - len(skipped)} packages asked about; not known there: {', '.join(skipped) or 'none'} {said}")
        holes += [(lock, one, hole) for one in found for hole in one.get("vulns", ())]
    for lock, one, hole in holes:
        print(f"{lock.name}: {one['name']} {one['version']}: {hole['id']}, mended in {', '.join(hole['fix_versions']) or 'no version'}")
    return int(bool(holes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

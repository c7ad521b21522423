"""What can be imported from the package itself."""

from __future__ import annotations

import subprocess
import sys

import policytext


def test_every_name_leads_to_a_documented_thing() -> None:
    for name in policytext.__all__:
        assert getattr(policytext, name).__doc__, name


def test_the_package_alone_is_light() -> None:
    code = "import sys, policytext; print(sorted(name for name in sys.modules if name.startswith('policytext.')))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_an_unknown_name_is_told_as_python_tells_it() -> None:
    assert not hasattr(policytext, "no_such_thing")

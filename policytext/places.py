"""Where the shipped models and sample corpus lie: package data in an installed wheel, top-level folders in a checkout."""

from __future__ import annotations

from pathlib import Path

#: The store file of a corpus folder; a folder with it in is a corpus and never input.
STORE = "policytext.db"

#: The shipped label models (folders of ``models/``); careful is used where none is named.
SHIPPED_MODELS = CAREFUL, FAST = ("careful", "fast")

PACKAGE = Path(__file__).resolve().parent


def _shipped(inside: str, beside: str) -> Path:
    packed = PACKAGE / "data" / inside
    return packed if packed.is_dir() else PACKAGE.parent / beside


def data_file(name: str) -> Path:
    """A file of ``policytext/data``."""
    return PACKAGE / "data" / name


def template_file(name: str) -> Path:
    """A file of the pages that ``policytext report`` writes."""
    return PACKAGE / "report" / "templates" / name


def model_folder(model: str = "") -> Path:
    """Folder of a model: of a shipped one by its name (empty: careful), else ``model`` is a path."""
    name = model or CAREFUL
    return _shipped("models", "models") / name if name in SHIPPED_MODELS else Path(name)


def sample_folder() -> Path:
    """Folder of the sample policies (``corpus/`` of the repository)."""
    return _shipped("sample", "corpus")

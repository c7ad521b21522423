"""The manifest of a model folder: what the model is, and the digests of its files. Read without numpy, so that a check costs nothing."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from policytext.errors import ModelError

#: Layout of a model folder.
FORMAT_VERSION = 2
#: Raised when the same text gives other features than before; a model of another version is refused.
FEATURES_VERSION = 2

ARRAYS, VOCABULARY, MANIFEST = "model.npz", "vocabulary.txt", "manifest.json"
#: A model with a second reader has these instead of arrays and vocabulary of its own.
ENCODER, TOKENS = "encoder.onnx", "tokens.txt"


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest in ``folder``, when the files beside it are those it speaks of.

    Raises ModelError ``model_missing``, ``model_damaged`` or ``model_version``.
    """
    if not (folder / MANIFEST).is_file():
        raise ModelError("model_missing", folder=str(folder))
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
        found = f"{manifest['format_version']}.{manifest['features_version']}"
        wanted = f"{FORMAT_VERSION}.{FEATURES_VERSION}"
        if found != wanted:
            raise ModelError("model_version", folder=str(folder), found=found, wanted=wanted)
        for name, digest in manifest["files"].items():
            if digest_of(folder / name) != digest:
                raise ValueError(name)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError("model_damaged", folder=str(folder), problem=f"{type(error).__name__}: {error}") from error
    return manifest


def model_digest(folder: Path, manifest: dict[str, Any]) -> str:
    """What records name the model by that labelled them: SHA-256 of its arrays and features, or of what stands for both of its readers."""
    if "first" in manifest:
        return hashlib.sha256(json.dumps([manifest["first"], manifest["files"]], sort_keys=True).encode("utf-8")).hexdigest()
    return hashlib.sha256((folder / ARRAYS).read_bytes() + (folder / VOCABULARY).read_bytes().rstrip(b"\n")).hexdigest()


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()

"""What a report was made of and with, so that it can be made again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from policytext import __version__
from policytext.corpus.filters import Bands
from policytext.measures.manifest import MANIFEST, digest_of
from policytext.schema import Record
from policytext.taxonomy import Taxonomy

#: Libraries whose versions can change a figure.
LIBRARIES = ("pypdfium2", "pdfplumber", "rjieba", "tantivy", "numpy", "onnxruntime")
SHOWN = 16  # digits of a digest


def manifest(records: Iterable[Record], bands: Bands, filters: str, taxonomy: Taxonomy, model: Path) -> dict[str, str]:
    """Name of a fact → its value. The digest of the documents is that of their ids (content digests) in order."""
    held = sorted(record.doc_id for record in records)
    return {
        "program": __version__,
        "as_of": bands.as_of.isoformat(),
        "bounds": f"{bands.short_below} / {bands.long_from}",
        "filters": filters or "—",
        "documents": hashlib.sha256("\n".join(held).encode("ascii")).hexdigest()[:SHOWN],
        "analysed_with": "; ".join(sorted({record.analysed_with for record in records if record.analysed_with})) or "—",
        "model": digest_of(model / MANIFEST)[:SHOWN],
        "taxonomy": taxonomy.digest[:SHOWN],
        "libraries": ", ".join(f"{name} {version(name)}" for name in LIBRARIES),
    }

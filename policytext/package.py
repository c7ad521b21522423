"""Zip packages of XML (OFD, DOCX), opened in memory: nothing is unpacked to disk, and bombs are refused before they go off."""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

#: Uncompressed bytes of a whole package, of one XML part, and how often smaller the compressed part may be.
MOST, MOST_XML, RATIO = 1 << 30, 64 << 20, 200
#: Parts smaller than this may be compressed as well as they like.
SMALL = 1 << 20


@contextmanager
def _damage() -> Iterator[None]:
    """What zipfile and zlib raise for broken packages, under one name."""
    try:
        yield
    except (zlib.error, struct.error, NotImplementedError, EOFError, OSError, ValueError, UnicodeError) as error:
        raise zipfile.BadZipFile(str(error)) from error


class TooLarge(Exception):  # noqa: N818 - a status, not a programming error
    """The package would unpack to more than is sane."""


class Package:
    """A zip file's parts by their absolute names. Raises zipfile.BadZipFile for any damage and TooLarge for a bomb."""

    def __init__(self, data: bytes) -> None:
        with _damage():
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        parts = self._zip.infolist()
        if sum(part.file_size for part in parts) > MOST or any(
            part.file_size > SMALL and part.file_size > RATIO * max(part.compress_size, 1) for part in parts
        ):
            raise TooLarge("zip bomb")
        # Producers differ in the case of names and in leading slashes.
        self._names = {part.filename.lstrip("/").lower(): part for part in parts}

    def __contains__(self, name: str) -> bool:
        return self._key(name) in self._names

    def bytes(self, name: str) -> bytes:
        """The content of a part; KeyError where there is none."""
        part = self._names[self._key(name)]
        with _damage():
            return self._zip.read(part)

    def xml(self, name: str) -> Any:
        """The root element of an XML part; KeyError where there is none, ValueError where it is no XML.

        No entities are resolved, no DTD is loaded, nothing is fetched; slips of producers are forgiven.
        """
        from lxml import etree

        part = self._names[self._key(name)]
        if part.file_size > MOST_XML:
            raise TooLarge
        parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, recover=True)
        root = etree.fromstring(self.bytes(name), parser)
        if root is None:
            raise ValueError(name)
        return root

    @staticmethod
    def beside(base: str, name: str) -> str:
        """``name`` as it is meant in part ``base``: absolute from the root, else relative to the folder of ``base``."""
        return name.lstrip("/") if name.startswith("/") else posixpath.normpath(posixpath.join(posixpath.dirname(base), name))

    @staticmethod
    def _key(name: str) -> str:
        return posixpath.normpath(name.lstrip("/")).lower()

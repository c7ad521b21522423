"""Broken files made from whole ones: cut, flipped, overwritten, repeated, swapped, with other numbers and with parts of others."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Iterator, Sequence

_NUMBER = re.compile(rb"\d+")
#: What numbers of a broken file are likely to be.
_NUMBERS = (b"0", b"1", b"-1", b"65536", b"2147483647", b"4294967295", b"99999999999999999999")


def mutants(whole: Sequence[bytes], number: int, seed: int = 0, inside: bool = False) -> Iterator[bytes]:
    """``number`` broken files made from ``whole`` ones, always the same for a seed: first each cut at every twentieth, then mixed damage.

    ``inside``: they are zip packages; half of the mutants have their damage within a part, in a package that is sound.
    """
    chance = random.Random(seed)
    cuts = [data[: len(data) * share // 20] for share in range(1, 20) for data in whole[:1]]
    yield from cuts[:number]
    for count in range(len(cuts), number):
        data = chance.choice(whole)
        if inside and count % 2:
            yield _repacked(data, chance)
        else:
            yield damaged(data, chance, whole)


def damaged(data: bytes, chance: random.Random, others: Sequence[bytes] = ()) -> bytes:
    """One to four wounds of any kind."""
    for _ in range(chance.randint(1, 4)):
        if data:
            data = chance.choice(_WOUNDS)(data, chance, chance.choice(others) if others else data)
    return data


def _span(data: bytes, chance: random.Random) -> tuple[int, int]:
    start = chance.randrange(len(data))
    return start, min(len(data), start + chance.choice((1, 4, 40, 400, len(data) // 4 + 1)))


def _flipped(data: bytes, chance: random.Random, other: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 8, 64))):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _overwritten(data: bytes, chance: random.Random, other: bytes) -> bytes:
    start, end = _span(data, chance)
    return data[:start] + chance.choice((bytes(end - start), b"\xff" * (end - start), chance.randbytes(end - start))) + data[end:]


def _removed(data: bytes, chance: random.Random, other: bytes) -> bytes:
    start, end = _span(data, chance)
    return data[:start] + data[end:]


def _repeated(data: bytes, chance: random.Random, other: bytes) -> bytes:
    start, end = _span(data, chance)
    return data[:start] + data[start:end] * chance.choice((2, 3, 50 if end - start < 1000 else 2)) + data[end:]


def _grafted(data: bytes, chance: random.Random, other: bytes) -> bytes:
    start, end = _span(data, chance)
    first, last = _span(other, chance) if other else (0, 0)
    return data[:start] + other[first:last] + data[end:]


def _renumbered(data: bytes, chance: random.Random, other: bytes) -> bytes:
    """Lengths, counts, offsets and references that are wrong: what structure is made of."""
    places = list(_NUMBER.finditer(data))
    if not places:
        return data
    for place in sorted(chance.sample(places, min(len(places), chance.choice((1, 3, 20)))), key=lambda found: -found.start()):
        new = chance.choice((*_NUMBERS, chance.choice(places).group()))
        data = data[: place.start()] + new + data[place.end() :]
    return data


_WOUNDS = (_flipped, _overwritten, _removed, _repeated, _grafted, _renumbered, _renumbered)


def _repacked(data: bytes, chance: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    victim = chance.choice([name for name in parts if parts[name]])
    parts[victim] = damaged(parts[victim], chance, list(parts.values()))
    return packed(parts)


def packed(parts: dict[str, bytes]) -> bytes:
    """A zip package."""
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stored.getvalue()

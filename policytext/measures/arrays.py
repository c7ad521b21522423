"""Arrays of numbers: their types, and each number of an array once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.signedinteger[Any]]
Floats = NDArray[np.float32]


def first_of_each(ascending: Ints) -> Ints:
    """Where each number stands first; ``ascending`` has none below 0."""
    return np.flatnonzero(np.diff(ascending, prepend=-1) != 0)


def distinct(numbers: Ints) -> Ints:
    """Each number once, ascending; none is below 0. ``numpy.unique`` imports ``numpy.ma`` first: longer than a short document takes."""
    ascending = np.sort(numbers)
    return ascending.take(first_of_each(ascending))

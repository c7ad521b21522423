"""What the workers run in tests/test_batch_cluster.py: modules of their own, so that they can import it."""

from __future__ import annotations

import os
import signal
import time

from policytext.batch import analyze_on_worker


def echo(request: bytes) -> bytes:
    return request


def slowest_first(request: bytes) -> bytes:
    time.sleep(max(0.0, 1 - int(request) / 5))
    return request


def killing(request: bytes) -> bytes:
    """What a file does that is worse than any child can hold."""
    if b"poison" in request:
        os.kill(os.getpid(), signal.SIGKILL)
    return request


def analyze_or_die(request: bytes) -> bytes:
    return analyze_on_worker(killing(request))


def failing(request: bytes) -> bytes:
    raise ModuleNotFoundError("No module named 'policytext'")


def slow(request: bytes) -> bytes:
    time.sleep(0.3)
    return analyze_on_worker(request)

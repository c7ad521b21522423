"""A function over many requests on the workers of a Dask cluster: answers in order, however workers die.

Dask's own futures, not joblib's Dask backend, which waits for ever once a task has killed its worker. Function and requests are named and
plain bytes; even so Dask speaks pickle between scheduler, workers and clients, so all of them must trust each other (SECURITY.md).
"""

from __future__ import annotations

import gc
import logging
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice, takewhile
from typing import Any, TypeVar

from policytext.errors import SchedulerError, brief

#: Seconds to reach the scheduler; seconds without any worker until the run gives up; seconds between two looks at the workers.
CONNECT, PATIENCE, PULSE = 10.0, 60.0, 2.0
#: Requests in flight for each thread of the workers: enough that none idles while the answer next in order is slow.
AHEAD = 16
#: Answers fetched at a time: one by one each takes milliseconds, which would bound the whole cluster.
TOGETHER = 16
#: How often a request is given out again whose function raised: a full disk, no process to be had.
RETRIES = 2
T = TypeVar("T")


def answers(
    address: str, function: Callable[[bytes], bytes], requests: Iterable[tuple[T, bytes]], ahead: int = AHEAD
) -> Iterator[tuple[T, bytes | None]]:
    """``function`` of each request, run on the workers of the scheduler at ``address`` (``tcp://…``, ``tls://…``), in order.

    ``requests`` is read as the answers are taken: at most ``ahead`` for each thread of the workers are in flight. A request whose worker
    died is given to another by the scheduler, as often as its setting ``allowed-failures`` says. That condemns nobody yet: it may only
    have stood beside one that kills. So it is given out once more when nothing else of this run is in flight; if the workers die again,
    just as often, its answer is None. ``function`` must be importable on the workers.

    Raises SchedulerError ``scheduler_…``: ``missing``, ``unreachable``, ``no_workers`` (none for ``PATIENCE`` seconds), ``lost``, ``task``
    (the function raises on the workers, ``RETRIES`` times again), ``other`` (another version of Dask).
    """
    run = _Run(address, function)
    flying: deque[tuple[T, bytes, Any]] = deque()
    rest = iter(requests)

    def fill() -> None:
        for name, request in islice(rest, max(ahead * run.threads() - len(flying), 0)):
            flying.append((name, request, run.submit(request)))

    try:
        fill()
        while flying:
            for answer in run.first([future for _, _, future in islice(flying, TOGETHER)]):
                name, request, _ = flying.popleft()
                if answer is None:
                    for _, _, other in flying:
                        run.wait(other)
                    answer = run.answer(run.submit(request))
                fill()
                yield name, answer
    finally:
        run.close()


class _Run:
    """One client of one scheduler; what Dask complains of leaves it as SchedulerError."""

    def __init__(self, address: str, function: Callable[[bytes], bytes]) -> None:
        self.address = address
        self._function = function
        self._client = _connected(address)
        self._threads, self._asked = 0, 0.0

    def threads(self) -> int:
        """How many requests the workers can handle at a time, as of the last few seconds; at least 1."""
        if time.monotonic() > self._asked + PULSE or not self._threads:
            self._threads, self._asked = self._told(self._now), time.monotonic()
        return max(self._threads, 1)

    def submit(self, request: bytes) -> Any:
        """A future of the function's answer."""
        return self._told(lambda: self._client.submit(self._function, request, pure=False, retries=RETRIES))

    def wait(self, future: Any) -> None:
        """Until the future is settled, in whatever way."""
        last = time.monotonic()
        while not future.done():
            try:
                self._told(lambda: future.exception(timeout=PULSE))
            except TimeoutError:
                last = self._patient(last)

    def first(self, futures: Sequence[Any]) -> list[bytes | None]:
        """The answers of the first futures, as many as are there, but at least one (None where the workers died of it)."""
        from distributed import KilledWorker

        self.wait(futures[0])
        there = list(takewhile(lambda future: future.status == "finished", futures))
        with suppress(KilledWorker, TimeoutError):  # a worker died that held one of them: one at a time
            if there:
                return list(self._told(lambda: self._client.sync(self._gather, there, callback_timeout=PATIENCE)))
        return [self.answer(futures[0])]

    def answer(self, future: Any) -> bytes | None:
        """The answer, or None where the workers died of it."""
        from distributed import KilledWorker

        last = time.monotonic()
        while True:
            self.wait(future)
            if future.status == "error":
                problem = self._told(future.exception)
                if isinstance(problem, KilledWorker):
                    return None
                raise SchedulerError("scheduler_task", problem=_named(problem)) from problem
            try:
                answer: bytes = self._told(lambda: future.result(timeout=PATIENCE))
                return answer
            except (KilledWorker, TimeoutError):  # the worker that held the answer died, and it is made again
                last = self._patient(last)

    def close(self) -> None:
        """Let go of all that is in flight."""
        with suppress(OSError, TimeoutError):  # the scheduler is gone
            self._client.close(timeout=PULSE)

    def _gather(self, futures: list[Any]) -> Any:
        return self._client.gather(futures, asynchronous=True)

    def _now(self) -> int:
        return sum(self._client.nthreads().values())

    def _patient(self, last: float) -> float:
        """The time when a worker was last seen. Raises SchedulerError ``scheduler_no_workers`` when that is too long ago."""
        now = time.monotonic()
        if self._told(self._now):
            return now
        if now > last + PATIENCE:
            raise SchedulerError("scheduler_no_workers", address=self.address)
        return last

    def _told(self, call: Callable[[], T]) -> T:
        from distributed import CancelledError, KilledWorker
        from distributed.client import ClosedClientError

        try:
            return call()
        except (KilledWorker, TimeoutError):
            raise
        except (OSError, CancelledError, ClosedClientError) as error:
            raise SchedulerError("scheduler_lost", address=self.address) from error
        except Exception as error:  # whatever Dask cannot do with what it is given: an answer of another version, say
            raise SchedulerError("scheduler_task", problem=_named(error)) from error


def _connected(address: str) -> Any:
    """A client; security as the user's Dask configuration says (``distributed.comm.tls``)."""
    try:
        import distributed
    except ImportError as error:
        raise SchedulerError("scheduler_missing") from error
    # What they would print goes into our own errors.
    for name in ("distributed", "distributed.client", "distributed.gc", "tornado.application", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore", module="distributed")
    problem = ""
    try:
        client = distributed.Client(address, timeout=CONNECT, set_as_default=False)
        told = client.get_versions()
    except (OSError, ValueError, ImportError, RuntimeError, TypeError) as error:
        problem = _named(error)
    if problem:
        # The half-made client goes now, with its thread: found later by chance, as the next one starts, it would lock that one for ever.
        gc.collect()
        raise SchedulerError("scheduler_unreachable", address=address, problem=problem)
    for place, one in {address: told["scheduler"], **told["workers"]}.items():
        theirs = one["packages"]["distributed"]
        if theirs != distributed.__version__:
            client.close()
            raise SchedulerError("scheduler_other", place=place, theirs=f"dask {theirs}", ours=f"dask {distributed.__version__}")
    return client


def _named(error: Exception) -> str:
    return brief(f"{type(error).__name__}: {error}")

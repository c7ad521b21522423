"""What a reader's child gives up before it sees a file: memory, open files, large files, core dumps, the network.

Each where the platform knows how: all on Linux, all but the network on macOS (whose kernel heeds the limit of memory loosely), nothing on
Windows. Time is kept by the parent, and by an alarm for the case that the parent is gone.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys

#: Bytes of one file that a child may write.
FILE_BYTES = 1 << 30
#: After the parent's time limit, seconds until a child without a parent ends by itself.
GRACE = 5
_NEW_USER, _NEW_NET = 0x10000000, 0x40000000


def limit(megabytes: int, files: int) -> None:
    """At most so many megabytes of address space (0: no limit) and open files; no core dumps, no large files. POSIX only."""
    try:
        import resource
    except ImportError:  # not POSIX
        return
    limits = {resource.RLIMIT_CORE: 0, resource.RLIMIT_NOFILE: files, resource.RLIMIT_FSIZE: FILE_BYTES}
    if megabytes:
        limits[resource.RLIMIT_AS] = megabytes << 20
    for kind, most in limits.items():
        hard = resource.getrlimit(kind)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(kind, (most, most))


def leave_network() -> bool:
    """Go where no network is, if the kernel lets this user: as root by itself, else in a user namespace with the same user and group.

    Called once, before anything else is imported: a process with threads cannot leave its network.
    """
    if sys.platform != "linux":
        return False
    import ctypes

    user, group = os.getuid(), os.getgid()
    unshare = ctypes.CDLL(None).unshare
    if unshare(_NEW_NET) == 0:
        return True
    if unshare(_NEW_USER | _NEW_NET):
        return False
    with contextlib.suppress(OSError):
        for name, words in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
            with open(f"/proc/self/{name}", "w", encoding="ascii") as handle:
                handle.write(words)
    return True


def set_alarm(seconds: float) -> None:
    """The kernel ends this process after ``seconds`` and a grace, even within C code; 0 calls that off."""
    if hasattr(signal, "alarm"):
        signal.alarm(int(seconds) + GRACE if seconds else 0)

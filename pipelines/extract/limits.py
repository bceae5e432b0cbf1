"""What a disposable child may take: memory, processor and clock time, bytes written; no network, no children.

| | Linux | macOS | Windows |
| --- | --- | --- | --- |
| silence (the parent's clock), file and archive sizes (the gates) | yes | yes | yes |
| processor time a file, size of a written file, no core file | yes | yes | no |
| memory | yes | not enforced by the system | no |
| network | off where the system lets a user (or root) open a namespace of its own | stays on | stays on |
| no processes or threads of its own; dies with its parent | yes, the first not for root | no | no |

What the system does not offer is left out without a word: the parent's clock and the gates hold everywhere.
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import dataclass

CANNOT_WRITE = 74
"""Exit code of a child that read everything and could not write it: EX_IOERR of sysexits.h."""

_NEW_USER = 0x10000000
_NEW_NETWORK = 0x40000000
_DIE_WITH_PARENT = 1
_NO_NEW_PRIVILEGES = 38


@dataclass(frozen=True)
class Limits:
    """Limits of one child; those in seconds hold for each file.

    The largest file that the gates let through (240 MiB of XML) takes 2 GiB of addresses and 8 s on two cores of 2025.
    """

    memory_bytes: int = 3 << 30
    written_bytes: int = 2 << 30
    cpu_seconds: float = 30
    silent_seconds: float = 60


def confine(limits: Limits) -> None:
    """Bind this process, before it imports anything that starts threads: they would keep the network."""
    _leave_network()
    try:
        import resource
    except ImportError:
        return
    _cap(resource.RLIMIT_AS, limits.memory_bytes)
    _cap(resource.RLIMIT_FSIZE, limits.written_bytes)
    _cap(resource.RLIMIT_CORE, 0)


def forbid_processes() -> None:
    """No process and no thread beyond those that run: to be called after the imports, which start some."""
    try:
        import resource
    except ImportError:
        return
    _cap(resource.RLIMIT_NPROC, 0)


def allow_cpu(seconds: float) -> None:
    """Give this process that much processor time from now on; beyond it the system ends it.

    A timer, not RLIMIT_CPU: that counts whole seconds from the start of the process, and this is for each file anew.
    """
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _cap(kind: int, limit: int) -> None:
    """Lower a limit for good; an operator's own lower limit stays, and one that the system refuses is left out."""
    import resource

    _, hard = resource.getrlimit(kind)
    capped = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    try:
        resource.setrlimit(kind, (capped, capped))
    except (ValueError, OSError):
        return


def _leave_network() -> None:
    """Move into an empty network, and die when the parent dies. Linux only; where it is forbidden, go on.

    Root keeps its own user namespace: in another one it could not read what belongs to others.
    """
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    libc = ctypes.CDLL(None)
    libc.prctl(_DIE_WITH_PARENT, int(signal.SIGKILL), 0, 0, 0)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    libc.unshare(_NEW_NETWORK if os.geteuid() == 0 else _NEW_USER | _NEW_NETWORK)

"""The program without what Windows lacks: fcntl, resource, timers of signals, os.fork, os.sync, … in every process.

It is still Linux below: what only Windows does (files that are open cannot be replaced, its locks) is not shown here.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.faults import homes

_HIDE = """
import os, signal, sys
for name in ("fcntl", "resource", "pwd", "grp", "termios", "pty", "syslog", "readline"):
    sys.modules[name] = None
for name in ("fork", "forkpty", "fchmod", "fchown", "chown", "chroot", "sync", "getuid", "getgid", "getegid",
             "setuid", "setsid", "nice", "mkfifo", "sched_getaffinity", "sched_setaffinity", "posix_fadvise"):
    if hasattr(os, name):
        delattr(os, name)
for name in ("setitimer", "SIGPROF", "SIGALRM", "SIGHUP", "SIGUSR1", "pthread_sigmask", "ITIMER_PROF"):
    if hasattr(signal, name):
        delattr(signal, name)
"""


@pytest.mark.faults
def test_a_month_is_received_published_and_verified_without_what_windows_lacks(
    begun: Path, published: Path, tmp_path: Path
) -> None:
    """The same bytes as with it; sitecustomize reaches the children that read workbooks too."""
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text(_HIDE, encoding="utf-8")
    environment = {"PYTHONPATH": os.pathsep.join([str(hidden), str(homes.CHECKOUT)])}
    root = homes.copy_of(begun, tmp_path / "home")
    (root / "data" / ".lock").unlink()  # without locks of the system a lock file that lies there is held
    run = homes.command("run", "--home", root, "--as-of", homes.AS_OF, environment=environment)
    homes.succeeded(run)
    publish = ("publish", "--home", root, "--as-of", homes.AS_OF, "--reason", "first")
    homes.succeeded(homes.command(*publish, environment=environment))
    homes.succeeded(homes.command("verify", root / homes.RELEASE / "r1", environment=environment))
    homes.succeeded(homes.command("status", "--home", root, environment=environment))
    assert homes.contents(root) == homes.contents(published)

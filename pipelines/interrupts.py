"""An operator who stops the program: heard even where a library swallows the interrupt."""

from __future__ import annotations

import signal
from types import FrameType

_heard: list[int] = []


def hear_interrupts() -> None:
    """Let Ctrl-C and SIGTERM raise KeyboardInterrupt, and be remembered; an ignored Ctrl-C stays ignored."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _hear)
    # Whoever ends the program leaves it as with Ctrl-C: the lock is let go, nothing half-written stays.
    signal.signal(signal.SIGTERM, _hear)


def _hear(number: int, frame: FrameType | None) -> None:
    del frame
    _heard.append(number)
    raise KeyboardInterrupt


def check_interrupts() -> None:
    """KeyboardInterrupt where one went lost: compiled code may clear what is raised in it, as while it is imported."""
    if _heard:
        raise KeyboardInterrupt

"""python -m tests.faults.runner PLAN ARGUMENT…: the command line, under the faults of a plan written as JSON.

    clock      moment that receive writes into the ledger, publish into the manifest, prune into its record; the
               system's own where missing
    kill       {at, when, call}: SIGKILL to the process itself around the call-th call (1) of the function `at`,
               written module:name, `when` is before or after
    interrupt  function, written so too, that an operator's Ctrl-C meets while it runs code made from a string
    swallowed  function, written so too, in which an operator's Ctrl-C goes lost
    statement  SIGKILL before DuckDB is given this statement
    file_bytes most bytes that any file may have from the start on
    threads    threads of every DuckDB connection
    cores      cores that the process may use
    listing    true: folders list their entries backwards, as another file system may

The program has no hooks for this: its functions are wrapped from outside.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any

_TIMED = ("pipelines.receive.inbox:receive", "pipelines.publish.release:publish", "pipelines.retain.pruning:prune")


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _resolve(place: str) -> tuple[Any, str]:
    module, _, path = place.partition(":")
    *owners, name = path.split(".")
    owner: Any = importlib.import_module(module)
    for one in owners:
        owner = getattr(owner, one)
    return owner, name


def _wrap(place: str, make: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    owner, name = _resolve(place)
    setattr(owner, name, make(getattr(owner, name)))


def _killed(at: str, when: str, call: int = 1) -> None:
    turns = iter(range(1, sys.maxsize))

    def make(function: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any, **named: Any) -> Any:
            is_due = next(turns) == call
            if is_due and when == "before":
                _die()
            result = function(*arguments, **named)
            if is_due:
                _die()
            return result

        return wrapped

    _wrap(at, make)


class _Connection:
    """A DuckDB connection that takes the process with it when it is given one statement."""

    def __init__(self, connection: Any, fatal: str) -> None:
        self._connection, self._fatal = connection, fatal

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def __enter__(self) -> _Connection:
        self._connection.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._connection.__exit__(*error)

    def execute(self, statement: str, *parameters: Any) -> Any:
        if statement == self._fatal:
            _die()
        return self._connection.execute(statement, *parameters)


class _Backwards:
    """What os.scandir gives, the last name first."""

    def __init__(self, entries: Any) -> None:
        self._entries = entries
        self._turned = iter(sorted(entries, key=lambda entry: os.fsencode(entry.name), reverse=True))

    def __enter__(self) -> _Backwards:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        return next(self._turned)

    def close(self) -> None:
        self._entries.close()


def _swallowing(function: Callable[..., Any]) -> Callable[..., Any]:
    def wrapped(*arguments: Any, **named: Any) -> Any:
        with suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        return function(*arguments, **named)

    return wrapped


def _killed_at_statement(statement: str) -> None:
    def make(connect: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *arguments, **named: _Connection(connect(*arguments, **named), statement)

    _wrap("pipelines.load.database:connect", make)


def main(plan: dict[str, Any], arguments: list[str]) -> None:
    """Set the faults up and run the command."""
    from pipelines import cli

    if "clock" in plan:
        moment = datetime.fromisoformat(plan["clock"])
        for place in _TIMED:
            _wrap(place, lambda command: partial(command, now=lambda: moment))
    if "kill" in plan:
        _killed(**plan["kill"])
    if "interrupt" in plan:
        _wrap(plan["interrupt"], lambda _: lambda *_arguments, **_named: exec("raise KeyboardInterrupt"))
    if "swallowed" in plan:
        _wrap(plan["swallowed"], _swallowing)
    if "statement" in plan:
        _killed_at_statement(plan["statement"])
    if "file_bytes" in plan:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (plan["file_bytes"], plan["file_bytes"]))
    if "threads" in plan:
        from pipelines.store import database

        database._CONFIG["threads"] = plan["threads"]
    if "cores" in plan:
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: plan["cores"]])
    if plan.get("listing"):
        _wrap("os:listdir", lambda listdir: lambda *where: sorted(listdir(*where), reverse=True))
        _wrap("os:scandir", lambda scandir: lambda *where: _Backwards(scandir(*where)))
    sys.argv[1:] = arguments
    cli.main()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), sys.argv[2:])

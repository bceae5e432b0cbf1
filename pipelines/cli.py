"""The command `school-safety`: one group, its commands in `pipelines.commands`, errors as one plain sentence."""

from __future__ import annotations

import errno
import gettext
import locale
import os
import sys

import click

from pipelines.click_words import DOMAIN, LANGUAGE, LOCALE
from pipelines.commands import (
    beginning,
    chase,
    demo,
    intake,
    keys,
    prune,
    register_changes,
    releases,
    running,
    standards,
    status,
)
from pipelines.errors import PipelineError
from pipelines.interrupts import hear_interrupts
from pipelines.wording import table, text

# Set before a command imports Great Expectations: neither it nor DVC may call home.
os.environ.update(GX_ANALYTICS_ENABLED="false", DVC_NO_ANALYTICS="true", DO_NOT_TRACK="1")

# What click says is said in the words of this program, whatever the language of the system: one for all its sentences.
os.environ["LANGUAGE"] = LANGUAGE
gettext.bindtextdomain(DOMAIN, str(LOCALE))
gettext.textdomain(DOMAIN)

_STORAGE_ERRORS = {
    *(errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO),
    *(errno.ESTALE, errno.ENODEV, errno.ENXIO, errno.EHOSTDOWN, errno.ENOTCONN),
}
_INTERRUPTED = 130
_COMMANDS = (
    demo.demo,
    beginning.init,
    intake.templates,
    intake.receive,
    intake.check,
    running.run,
    running.stage,
    chase.chase,
    status.status,
    register_changes.register,
    standards.standards,
    standards.sql,
    keys.keygen,
    keys.rotate,
    releases.publish,
    releases.verify,
    releases.reproduce,
    releases.trace,
    releases.diff,
    prune.prune,
)


def _stopped(sentence: str, exit_code: int) -> click.exceptions.Exit:
    """Print the sentence on stderr; what to raise next."""
    click.echo(text("errors.prefix") + sentence, err=True)
    return click.exceptions.Exit(exit_code)


class SafetyGroup(click.Group):
    """Lists commands in the order of the work, and turns our errors into sentences."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order in which a month needs them."""
        del ctx
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; PipelineError, a disk that refuses and an operator who interrupts end it with their code."""
        try:
            return super().invoke(ctx)
        except PipelineError as error:
            raise _stopped(str(error), error.exit_code) from error
        except OSError as error:
            if error.errno not in _STORAGE_ERRORS:
                raise
            raise _stopped(_storage_sentence(error), 1) from error
        except KeyboardInterrupt as error:
            # Begun with -m, CPython ends by SIGINT whatever the exit code if the interrupt came through code that was
            # made from a string, as every dataclass is while it is imported; the next such code clears that mark.
            exec("")
            raise _stopped(text("errors.interrupted"), _INTERRUPTED) from error


def _storage_sentence(error: OSError) -> str:
    """Which path refused, and what to do about it."""
    reasons = table("errors.disk_reasons")
    reason = reasons.get(errno.errorcode.get(error.errno or 0, "")) or reasons["other"].format(reason=error.strerror)
    return text("errors.disk", path=error.filename or "", reason=reason)


@click.group(cls=SafetyGroup, help=text("about") + "\n\nFrom a folder of school workbooks to a supervision report.")
@click.version_option(package_name="school-safety", prog_name="school-safety")
def cli() -> None:
    """School-safety supervision."""


for _command in _COMMANDS:
    cli.add_command(_command)


def _in_utf8() -> None:
    """Start anew in UTF-8 mode where the locale has another encoding: Arrow and DuckDB take paths for UTF-8.

    Only what is printed keeps the encoding of the terminal.
    """
    if sys.getfilesystemencoding().lower() != "utf-8":
        os.environ.update(PYTHONUTF8="1", PYTHONIOENCODING=locale.getencoding())
        os.execv(sys.executable, sys.orig_argv)


def main() -> None:
    """Entry point of the console script."""
    _in_utf8()
    for stream in (sys.stdout, sys.stderr):
        # A console without Chinese must not end the run.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    hear_interrupts()
    cli(prog_name="school-safety")

"""The command `school-safety`: one group, its commands in `pipelines.commands`, errors as one plain sentence."""

from __future__ import annotations

import errno
import os
import sys

import click

from pipelines.commands import demo, intake, releases, running, standards
from pipelines.errors import PipelineError
from pipelines.wording import text

# Set before a command imports Great Expectations: neither it nor DVC may call home.
os.environ.update(GX_ANALYTICS_ENABLED="false", DVC_NO_ANALYTICS="true", DO_NOT_TRACK="1")

_STORAGE_ERRORS = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO}
_COMMANDS = (
    demo.demo,
    intake.init,
    intake.templates,
    intake.receive,
    intake.check,
    running.run,
    running.stage,
    running.status,
    standards.standards,
    standards.sql,
    releases.publish,
    releases.verify,
    releases.reproduce,
    releases.trace,
    releases.diff,
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
        """Run the command; PipelineError and a disk that refuses end it with their code."""
        try:
            return super().invoke(ctx)
        except PipelineError as error:
            raise _stopped(str(error), error.exit_code) from error
        except OSError as error:
            if error.errno not in _STORAGE_ERRORS:
                raise
            sentence = text("errors.disk", path=error.filename or "", reason=error.strerror)
            raise _stopped(sentence, 1) from error


@click.group(cls=SafetyGroup, help=text("about") + "\n\nFrom a folder of school workbooks to a supervision report.")
@click.version_option(package_name="school-safety", prog_name="school-safety")
def cli() -> None:
    """School-safety supervision."""


for _command in _COMMANDS:
    cli.add_command(_command)


def main() -> None:
    """Entry point of the console script."""
    for stream in (sys.stdout, sys.stderr):
        # A console without Chinese must not end the run.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    cli(prog_name="school-safety")

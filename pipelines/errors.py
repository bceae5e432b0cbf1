"""Errors that stop a run. Bad school data is a finding, never an error."""


class PipelineError(Exception):
    """A plain sentence for the operator, with the exit code of the command."""

    exit_code = 1


class UsageError(PipelineError):
    """What was asked for does not exist or cannot be read: an unknown standard, period or file."""

    exit_code = 2


class LockedError(PipelineError):
    """Another operator works in this home."""

    exit_code = 75


class MetadataError(PipelineError):
    """A file under data_contracts is wrong; the message names file, key and reason."""


class IntegrityError(PipelineError):
    """Something that must not have changed has changed."""

"""Where everything lies under one home."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Home:
    """Root of data, returns, reports, releases and keys of one bureau."""

    root: Path

    @property
    def data(self) -> Path:
        """Everything that can be rebuilt, and the two things that cannot: originals and ledger."""
        return self.root / "data"

    @property
    def originals(self) -> Path:
        """Files as received, read-only, named by sha256."""
        return self.data / "originals"

    @property
    def ledger(self) -> Path:
        """Append-only record of what was received."""
        return self.data / "ledger.jsonl"

    @property
    def format(self) -> Path:
        """Number of the form in which all this lies."""
        return self.data / "format"

    @property
    def pruned(self) -> Path:
        """Append-only record of the originals that were removed past their term."""
        return self.data / "pruned.jsonl"

    @property
    def kept(self) -> Path:
        """What stays of them: the rows that they were read and judged to, a batch a pruning."""
        return self.data / "kept"

    @property
    def database(self) -> Path:
        """DuckDB file, built from the validated batches."""
        return self.data / "school_safety.duckdb"

    @property
    def lock(self) -> Path:
        """Held by the operator who works in this home."""
        return self.data / ".lock"

    @property
    def returns(self) -> Path:
        """Receipts for schools; they carry names."""
        return self.root / "returns"

    @property
    def reports(self) -> Path:
        """Rendered reports."""
        return self.root / "reports"

    @property
    def releases(self) -> Path:
        """Frozen periods."""
        return self.root / "releases"

    @property
    def keys(self) -> Path:
        """The pair of keys that signs releases, the private one encrypted; of it only keys.json goes into a release."""
        return self.root / "keys"

    @property
    def traces(self) -> Path:
        """Pages of traces; they quote what schools wrote and leave no bureau."""
        return self.root / "traces"

    @property
    def outbox(self) -> Path:
        """Blank workbooks for schools."""
        return self.root / "outbox"

    @property
    def inbox(self) -> Path:
        """Where filled workbooks arrive, a folder a period."""
        return self.root / "inbox"

    @property
    def params(self) -> Path:
        """Standard, period and as_of of the last run."""
        return self.root / "params.yaml"

    @property
    def calendar(self) -> Path:
        """Terms, holidays, deadlines and the first month, where the bureau has its own."""
        return self.root / "calendar.yaml"

    def stage_dir(self, stage: str) -> Path:
        """Output folder of one stage."""
        return self.data / stage

    def original(self, sha256: str) -> Path:
        """The read-only file of that content."""
        return self.originals / sha256[:2] / sha256

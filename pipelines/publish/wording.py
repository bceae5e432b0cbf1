"""The Chinese wording of audits, from data_contracts/audit.yaml."""

from __future__ import annotations

from pipelines.wording import Wording

say, table = Wording("audit.yaml").text, Wording("audit.yaml").table

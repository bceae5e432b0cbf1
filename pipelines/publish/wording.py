"""The Chinese wording of audits, from data_contracts/audit.yaml."""

from __future__ import annotations

from pipelines.wording import Wording

say = Wording("audit.yaml").text

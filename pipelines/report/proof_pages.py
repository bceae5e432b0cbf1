"""proof/<provision>.html: what stands behind every figure of a provision, down to file, sheet and cell."""

from __future__ import annotations

from pipelines.report.proof_links import proof_href

__all__ = ["proof_href"]

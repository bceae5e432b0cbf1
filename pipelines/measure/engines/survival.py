"""Survival estimates: how long until an event, when some have not had it yet."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.stats import CensoredData, ecdf

_ROUNDING = 1e-12
"""The product of survival shares is a float; a share that is exactly the bound must count as reached."""


def quantile(durations: Sequence[int], observed: Sequence[bool], share: float) -> float | None:
    """Smallest time by which `share` of the cases have had the event (Kaplan–Meier); None where not reached.

    `observed` is false for a case censored at its duration; a case censored at the time of an event is still at risk.
    """
    times, events = np.asarray(durations, dtype=float), np.asarray(observed, dtype=bool)
    if not events.any():
        return None
    survival = ecdf(CensoredData(uncensored=times[events], right=times[~events])).sf
    reached = survival.quantiles[survival.probabilities <= 1 - share + _ROUNDING]
    return float(reached[0]) if len(reached) else None

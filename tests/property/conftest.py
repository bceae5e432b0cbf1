"""The same few examples on every run; PROPERTY_EXAMPLES (make fuzz) asks for that many new ones."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

_EXAMPLES = int(os.environ.get("PROPERTY_EXAMPLES", "0"))
settings.register_profile(
    "property",
    max_examples=_EXAMPLES or 4,
    derandomize=not _EXAMPLES,
    database=None,
    deadline=None,
    print_blob=True,
    # Making a failure smaller takes minutes, which make fuzz has.
    phases=[*Phase] if _EXAMPLES else [Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
settings.load_profile("property")

"""The stages that a school of each type teaches, beside kindergartens, which have none of them."""

from __future__ import annotations

STAGE_OF = {
    "primary": ("primary",),
    "junior": ("junior",),
    "nine_year": ("primary", "junior"),
    "complete_secondary": ("junior", "senior"),
    "senior": ("senior",),
    "twelve_year": ("primary", "junior", "senior"),
    "vocational": ("vocational",),
    "special": ("primary", "junior"),
}

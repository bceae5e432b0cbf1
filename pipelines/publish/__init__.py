"""Freeze a period as a release that nobody can change unnoticed."""

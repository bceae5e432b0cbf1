"""Synthetic counties: what is true in them is planted, so that figures can be compared with it."""

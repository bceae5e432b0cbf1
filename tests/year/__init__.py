"""A simulated year: twelve months of a county, run one after the other through the real commands."""

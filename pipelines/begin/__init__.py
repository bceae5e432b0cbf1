"""A bureau's first hour: its calendar and its register, from what it has at hand."""

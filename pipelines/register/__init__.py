"""The bureau's register over time: what each one said, changes to it, and what a change moves."""

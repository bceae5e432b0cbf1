"""Removing what is past its term, and saying what can no longer be made again."""

"""Prove published figures: build them again from the originals, and follow one down to its cells."""

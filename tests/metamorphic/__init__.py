"""Damages that must never change what is known."""

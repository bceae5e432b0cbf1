"""Rows become figures: facts beside the register and the calendar, composed by the provisions of a standard."""

"""Hands schools a workbook: one a school and month, made from the contracts and a standard."""

"""School-safety supervision: from school workbooks to provable figures."""

__version__ = "0.1.0"

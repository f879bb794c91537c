"""Measurements of search27: quality and speed beside other systems, robustness, and the report on them."""

"""Streamlit entry: navigation only. `search27 serve` runs the same pages from the installed package."""

from search27.app import main

main()

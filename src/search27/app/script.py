"""The script that `search27.app.server` hands to Streamlit."""

from search27.app import main

main()

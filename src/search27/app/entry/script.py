"""The script that `search27.app.server` hands to Streamlit.

It has a folder of its own: Streamlit takes a `pages` folder beside a script for pages of its own making,
and puts the script's folder on the import path.
"""

from search27.app import main

main()

"""`python -m search27` is `search27`."""

from search27.cli import main

main()

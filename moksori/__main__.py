"""`python -m moksori` is the command line."""

from moksori.server.cli import main

main()

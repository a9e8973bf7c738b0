"""`python -m sws`: the command line, as launchers start it."""

from sws.cli import main

main()

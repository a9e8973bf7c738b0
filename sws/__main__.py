"""`python -m sws`: the command line, as launchers start it."""

from sws.cli import main

if __name__ == "__main__":  # workers that vLLM spawns import this module again
    main()

"""`python -m mkef`: the same as the program `mkef`."""

from mkef.cli import main

main()

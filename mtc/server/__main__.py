"""`python -m mtc.server`: the same as the program `mtc-server`."""

from mtc.server.cli import main

main()

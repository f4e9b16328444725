"""`python -m mtc.device`: the same as the program `mtc-device`."""

from mtc.device.cli import main

main()

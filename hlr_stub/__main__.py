"""`python -m hlr_stub`: the same as the program `hlr-stub`."""

from hlr_stub.cli import main

main()

"""`hlr-stub`: serve, keep the subscribers, move them from and to other programs, make mistakes."""

from hlr_stub.cli.program import main

__all__ = ["main"]

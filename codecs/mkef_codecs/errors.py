"""The one error of this room."""

from __future__ import annotations


class CodecError(ValueError):
    """Octets that do not decode or a value that does not encode.

    `offset` counts octets from the start of what was handed in; `path` names the element.
    """

    def __init__(self, problem: str, *, offset: int | None = None, path: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.offset = offset
        self.path = path

    def within(self, offset: int, path: str) -> CodecError:
        """The same error as seen from octets that hold those of the error at an offset."""
        self.offset = offset + (self.offset or 0)
        self.path = ".".join(filter(None, (path, self.path)))
        return self

    def __str__(self) -> str:
        where = f"{self.path}: " if self.path else ""
        at = "" if self.offset is None else f" (octet {self.offset})"
        return f"{where}{self.problem}{at}"

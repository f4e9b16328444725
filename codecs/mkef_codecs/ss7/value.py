"""What the values of SIGTRAN's codecs have in common."""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class Value(Struct, gc=False):
    """A value that does not print: there may be keys in it. It is part of no cycle."""

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return []

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class Located(Value, eq=False):
    """A value of which some fields, `*_at` and `path`, say where its parts stood when it came.

    They are no part of it: two values are equal wherever they stood.
    """

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        places = [n for n in self.__struct_fields__ if n == "path" or n.endswith("_at")]
        names = [name for name in self.__struct_fields__ if name not in places]
        return all(getattr(self, name) == getattr(other, name) for name in names)

"""What the generated commands and Grouped AVPs have in common."""

from __future__ import annotations

from typing import Any, ClassVar

from msgspec import Struct


class AvpBody(Struct, eq=False, gc=False):
    """Values of AVPs by name, `others` that the grammar does not name, and the order received.

    They are part of no cycle, so that who collects garbage need not look at thousands of answers.
    """

    SECRET: ClassVar[frozenset[str]] = frozenset()  # what does not print

    def __eq__(self, other: object) -> bool:
        """Whether all values are the same; the order of the AVPs does not count."""
        return type(other) is type(self) and self._values() == other._values()

    __hash__ = None  # type: ignore[assignment]

    def _values(self) -> list[object]:
        return [getattr(self, name) for name in self.__struct_fields__ if name != "order"]

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        hidden = self.SECRET | {"order"}
        return [(n, getattr(self, n)) for n in self.__struct_fields__ if n not in hidden]

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={value!r}" for name, value in self.__rich_repr__())
        return f"{type(self).__name__}({values})"

"""Options as they stand in a configuration file."""

from __future__ import annotations

import msgspec


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of a configuration file; keys carry their units, a component takes its own."""

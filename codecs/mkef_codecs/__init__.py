"""Octets to values and back: no state, no input or output, no policy."""

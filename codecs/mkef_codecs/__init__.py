"""Octets to values and back: no input or output, no policy, no state but memory of what came."""

"""Protocol machines: event and now in, effects out; no clock, no socket."""

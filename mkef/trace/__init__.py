"""Captures read for people: the ladder of a flow."""

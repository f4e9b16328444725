"""Diameter messages (RFC 6733): header, AVPs, commands and the stream they come in."""

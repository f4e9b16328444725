"""Identifiers that nobody has allocated: LAB.

Those of Diameter AVPs, commands and applications stand in `codecs/avp/zk.dia` and `zr.dia`.
"""

VENDOR = 32473  # the enterprise number for documentation (RFC 5612)
_ARC = (1, 3, 6, 1, 4, 1, VENDOR, 1)
MTC_AUTHENTICATION = (*_ARC, 1)  # the private extension (protocol.md clause 6)
MTC_SEND_AUTHENTICATION_INFO = (*_ARC, 3)  # the private operation

# FC of our key derivations: 0xFF introduces a second octet (TS 33.220 clause B.2).
FC_K_MTC = b"\xff\xe0"
FC_RES = b"\xff\xe1"

# What tagged RANDs begin with, unless an operator has a tag of its own.
TAG = bytes.fromhex("4d544352")

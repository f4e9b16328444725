"""Pure functions of octets: algorithms of the (U)SIM and key derivation."""

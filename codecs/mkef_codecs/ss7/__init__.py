"""SIGTRAN messages: M3UA, SCCP, TCAP and the MAP operations we use."""

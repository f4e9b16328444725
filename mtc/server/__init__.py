"""The MTC Server: CoAP with OSCORE on one side, key requests on the other."""

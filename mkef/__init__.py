"""The MTC Key Establishment Function: who may have which key."""

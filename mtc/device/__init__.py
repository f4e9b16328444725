"""The MTC Device: (U)SIM, stored state and one message to the MTC Server."""

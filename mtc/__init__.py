"""The two ends: the MTC Device and the MTC Server."""

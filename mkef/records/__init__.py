"""What the MKEF keeps: the entitlement registry and the ledger of used RANDs."""

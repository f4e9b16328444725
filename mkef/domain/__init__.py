"""What the MKEF decides: entitlement, freshness, keys."""

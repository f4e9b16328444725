"""What an operator does beside a running MKEF: entitlements, status, calculations by hand."""

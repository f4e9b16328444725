"""The home network of a lab: subscribers, an AuC and an HLR that knows the variant."""

"""Our dictionary in the formats of other programs: pure functions from rows to text."""

"""What every program has: configuration, logging, metrics, command line, certificates."""

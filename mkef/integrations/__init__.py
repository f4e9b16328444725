"""Our protocol inside other people's software; each module says what it needs."""

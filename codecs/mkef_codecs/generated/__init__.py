"""What `make codecs` wrote; never edited by hand."""

"""Ways on which an edition reaches its reader, one folder each."""

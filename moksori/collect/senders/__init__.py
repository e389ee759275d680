"""Ways on which a question reaches its customer, one folder each."""

"""The science: arrays in, findings out. Plain Python, usable alone."""

"""One file for each kind of question; each holds a `kind`."""

"""State of the step understand."""

"""State of the step account."""

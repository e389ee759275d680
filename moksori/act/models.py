"""State of the step act."""

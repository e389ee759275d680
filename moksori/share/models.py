"""State of the step share."""

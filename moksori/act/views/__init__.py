"""The HTML door of the step act."""

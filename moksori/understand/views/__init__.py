"""The HTML door of the step understand."""

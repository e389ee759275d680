"""The same question put to every engine."""

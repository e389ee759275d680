"""Tests of what every connector has to keep to."""

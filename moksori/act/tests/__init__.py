"""Tests of the step act."""

"""Tests of the step understand."""

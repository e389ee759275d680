"""Tests of the step account."""

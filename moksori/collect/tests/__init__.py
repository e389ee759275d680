"""Tests of the step collect."""

"""Tests of the step share."""

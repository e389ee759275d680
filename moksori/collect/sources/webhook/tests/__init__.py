"""Tests of reading what is posted."""

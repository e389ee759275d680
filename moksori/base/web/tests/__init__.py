"""Tests of the pages everyone stands on."""

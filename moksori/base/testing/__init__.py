"""Makers and fixtures for tests and the demo."""

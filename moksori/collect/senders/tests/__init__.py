"""Senders keep their promises."""

"""Printed questionnaires, filled in and scanned by dice, and how well they are read."""

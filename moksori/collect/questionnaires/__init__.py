"""Questionnaires: one definition for every channel; plain data, no database."""

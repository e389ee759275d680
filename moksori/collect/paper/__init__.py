"""Questionnaires on paper: printed from the one definition, and read back.

Plain Python: sheets and scans as rows lie in `models`, `reads` and `writes`.
"""

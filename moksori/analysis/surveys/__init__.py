"""Samples that speak for more than themselves, and questionnaires that ask well."""

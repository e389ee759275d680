"""The field: what phones hand in, plain Python without rows."""

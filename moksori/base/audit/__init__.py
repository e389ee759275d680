"""The hash-chained log of every change made by a person."""

"""Where a mention belongs: what was learned, and what people taught, as rules.

Below reads and writes: pages ask it what would happen, jobs make it happen.
"""

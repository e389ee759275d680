"""Step 5. Measure what an action changed, with its doubt."""

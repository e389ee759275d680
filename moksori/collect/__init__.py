"""Step 1. Bring feedback in from every channel, once."""

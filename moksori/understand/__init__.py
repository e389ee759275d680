"""Step 2. Turn feedback into mentions, themes and pain points."""

"""Step 3. Give every member what matters to their customers, and measure reach."""

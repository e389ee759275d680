"""Step 4. Turn what hurts into cases and owned actions with a date."""

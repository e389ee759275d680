"""Questions to this step, answered with frozen things."""

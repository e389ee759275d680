"""Questions about effects."""

"""Questions about cases and actions."""

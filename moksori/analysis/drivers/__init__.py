"""What tells most about how satisfied people are."""

"""Mail as it really comes: decoded, stripped of what others wrote, told apart."""

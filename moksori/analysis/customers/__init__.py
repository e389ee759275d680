"""How long customers stay, who is likely to leave, and whether to believe it."""

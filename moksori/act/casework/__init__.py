"""What working on cases is made of, without rows: conditions, hours, words."""

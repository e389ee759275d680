"""What each week should have been, and when it is not: trends, charts, recurrence."""

"""Groups compared fairly: shrinkage, case mix, funnels."""

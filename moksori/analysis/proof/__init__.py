"""Did it help: methods for other shapes of data than `analysis.effect`, one verdict."""

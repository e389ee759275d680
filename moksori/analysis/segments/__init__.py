"""Small groups of customers whom something hits much harder."""

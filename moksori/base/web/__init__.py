"""Page shell, components, static files, charts, middleware."""

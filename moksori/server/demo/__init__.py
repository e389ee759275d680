"""The demo: an invented company with real, public feedback."""

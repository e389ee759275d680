"""Template tags and filters: `{% load moksori %}`."""

"""Template filters of this step: `{% load scores %}`."""

"""The web application, for gunicorn."""

import os
import sys

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moksori.server.settings")

# The threads of a process take turns in Python. Who holds the database's lock and comes
# back from the disk must not wait the usual 5 ms for that turn at every statement.
sys.setswitchinterval(0.0005)

application = get_wsgi_application()

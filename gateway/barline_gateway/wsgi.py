"""The WSGI application that Granian serves, observed as its settings say."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "barline_gateway.settings")

from barline_gateway.observing import observe

observe()
application = get_wsgi_application()

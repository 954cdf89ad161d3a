"""The WSGI application that Granian serves."""

import os

from django.core.wsgi import get_wsgi_application

from barline_gateway.bodies import with_chunked_bodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "barline_gateway.settings")
application = with_chunked_bodies(get_wsgi_application())

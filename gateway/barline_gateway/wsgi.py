"""The WSGI application that Granian serves, observed as its settings say."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from barline_gateway.bodies import with_chunked_bodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "barline_gateway.settings")

from barline_gateway.observing import observe

observe()
application = with_chunked_bodies(get_wsgi_application())
gc.freeze()  # what is loaded by now stays: no collection need look through it again

"""Drops database connections that the server has closed, before a request meets them.

Django's own check asks the server at each request, a third of what a conditional read costs. A connection that was
closed can be told from its socket: an idle one has nothing to say, so whatever can be read from it is its end.
"""

import select

from django.core.signals import request_started
from django.db import connections
from django.dispatch import receiver


@receiver(request_started, dispatch_uid="barline.connections")
def drop_closed(**_: object) -> None:
    for wrapper in connections.all(initialized_only=True):
        if wrapper.connection is not None and not wrapper.in_atomic_block and has_ended(wrapper):
            wrapper.close()


def has_ended(wrapper: object) -> bool:
    connection = wrapper.connection  # type: ignore[attr-defined]  # stubs give no common type of the wrappers
    if connection.closed:
        return True
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN | select.POLLHUP | select.POLLERR)
    return bool(poll.poll(0))

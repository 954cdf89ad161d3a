#!/usr/bin/env python3
"""Django's command line. Without a DATABASE_URL it uses the local installation that `make run` keeps."""

import os
import sys
from contextlib import ExitStack

from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "barline_gateway.settings")
    with ExitStack() as stack:
        try:
            from barline_local.environment import local_environment  # noqa: PLC0415 - absent from the gateway's image
        except ImportError:
            pass
        else:
            stack.enter_context(local_environment())
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()

"""The gateway's settings for tools that only read code: nothing secret is needed, nothing is reached."""

import os

os.environ |= {
    "SECRET_KEY": "only-for-reading-code",
    "API_KEY_SECRET": "only-for-reading-code",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
    "INTERNAL_KEYS_DIR": os.devnull,
}

from barline_gateway.settings import *  # noqa: F403 - the environment comes first

DATABASES["default"]["OPTIONS"].pop("pool", None)  # noqa: F405 - a pool would keep knocking

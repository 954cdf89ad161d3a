"""How long a sign-in lasts; settings.py and the middleware that enforces it must agree."""

LONGEST_S = 7 * 24 * 3600
IDLE_S = 12 * 3600

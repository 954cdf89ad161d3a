"""`python -m barline_local.prepare`: Django's migrations and the demo account, in one start of Django."""

import django
from django.core.management import call_command


def main() -> None:
    django.setup()
    call_command("migrate", verbosity=0, skip_market=True)
    call_command("demo_account")


if __name__ == "__main__":
    main()

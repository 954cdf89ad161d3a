"""Makes or renews the demo account: name, password and API key come from the environment."""

import os

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from barline_gateway.accounts.keys import create_key, digest_of
from barline_gateway.accounts.models import ApiKey, Scope

NAMES = ("BARLINE_DEMO_USERNAME", "BARLINE_DEMO_PASSWORD", "BARLINE_DEMO_API_KEY")


class Command(BaseCommand):
    """Safe to run at each start."""

    help = f"Make or renew the demo account from {', '.join(NAMES)}."

    @transaction.atomic
    def handle(self, *args: object, **options: object) -> None:
        missing = [name for name in NAMES if not os.environ.get(name)]
        if missing:
            raise CommandError(f"Not set: {', '.join(missing)}")
        username, password, text = (os.environ[name] for name in NAMES)
        user, _ = User.objects.get_or_create(username=username)
        if not user.check_password(password):
            user.set_password(password)
            user.save()
        if not ApiKey.objects.filter(digest=digest_of(text)).exists():
            create_key(user=user, name="Demo", scope=Scope.WRITE, text=text)

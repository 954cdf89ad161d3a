"""Deletes what is over: old audit entries, kept answers, sessions and sign-in attempts. Run it daily as the owner."""

from datetime import timedelta

from axes.models import AccessAttempt
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import ProgrammingError
from django.utils import timezone

from barline_gateway.accounts.models import AuditEntry, KeptAnswer

USUAL_DAYS = 365
FEWEST_DAYS = 30  # the database refuses to delete anything younger


class Command(BaseCommand):
    """The gateway's own database login may not delete audit entries; the migration job's may."""

    help = f"Delete audit entries older than --days (at least {FEWEST_DAYS}), and whatever has expired."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=USUAL_DAYS)

    def handle(self, *args: object, days: int, **options: object) -> None:
        if days < FEWEST_DAYS:
            raise CommandError(f"Audit entries are kept for {FEWEST_DAYS} days at least.")
        now = timezone.now()
        try:
            entries, _ = AuditEntry.objects.filter(
                occurred_at__lt=now - timedelta(days=days)
            ).delete()
        except ProgrammingError as error:
            raise CommandError(
                "This database login may not delete audit entries: run it as the owner."
            ) from error
        answers, _ = KeptAnswer.objects.filter(expires_at__lte=now).delete()
        AccessAttempt.objects.filter(attempt_time__lt=now - timedelta(days=1)).delete()
        call_command("clearsessions")
        self.stdout.write(f"Deleted {entries} audit entries and {answers} kept answers.")

"""Making, finding, rotating and revoking API keys."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, models, transaction
from django.utils import timezone

from barline_core.problems import Conflict
from barline_gateway.accounts.known_keys import known_keys
from barline_gateway.accounts.models import ApiKey, Scope
from barline_gateway.statements import first_row

KEY_PREFIX = "barline_"
SHOWN_CHARACTERS = len(KEY_PREFIX) + 6
LONGEST_KEY = 200
LAST_USED_PRECISION = timedelta(minutes=1)  # a write per minute and key, not per request
MOST_KEYS = 100  # of one user, not counting those revoked or expired


def create_key(
    *,
    user: User,
    name: str,
    scope: Scope,
    expires_at: datetime | None = None,
    text: str | None = None,
) -> tuple[ApiKey, str]:
    """A new key and its text, which cannot be had again. A given `text` must be as random as ours."""
    if valid_keys(user).count() >= MOST_KEYS:
        raise Conflict(f"You have {MOST_KEYS} valid keys, the most one may have: revoke some.")
    text = text or KEY_PREFIX + secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        user=user,
        name=name,
        scope=scope,
        prefix=text[:SHOWN_CHARACTERS],
        digest=digest_of(text),
        expires_at=expires_at,
    )
    return key, text


def valid_keys(user: User) -> models.QuerySet[ApiKey]:
    """Those that open something now."""
    unexpired = models.Q(expires_at=None) | models.Q(expires_at__gt=timezone.now())
    return ApiKey.objects.filter(unexpired, user=user, revoked_at=None)


def find_key(text: str) -> ApiKey | None:
    """The key with this text when it is valid now; notes that it was used."""
    if len(text) > LONGEST_KEY:
        return None
    key = known_keys.get(digest_of(text), stored_key)
    now = timezone.now()
    if key is None or key.revoked_at is not None or not key.user.is_active:
        return None
    if key.expires_at is not None and key.expires_at <= now:
        return None
    if key.last_used_at is None or now - key.last_used_at > LAST_USED_PRECISION:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
        key.last_used_at = now
    return key


KEY_FIELDS = ApiKey._meta.concrete_fields  # noqa: SLF001 - Django documents `_meta`
USER_FIELDS = User._meta.concrete_fields  # noqa: SLF001 - the same
KEY_NAMES = [field.attname for field in KEY_FIELDS]
USER_NAMES = [field.attname for field in USER_FIELDS]
COLUMNS = [f"key.{one.column}" for one in KEY_FIELDS] + [
    f"owner.{one.column}" for one in USER_FIELDS
]
LOOK_UP = (
    f"SELECT {', '.join(COLUMNS)} FROM accounts_apikey AS key"  # noqa: S608 - names of our own models
    " JOIN auth_user AS owner ON owner.id = key.user_id WHERE key.digest = %s"
)


def stored_key(digest: str) -> ApiKey | None:
    """The key and its user."""
    row = first_row(LOOK_UP, digest)
    if row is None:
        return None
    alias, split = connection.alias, len(KEY_NAMES)
    key = ApiKey.from_db(alias, KEY_NAMES, row[:split])
    key.user = User.from_db(alias, USER_NAMES, row[split:])
    return key


@transaction.atomic
def rotate_key(key: ApiKey, *, grace: timedelta) -> tuple[ApiKey, str]:
    """A new key in the place of `key`, with its name, scope and expiry; the old one ends after `grace`.

    A rotation is planned: the programs that use the key are changed one after another, and both texts must work
    meanwhile. A key that got out is not rotated with a grace but revoked, or rotated with none.
    """
    old = ApiKey.objects.select_for_update().get(pk=key.pk)
    if old.revoked_at is not None:
        raise Conflict("This key is revoked: make a new one instead.")
    new, text = create_key(
        user=old.user, name=old.name, scope=Scope(old.scope), expires_at=old.expires_at
    )
    if not grace:
        revoke_key(old)
    else:
        ends_at = timezone.now() + grace
        old.expires_at = ends_at if old.expires_at is None else min(old.expires_at, ends_at)
        old.save(update_fields=["expires_at"])
    return new, text


def revoke_key(key: ApiKey) -> None:
    """The key stops working at once; revoking again changes nothing."""
    if key.revoked_at is None:
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])


def digest_of(text: str) -> str:
    """A keyed SHA-256: keys are random, so no slow password hash is needed on the hot path."""
    secret = settings.ENVIRONMENT.api_key_secret.get_secret_value().encode()
    return hmac.new(secret, text.encode(errors="replace"), hashlib.sha256).hexdigest()

"""Making, finding and revoking API keys."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from barline_gateway.accounts.models import ApiKey, Scope

KEY_PREFIX = "barline_"
SHOWN_CHARACTERS = len(KEY_PREFIX) + 6
LAST_USED_PRECISION = timedelta(minutes=1)  # a write per minute and key, not per request


def create_key(
    *,
    user: User,
    name: str,
    scope: Scope,
    expires_at: datetime | None = None,
    text: str | None = None,
) -> tuple[ApiKey, str]:
    """A new key and its text, which cannot be had again. A given `text` must be as random as ours."""
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


def find_key(text: str) -> ApiKey | None:
    """The key with this text when it is valid now; notes that it was used."""
    now = timezone.now()
    key = ApiKey.objects.select_related("user").filter(digest=digest_of(text)).first()
    if key is None or key.revoked_at is not None or not key.user.is_active:
        return None
    if key.expires_at is not None and key.expires_at <= now:
        return None
    if key.last_used_at is None or now - key.last_used_at > LAST_USED_PRECISION:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
    return key


def revoke_key(key: ApiKey) -> None:
    """The key stops working at once; revoking again changes nothing."""
    if key.revoked_at is None:
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])


def digest_of(text: str) -> str:
    """A keyed SHA-256: keys are random, so no slow password hash is needed on the hot path."""
    secret = settings.ENVIRONMENT.api_key_secret.get_secret_value().encode()
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()

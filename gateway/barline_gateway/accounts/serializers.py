"""The bodies of `/account/keys`."""

from rest_framework import serializers

from barline_gateway.accounts.models import Scope
from barline_gateway.registry.serializers import StrictSerializer

LONGEST_LIFE_DAYS = 3650
LONGEST_GRACE_HOURS = 7 * 24
USUAL_GRACE_HOURS = 24


class KeyBody(StrictSerializer):
    """A new key. Without `expires_in_days` it lives until it is revoked."""

    name = serializers.CharField(max_length=100)
    scope = serializers.ChoiceField(choices=[scope.value for scope in Scope], default="read")
    expires_in_days = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=LONGEST_LIFE_DAYS
    )


class RotationBody(StrictSerializer):
    """How long the old text goes on working; 0: not at all."""

    grace_hours = serializers.IntegerField(
        default=USUAL_GRACE_HOURS, min_value=0, max_value=LONGEST_GRACE_HOURS
    )


class KeysQuery(StrictSerializer):
    active = serializers.BooleanField(required=False, allow_null=True, default=None)
    ordering = serializers.ChoiceField(
        choices=["-created_at", "created_at", "name", "-name", "last_used_at", "-last_used_at"],
        default="-created_at",
    )
    page = serializers.IntegerField(min_value=1, max_value=1_000_000, default=1)
    page_size = serializers.IntegerField(min_value=1, max_value=200, default=50)

"""`Authorization: Bearer <API key>` for DRF."""

from django.contrib.auth.models import User
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from barline_gateway.accounts.keys import find_key
from barline_gateway.accounts.models import ApiKey


class ApiKeyAuthentication(BaseAuthentication):
    """The key's user, with the key itself as `request.auth`."""

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        header = request.headers.get("Authorization")
        if header is None:
            return None
        scheme, _, text = header.partition(" ")
        if scheme.lower() != "bearer":
            raise AuthenticationFailed("Send the API key as `Authorization: Bearer <key>`.")
        key = find_key(text.strip())
        if key is None:
            raise AuthenticationFailed("This API key is unknown, expired or revoked.")
        return key.user, key

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"

"""Signed internal calls: short-lived Ed25519 tokens, so that a service can check a caller it cannot pose as.

Each caller holds its own private key; services hold the public keys only. A token names the calling service, the one
service it is meant for, and the user on whose behalf the call is made.
"""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ALGORITHM = "EdDSA"
LIFETIME_S = 60
LEEWAY_S = 5  # clocks of two hosts differ a little


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling: the service that signed, and the user it acts for (`None`: the service itself)."""

    service: str
    user_id: int | None
    scope: str  # read, write or admin


class InvalidToken(Exception):
    """The token is missing, forged, out of date, or meant for another service."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Makes tokens in the name of one service."""

    service: str
    key: Ed25519PrivateKey

    def sign(self, *, audience: str, user_id: int | None, scope: str) -> str:
        now = int(time.time())
        claims: dict[str, object] = {
            "iss": self.service,
            "aud": audience,
            "iat": now,
            "exp": now + LIFETIME_S,
            "jti": secrets.token_urlsafe(9),
            "scope": scope,
        }
        if user_id is not None:
            claims["sub"] = str(user_id)
        return jwt.encode(claims, self.key, algorithm=ALGORITHM)


@dataclass(frozen=True, slots=True)
class Verifier:
    """Checks tokens meant for one service against the public keys of those allowed to call it."""

    audience: str
    keys: Mapping[str, Ed25519PublicKey]

    def verify(self, token: str) -> Caller:
        """Raise InvalidToken unless a known caller signed `token` for this service, just now."""
        try:
            issuer = str(jwt.decode(token, options={"verify_signature": False})["iss"])
            key = self.keys[issuer]
            claims = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                audience=self.audience,
                issuer=issuer,
                leeway=LEEWAY_S,
                options={"require": ["exp", "iat", "iss", "aud", "scope"]},
            )
            subject = claims.get("sub")
            user_id = None if subject is None else int(subject)
        except (jwt.InvalidTokenError, KeyError, TypeError, ValueError) as error:
            raise InvalidToken(str(error)) from error
        return Caller(service=issuer, user_id=user_id, scope=str(claims["scope"]))


def write_key_pair(folder: Path, service: str) -> None:
    """Make `service`.key (readable by its owner only) and `service`.pub in `folder`."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    private_path = folder / f"{service}.key"
    private_path.touch(mode=0o600)
    private_path.write_bytes(private)
    (folder / f"{service}.pub").write_bytes(public)


def load_signer(path: Path) -> Signer:
    """The signer whose service name is the stem of the key file."""
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path.name} is not an Ed25519 private key")
    return Signer(service=path.stem, key=key)


def load_public_keys(folder: Path) -> dict[str, Ed25519PublicKey]:
    """Every `*.pub` of a folder, by the service it belongs to."""
    keys: dict[str, Ed25519PublicKey] = {}
    for path in sorted(folder.glob("*.pub")):
        key = serialization.load_pem_public_key(path.read_bytes())
        if not isinstance(key, Ed25519PublicKey):
            raise TypeError(f"{path.name} is not an Ed25519 public key")
        keys[path.stem] = key
    return keys

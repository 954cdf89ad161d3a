"""Signed internal calls: short-lived Ed25519 tokens, so that a service can check a caller it cannot pose as.

Each caller holds its own private key; services hold the public keys only. A token names the calling service, the one
service it is meant for, the user on whose behalf the call is made, and what it may be used for: to read, as often as
wanted while it lives, or for one single action. `verifying` has the other half.
"""

import base64
import hashlib
import secrets
import time
from dataclasses import dataclass, field
from pathlib import Path

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ALGORITHM = "EdDSA"
LIFETIME_S = 60
REUSED_S = 15  # a token to read is signed anew after this, long before it expires
MOST_KEPT = 4096  # users whose tokens to read are kept at a time
READ, ACT = "read", "act"
READING_METHODS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling: the service that signed, and the user it acts for (`None`: the service itself)."""

    service: str
    user_id: int | None
    scope: str  # read, write or admin


@dataclass(frozen=True, slots=True)
class Action:
    """The one request a token to act is good for. `body` is None when it is sent in pieces."""

    method: str
    target: bytes  # path and query as they are sent
    body: bytes | None

    def claims(self) -> dict[str, str]:
        """What the signature covers, so that the token is of no use for any other request."""
        claims = {"req": digest_of(self.method.encode() + b" " + self.target)}
        return claims if self.body is None else claims | {"body": digest_of(self.body)}


@dataclass(frozen=True, slots=True)
class Signer:
    """Makes tokens in the name of one service."""

    service: str
    key: Ed25519PrivateKey
    _kept: dict[tuple[str, int | None, str], tuple[float, str]] = field(
        default_factory=dict, repr=False
    )

    def sign(
        self, *, audience: str, user_id: int | None, scope: str, action: Action | None = None
    ) -> str:
        """A token for one action, or without one a token to read, which is kept for a few seconds."""
        now = time.time()
        if action is not None:
            single = {"use": ACT, "jti": secrets.token_urlsafe(12), **action.claims()}
            return self._encode(audience, user_id, scope, now, single)
        whose = (audience, user_id, scope)
        until, token = self._kept.get(whose, (0.0, ""))
        if now >= until:
            token = self._encode(audience, user_id, scope, now, {"use": READ})
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[whose] = (now + REUSED_S, token)
        return token

    def _encode(
        self, audience: str, user_id: int | None, scope: str, now: float, more: dict[str, str]
    ) -> str:
        claims: dict[str, object] = {
            "iss": self.service,
            "aud": audience,
            "iat": int(now),
            "exp": int(now) + LIFETIME_S,
            "scope": scope,
            **more,
        }
        if user_id is not None:
            claims["sub"] = str(user_id)
        return jwt.encode(claims, self.key, algorithm=ALGORITHM)


def digest_of(content: bytes) -> str:
    """SHA-256 in the alphabet of tokens."""
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")


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

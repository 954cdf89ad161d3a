"""The receiving half of internal tokens: who signed, for whom, for what, and whether this was seen before."""

import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from barline_core.tokens import ACT, ALGORITHM, READ, READING_METHODS, Caller, digest_of

LEEWAY_S = 5  # clocks of two hosts differ a little
MOST_REMEMBERED = 4096  # tokens to read whose signature need not be checked again
REQUIRED = ["exp", "iat", "iss", "aud", "scope", "use"]

Claims = Mapping[str, object]


class InvalidToken(Exception):
    """The token is missing, forged, out of date, used before, or meant for something else."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A caller, and the digest its body must have (None: it was sent in pieces and is not bound)."""

    caller: Caller
    body_digest: str | None = None

    def check_body(self, body: bytes) -> None:
        """Raise InvalidToken when the body is not the one that was signed."""
        if digest_of(body) != self.body_digest:
            raise InvalidToken("the token was signed for another body")


@dataclass(slots=True)
class Verifier:
    """Checks tokens meant for one service against the public keys of those allowed to call it."""

    audience: str
    keys: Mapping[str, Ed25519PublicKey]
    _remembered: dict[str, tuple[float, Caller]] = field(default_factory=dict, repr=False)
    _used: "OrderedDict[str, float]" = field(default_factory=OrderedDict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def verify(self, token: str, method: str, target: bytes) -> Verified:
        """Raise InvalidToken unless an allowed caller signed `token` for this service and this request, just now."""
        now = time.time()
        known = self._remembered.get(token)
        if known is not None and now < known[0] and method in READING_METHODS:
            return Verified(known[1])
        claims = self._decode(token)
        caller = _caller_of(claims)
        use, expires = claims["use"], cast("int", claims["exp"]) + LEEWAY_S
        if use == READ and method in READING_METHODS:
            self._remember(token, expires, caller)
            return Verified(caller)
        if use != ACT:
            raise InvalidToken(f"the token is not for {method}")
        if claims.get("req") != digest_of(method.encode() + b" " + target):
            raise InvalidToken("the token was signed for another request")
        self._use_up(str(claims["jti"]) if "jti" in claims else "", expires, now)
        digest = claims.get("body")
        return Verified(caller, None if digest is None else str(digest))

    def _decode(self, token: str) -> Claims:
        try:
            issuer = str(jwt.decode(token, options={"verify_signature": False})["iss"])
            return jwt.decode(
                token,
                self.keys[issuer],
                algorithms=[ALGORITHM],
                audience=self.audience,
                issuer=issuer,
                leeway=LEEWAY_S,
                options={"require": REQUIRED},
            )
        except (jwt.InvalidTokenError, KeyError, TypeError, ValueError) as error:
            raise InvalidToken(f"{type(error).__name__}: {error}") from error

    def _remember(self, token: str, expires: float, caller: Caller) -> None:
        if len(self._remembered) >= MOST_REMEMBERED:
            self._remembered.clear()
        self._remembered[token] = (expires, caller)

    def _use_up(self, token_id: str, expires: float, now: float) -> None:
        """A token to act is good once in each process, for as long as it would be good at all."""
        with self._lock:
            while self._used and next(iter(self._used.values())) < now:
                self._used.popitem(last=False)
            if not token_id or token_id in self._used:
                raise InvalidToken("the token was used before")
            self._used[token_id] = expires


def _caller_of(claims: Claims) -> Caller:
    subject = claims.get("sub")
    try:
        user_id = None if subject is None else int(str(subject))
    except ValueError as error:
        raise InvalidToken("the user is not a number") from error
    return Caller(service=str(claims["iss"]), user_id=user_id, scope=str(claims["scope"]))

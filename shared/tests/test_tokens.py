import time
from pathlib import Path

import jwt
import pytest

from barline_core.tokens import (
    ALGORITHM,
    InvalidToken,
    Verifier,
    load_public_keys,
    load_signer,
    write_key_pair,
)


@pytest.fixture
def verifier(internal_keys_dir: Path) -> Verifier:
    return Verifier("backtest", load_public_keys(internal_keys_dir))


def test_a_token_names_its_caller_and_the_user(verifier: Verifier, internal_keys_dir: Path) -> None:
    signer = load_signer(internal_keys_dir / "gateway.key")
    caller = verifier.verify(signer.sign(audience="backtest", user_id=7, scope="read"))
    assert (caller.service, caller.user_id, caller.scope) == ("gateway", 7, "read")


def test_a_token_for_another_service_is_refused(
    verifier: Verifier, internal_keys_dir: Path
) -> None:
    signer = load_signer(internal_keys_dir / "gateway.key")
    with pytest.raises(InvalidToken):
        verifier.verify(signer.sign(audience="ingestion", user_id=7, scope="read"))


def test_a_service_cannot_sign_in_anothers_name(
    verifier: Verifier, internal_keys_dir: Path
) -> None:
    key = load_signer(internal_keys_dir / "reports.key").key
    now = int(time.time())
    claims = {"iss": "gateway", "aud": "backtest", "iat": now, "exp": now + 9, "scope": "admin"}
    with pytest.raises(InvalidToken):
        verifier.verify(jwt.encode(claims, key, algorithm=ALGORITHM))


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": 1},
        {"iss": "stranger"},
        {"iss": ["gateway"]},
        {"scope": None},
        {"sub": "not a number"},
        {"aud": None},
    ],
)
def test_claims_that_are_missing_or_wrong_are_refused(
    verifier: Verifier, internal_keys_dir: Path, changed: dict[str, object]
) -> None:
    now = int(time.time())
    claims = {"iss": "gateway", "aud": "backtest", "iat": now, "exp": now + 9, "scope": "read"}
    claims = {name: value for name, value in (claims | changed).items() if value is not None}
    key = load_signer(internal_keys_dir / "gateway.key").key
    with pytest.raises((InvalidToken, TypeError)):
        verifier.verify(jwt.encode(claims, key, algorithm=ALGORITHM))


@pytest.mark.parametrize("token", ["", "a.b.c", "x" * 10_000])
def test_what_is_no_token_is_refused(verifier: Verifier, token: str) -> None:
    with pytest.raises(InvalidToken):
        verifier.verify(token)


def test_an_unsigned_token_is_refused(verifier: Verifier) -> None:
    now = int(time.time())
    claims = {"iss": "gateway", "aud": "backtest", "iat": now, "exp": now + 9, "scope": "admin"}
    with pytest.raises(InvalidToken):
        verifier.verify(jwt.encode(claims, None, algorithm="none"))


def test_the_private_key_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    write_key_pair(tmp_path, "gateway")
    assert (tmp_path / "gateway.key").stat().st_mode & 0o777 == 0o600

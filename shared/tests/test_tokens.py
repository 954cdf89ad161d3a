import time
from pathlib import Path

import jwt
import pytest

from barline_core.tokens import (
    ALGORITHM,
    REUSED_S,
    Action,
    Signer,
    digest_of,
    load_public_keys,
    load_signer,
    write_key_pair,
)
from barline_core.verifying import InvalidToken, Verifier

LOOK = ("GET", b"/bars?symbol=IBM")
ORDER = Action("POST", b"/refreshes", b'{"symbols":["IBM"]}')


@pytest.fixture
def verifier(internal_keys_dir: Path) -> Verifier:
    return Verifier("backtest", load_public_keys(internal_keys_dir))


@pytest.fixture
def signer(internal_keys_dir: Path) -> Signer:
    return load_signer(internal_keys_dir / "gateway.key")


def to_act(signer: Signer, action: Action = ORDER) -> str:
    return signer.sign(audience="backtest", user_id=7, scope="write", action=action)


def test_a_token_names_its_caller_and_the_user(verifier: Verifier, signer: Signer) -> None:
    token = signer.sign(audience="backtest", user_id=7, scope="read")
    caller = verifier.verify(token, *LOOK).caller
    assert (caller.service, caller.user_id, caller.scope) == ("gateway", 7, "read")


def test_a_token_to_read_is_reused_for_the_same_user_only(signer: Signer) -> None:
    first = signer.sign(audience="backtest", user_id=7, scope="read")
    assert signer.sign(audience="backtest", user_id=7, scope="read") == first
    for other in (
        {"audience": "reports", "user_id": 7, "scope": "read"},
        {"audience": "backtest", "user_id": 8, "scope": "read"},
        {"audience": "backtest", "user_id": 7, "scope": "admin"},
    ):
        assert signer.sign(**other) != first


def test_a_token_that_is_kept_for_reuse_is_far_from_its_end(
    signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = signer.sign(audience="backtest", user_id=9, scope="read")
    later = time.time() + REUSED_S + 1
    monkeypatch.setattr(time, "time", lambda: later)
    assert signer.sign(audience="backtest", user_id=9, scope="read") != first


def test_a_remembered_token_still_expires(
    verifier: Verifier, signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = signer.sign(audience="backtest", user_id=7, scope="read")
    verifier.verify(token, *LOOK)
    assert token in verifier._remembered
    expires, _ = verifier._remembered[token]
    assert expires <= time.time() + 66
    monkeypatch.setattr(time, "time", lambda: expires + 1)
    monkeypatch.setattr(Verifier, "_decode", refuse)
    with pytest.raises(InvalidToken, match="looked at again"):
        verifier.verify(token, *LOOK)


def refuse(verifier: Verifier, token: str) -> dict[str, object]:
    raise InvalidToken("looked at again")


@pytest.mark.parametrize("method", ["POST", "DELETE", "PUT", "PATCH"])
def test_a_token_to_read_is_of_no_use_to_act(
    verifier: Verifier, signer: Signer, method: str
) -> None:
    token = signer.sign(audience="backtest", user_id=7, scope="admin")
    verifier.verify(token, *LOOK)  # also when it is remembered
    with pytest.raises(InvalidToken):
        verifier.verify(token, method, b"/refreshes")


def test_a_token_to_act_is_good_once(verifier: Verifier, signer: Signer) -> None:
    token = to_act(signer)
    verified = verifier.verify(token, ORDER.method, ORDER.target)
    assert verified.body_digest == digest_of(ORDER.body or b"")
    with pytest.raises(InvalidToken, match="used before"):
        verifier.verify(token, ORDER.method, ORDER.target)


@pytest.mark.parametrize(
    ("method", "target"),
    [("POST", b"/refreshes?full=1"), ("POST", b"/other"), ("DELETE", b"/refreshes"), ("GET", b"/")],
)
def test_a_token_to_act_is_good_for_its_own_request_only(
    verifier: Verifier, signer: Signer, method: str, target: bytes
) -> None:
    with pytest.raises(InvalidToken, match="another request"):
        verifier.verify(to_act(signer), method, target)


def test_another_body_is_noticed(verifier: Verifier, signer: Signer) -> None:
    verified = verifier.verify(to_act(signer), ORDER.method, ORDER.target)
    verified.check_body(ORDER.body or b"")
    with pytest.raises(InvalidToken, match="another body"):
        verified.check_body(b'{"symbols":["MSFT"]}')


def test_tokens_used_up_are_forgotten_once_they_have_expired(
    verifier: Verifier, signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        verifier.verify(to_act(signer), ORDER.method, ORDER.target)
    assert len(verifier._used) == 5
    later = time.time() + 3600
    monkeypatch.setattr(time, "time", lambda: later)
    verifier._use_up("another", later + 60, later)
    assert list(verifier._used) == ["another"]


def test_a_token_for_another_service_is_refused(verifier: Verifier, signer: Signer) -> None:
    with pytest.raises(InvalidToken):
        verifier.verify(signer.sign(audience="ingestion", user_id=7, scope="read"), *LOOK)


def test_a_caller_that_is_not_on_the_list_is_refused(internal_keys_dir: Path) -> None:
    keys = load_public_keys(internal_keys_dir)
    only_gateway = Verifier("backtest", {"gateway": keys["gateway"]})
    stranger = load_signer(internal_keys_dir / "prediction.key")
    with pytest.raises(InvalidToken):
        only_gateway.verify(stranger.sign(audience="backtest", user_id=7, scope="read"), *LOOK)


def claims(**changed: object) -> dict[str, object]:
    now = int(time.time())
    whole = {
        "iss": "gateway", "aud": "backtest", "iat": now, "exp": now + 9, "scope": "read", "use": "read",
    }  # fmt: skip
    return {name: value for name, value in (whole | changed).items() if value is not None}


def test_a_service_cannot_sign_in_anothers_name(
    verifier: Verifier, internal_keys_dir: Path
) -> None:
    key = load_signer(internal_keys_dir / "reports.key").key
    with pytest.raises(InvalidToken):
        verifier.verify(jwt.encode(claims(scope="admin"), key, algorithm=ALGORITHM), *LOOK)


def test_these_claims_would_be_accepted_if_nothing_were_wrong_with_them(
    verifier: Verifier, signer: Signer
) -> None:
    token = jwt.encode(claims(), signer.key, algorithm=ALGORITHM)
    assert verifier.verify(token, *LOOK).caller.service == "gateway"


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": 1},
        {"iat": int(time.time()) + 3600},
        {"iss": "stranger"},
        {"scope": None},
        {"sub": "not a number"},
        {"aud": None},
        {"use": None},
        {"use": "everything"},
        {"use": "act"},
        {"use": "act", "req": digest_of(b"GET /bars?symbol=IBM")},  # without an id it could be replayed
    ],
)  # fmt: skip
def test_claims_that_are_missing_or_wrong_are_refused(
    verifier: Verifier, signer: Signer, changed: dict[str, object]
) -> None:
    with pytest.raises(InvalidToken):
        verifier.verify(jwt.encode(claims(**changed), signer.key, algorithm=ALGORITHM), *LOOK)


@pytest.mark.parametrize("token", ["", "a.b.c", "x" * 10_000])
def test_what_is_no_token_is_refused(verifier: Verifier, token: str) -> None:
    with pytest.raises(InvalidToken):
        verifier.verify(token, *LOOK)


def test_an_unsigned_token_is_refused(verifier: Verifier) -> None:
    with pytest.raises(InvalidToken):
        verifier.verify(jwt.encode(claims(), None, algorithm="none"), *LOOK)


def test_a_token_signed_with_the_public_key_as_a_secret_is_refused(
    verifier: Verifier, internal_keys_dir: Path
) -> None:
    import base64
    import hashlib
    import hmac
    import json

    def part(value: object) -> bytes:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")

    unsigned = part({"alg": "HS256", "typ": "JWT"}) + b"." + part(claims(scope="admin"))
    secret = (internal_keys_dir / "gateway.pub").read_bytes()
    signature = base64.urlsafe_b64encode(hmac.digest(secret, unsigned, hashlib.sha256))
    with pytest.raises(InvalidToken):
        verifier.verify((unsigned + b"." + signature.rstrip(b"=")).decode(), *LOOK)


def test_the_private_key_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    write_key_pair(tmp_path, "gateway")
    assert (tmp_path / "gateway.key").stat().st_mode & 0o777 == 0o600

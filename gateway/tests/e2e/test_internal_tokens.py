"""Every service of a running installation against tokens that are forged, stale, replayed or meant for another."""

import json
import time
from dataclasses import dataclass

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from barline_core.tokens import Action, Signer, load_signer

from .conftest import Stack

# A route of each service, and who may not call it although it has a key.
SERVICES = {
    "ingestion": ("/symbols/IBM/bars", "reports"),
    "backtest": ("/back_test/runs", "prediction"),
    "prediction": ("/ai_prediction/model", "backtest"),
    "reports": ("/reports", "backtest"),
}


@dataclass(frozen=True)
class Target:
    """A service, reached without the gateway as somebody inside the cluster could."""

    name: str
    url: str
    path: str
    stranger: Signer
    gateway: Signer

    def status(self, token: str, *, method: str = "GET", path: str | None = None) -> int:
        headers = {"Authorization": f"Bearer {token}"}
        target = self.url + (path or self.path)
        return httpx.request(method, target, headers=headers, timeout=30).status_code

    def claims(self, **changed: object) -> dict[str, object]:
        now = int(time.time())
        usual = {"iss": "gateway", "aud": self.name, "iat": now, "exp": now + 30, "scope": "admin"}
        return {**usual, "use": "read", **changed}


@pytest.fixture(params=SERVICES)
def target(stack: Stack, request: pytest.FixtureRequest) -> Target:
    return target_in(stack, request.param)


def target_in(stack: Stack, name: str) -> Target:
    path, stranger = SERVICES[name]
    port = json.loads((stack.home / "env" / f"{name}.json").read_text())["PORT"]

    def signer(party: str) -> Signer:
        return load_signer(stack.home / "keys" / party / f"{party}.key")

    return Target(name, f"http://127.0.0.1:{port}", path, signer(stranger), signer("gateway"))


def test_a_genuine_token_is_good(target: Target) -> None:
    token = target.gateway.sign(audience=target.name, user_id=1, scope="read")
    assert target.status(token) == 200
    made_by_hand = jwt.encode(target.claims(), target.gateway.key, algorithm="EdDSA")
    assert target.status(made_by_hand) == 200


def test_a_key_of_ones_own_making_is_refused(target: Target) -> None:
    forged = jwt.encode(target.claims(), Ed25519PrivateKey.generate(), algorithm="EdDSA")
    assert target.status(forged) == 401


def test_another_service_cannot_pose_as_the_gateway(target: Target) -> None:
    forged = jwt.encode(target.claims(), target.stranger.key, algorithm="EdDSA")
    assert target.status(forged) == 401


def test_a_service_that_has_no_business_here_is_refused(target: Target) -> None:
    token = target.stranger.sign(audience=target.name, user_id=1, scope="admin")
    assert target.status(token) == 401


@pytest.mark.parametrize(
    "changed",
    [{"exp": 1}, {"aud": "somebody-else"}, {"use": "act"}, {"use": None}, {"iss": "nobody"}],
)
def test_stale_and_misdirected_tokens_are_refused(
    target: Target, changed: dict[str, object]
) -> None:
    claims = {name: value for name, value in target.claims(**changed).items() if value is not None}
    assert target.status(jwt.encode(claims, target.gateway.key, algorithm="EdDSA")) == 401


def test_an_unsigned_token_is_refused(target: Target) -> None:
    assert target.status(jwt.encode(target.claims(), None, algorithm="none")) == 401


def test_no_token_and_an_api_key_are_refused(target: Target, stack: Stack) -> None:
    assert httpx.get(target.url + target.path).status_code == 401
    assert target.status(stack.api_key) == 401


@pytest.mark.parametrize("service", ["ingestion", "backtest"])
def test_a_token_to_act_is_refused_the_second_time_and_elsewhere(
    stack: Stack, service: str
) -> None:
    target = target_in(stack, service)

    def token() -> str:
        action = Action("DELETE", b"/jobs/nothing", b"")
        return target.gateway.sign(audience=service, user_id=1, scope="write", action=action)

    once = token()
    assert target.status(once, method="DELETE", path="/jobs/nothing") == 404
    assert target.status(once, method="DELETE", path="/jobs/nothing") == 401
    assert target.status(token(), method="DELETE", path="/jobs/another") == 401


@pytest.mark.parametrize("service", ["backtest", "reports"])
def test_the_user_in_the_token_decides_what_is_listed(stack: Stack, service: str) -> None:
    target = target_in(stack, service)
    token = target.gateway.sign(audience=service, user_id=987_654, scope="read")
    listed = httpx.get(target.url + target.path, headers={"Authorization": f"Bearer {token}"})
    assert listed.json()["count"] == 0

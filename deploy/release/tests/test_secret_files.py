import ssl
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from barline_core.settings import ServiceSettings
from barline_core.tokens import load_public_keys, load_signer
from barline_core.verifying import Verifier
from barline_release.__main__ import main
from barline_release.parties import PARTIES
from barline_release.secret_files import Installation, write_secrets


def contents(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


def test_running_again_changes_nothing(tmp_path: Path) -> None:
    write_secrets(tmp_path, Installation())
    first = contents(tmp_path)
    write_secrets(tmp_path, Installation())
    assert contents(tmp_path) == first


def test_each_reader_finds_its_own_secrets_and_no_others(tmp_path: Path) -> None:
    write_secrets(tmp_path, Installation())
    assert {path.name for path in (tmp_path / "backtest").iterdir()} == {"database_url", "keys"}
    assert {path.name for path in (tmp_path / "nginx").iterdir()} == {"tls.crt", "tls.key"}
    for party in PARTIES:
        private = [path.stem for path in (tmp_path / party / "keys").glob("*.key")]
        assert private == [party]
    assert not (tmp_path / "release" / "drafts").exists()


def test_secrets_are_readable_by_their_owner_only_unless_said_otherwise(tmp_path: Path) -> None:
    main(["secrets", str(tmp_path / "closed")])
    main(["secrets", str(tmp_path / "readable"), "--readable"])
    name = "gateway/secret_key"
    assert (tmp_path / "closed" / name).stat().st_mode & 0o777 == 0o400
    assert (tmp_path / "readable" / name).stat().st_mode & 0o777 == 0o444


def test_a_service_reads_its_settings_from_the_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_secrets(
        tmp_path, Installation(database_host="db.example", database_options="?sslmode=verify-full")
    )
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("SECRETS_DIR", f"{tmp_path / 'backtest'}:{tmp_path / 'nginx'}")
    monkeypatch.setenv("INTERNAL_KEYS_DIR", str(tmp_path / "backtest" / "keys"))
    settings = ServiceSettings()
    url = urlsplit(settings.database_url.get_secret_value())
    assert (url.hostname, url.username, url.query) == (
        "db.example",
        "barline_login_backtest",
        "sslmode=verify-full",
    )
    assert url.password == (tmp_path / "release" / "database_password_backtest").read_text()


def test_the_environment_wins_over_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "database_url").write_text("postgresql://file@db/barline")
    monkeypatch.setenv("SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", "postgresql://environment@db/barline")
    monkeypatch.setenv("INTERNAL_KEYS_DIR", str(tmp_path))
    assert "environment" in ServiceSettings().database_url.get_secret_value()


def test_the_keys_made_are_understood_by_everybody(tmp_path: Path) -> None:
    write_secrets(tmp_path, Installation())
    token = load_signer(tmp_path / "gateway" / "keys" / "gateway.key").sign(
        audience="reports", user_id=7, scope="read"
    )
    verifier = Verifier("reports", load_public_keys(tmp_path / "reports" / "keys"))
    caller = verifier.verify(token, "GET", b"/reports").caller
    assert (caller.service, caller.user_id) == ("gateway", 7)


def test_the_certificate_is_for_the_hosts_it_was_made_for(tmp_path: Path) -> None:
    write_secrets(tmp_path, Installation(hosts=("barline.example", "192.0.2.7")))
    context = ssl.create_default_context(cafile=tmp_path / "nginx" / "tls.crt")
    context.load_cert_chain(tmp_path / "nginx" / "tls.crt", tmp_path / "nginx" / "tls.key")
    (certificate,) = context.get_ca_certs()
    assert certificate["subjectAltName"] == (
        ("DNS", "barline.example"),
        ("IP Address", "192.0.2.7"),
    )

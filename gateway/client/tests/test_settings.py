"""Where the address and the key come from, and that a key goes nowhere else."""

import json
from pathlib import Path

import pytest

from barline_client.errors import NoSettings
from barline_client.settings import DEFAULT_URL, settings


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder with no settings around it."""
    for name in ("BARLINE_URL", "BARLINE_API_KEY", "BARLINE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def keep_credentials(folder: Path) -> None:
    (folder / ".barline").mkdir()
    kept = {"base_url": "http://127.0.0.1:8001", "api_key": "kept", "username": "demo"}
    (folder / ".barline" / "credentials.json").write_text(json.dumps(kept))


def test_without_a_key_it_says_where_to_give_one() -> None:
    with pytest.raises(NoSettings, match="--api-key or BARLINE_API_KEY"):
        settings()


def test_a_files_key_is_not_sent_to_another_host(folder: Path) -> None:
    keep_credentials(folder)
    with pytest.raises(NoSettings, match="no key for https://elsewhere"):
        settings("https://elsewhere.example")


def test_an_option_beats_the_environment_and_that_the_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_credentials(folder)
    assert settings().api_key == "kept"
    monkeypatch.setenv("BARLINE_API_KEY", "named")
    assert (settings().base_url, settings().api_key) == ("http://127.0.0.1:8001", "named")
    assert settings(None, "given").api_key == "given"
    monkeypatch.setenv("BARLINE_URL", DEFAULT_URL)
    assert settings().base_url == DEFAULT_URL


def test_the_config_file_comes_before_the_installation(folder: Path) -> None:
    keep_credentials(folder)
    (folder / "config" / "barline").mkdir(parents=True)
    text = 'base_url = "https://barline.example"\napi_key = "configured"\n'
    (folder / "config" / "barline" / "config.toml").write_text(text)
    assert settings().api_key == "configured"
    assert settings("http://127.0.0.1:8001/").api_key == "kept"


@pytest.mark.parametrize("text", ["{", "[]", "{}", '"x"'])
def test_a_broken_file_is_named(folder: Path, text: str) -> None:
    (folder / ".barline").mkdir()
    (folder / ".barline" / "credentials.json").write_text(text)
    with pytest.raises(NoSettings, match=r"credentials\.json"):
        settings()


def test_a_key_is_not_shown() -> None:
    assert "secret" not in repr(settings(DEFAULT_URL, "secret"))


@pytest.mark.parametrize("url", ["barline.example", "file:///etc/passwd"])
def test_an_address_has_a_scheme(url: str) -> None:
    with pytest.raises(NoSettings, match="is not an address"):
        settings(url, "key")

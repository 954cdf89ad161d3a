"""Where the server is and with which key: options, then the environment, then a file.

Files, in this order: `config.toml` in the folder for settings (`base_url`, `api_key`), and `.barline/credentials.json`,
which `make run` writes. A file's key is used only for the file's own address: never sent to another host.
"""

import json
import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from barline_client.errors import NoSettings

DEFAULT_URL = "http://127.0.0.1:8000"


@dataclass(frozen=True, slots=True)
class Settings:
    base_url: str
    api_key: str = field(repr=False)


def settings(base_url: str | None = None, api_key: str | None = None) -> Settings:
    """Whatever is not given is looked up."""
    url = base_url or os.environ.get("BARLINE_URL")
    key = api_key or os.environ.get("BARLINE_API_KEY")
    if url is None or key is None:
        for kept in filter(None, (from_file(path) for path in files())):
            if url is None or url.rstrip("/") == kept.base_url.rstrip("/"):
                return checked(kept.base_url, key or kept.api_key)
    return checked(url or DEFAULT_URL, key)


def checked(url: str, key: str | None) -> Settings:
    if not url.startswith(("http://", "https://")):
        raise NoSettings(f"{url} is not an address; BARLINE_URL is like {DEFAULT_URL}.")
    if not key:
        raise NoSettings(f"There is no key for {url}; give one with --api-key or BARLINE_API_KEY.")
    if not (key.isascii() and key.isprintable()):
        raise NoSettings("The API key has characters that no key has; copy it again.")
    return Settings(url, key)


def files() -> list[Path]:
    config = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    home = Path(os.environ.get("BARLINE_HOME") or ".barline")
    return [config / "barline" / "config.toml", home / "credentials.json"]


def from_file(path: Path) -> Settings | None:
    """What a file says; None when there is none."""
    try:
        text = path.read_text()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise NoSettings(f"{path} cannot be read: {error.strerror}.") from error
    try:
        found = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
        return Settings(str(found["base_url"]), str(found["api_key"]))
    except (ValueError, KeyError, TypeError) as error:
        raise NoSettings(
            f"{path} has no base_url and api_key to use; mend or remove it."
        ) from error

"""The folder that keeps a local installation's state: secrets, signing keys, logs, settings of each process."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from barline_release.keys import make_keys
from barline_release.parties import PARTIES

SECRET_NAMES = (
    "postgres_password",
    "secret_key",
    "api_key_secret",
    "demo_password",
    "demo_api_key",
    *(f"database_password_{party}" for party in PARTIES),
)


@dataclass(frozen=True, slots=True)
class Home:
    """`BARLINE_HOME`."""

    path: Path

    @property
    def credentials(self) -> Path:
        return self.path / "credentials.json"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    def env_file(self, program: str) -> Path:
        """The whole environment of one process."""
        return self.path / "env" / f"{program}.json"

    def keys_dir(self, party: str) -> Path:
        """Everybody's public keys and this party's private one."""
        return self.path / "keys" / party

    def prepare(self) -> dict[str, str]:
        """Make what is missing; the secrets by name."""
        self.path.mkdir(parents=True, exist_ok=True)
        self.logs.mkdir(exist_ok=True)
        for folder in (self.path / "env", self.path / "keys"):
            folder.mkdir(mode=0o700, exist_ok=True)
        make_keys({party: self.keys_dir(party) for party in PARTIES}, self.path / "keys" / "fresh")
        return self._secrets()

    def _secrets(self) -> dict[str, str]:
        path = self.path / "secrets.json"
        kept: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        missing = [name for name in SECRET_NAMES if name not in kept]
        if missing:
            kept |= {name: secrets.token_urlsafe(32) for name in missing}
            write_private(path, json.dumps(kept, indent=2))
        return kept


def home_of(environment: dict[str, str]) -> Home:
    """The folder that `BARLINE_HOME` names, `.barline` in the working folder unless set."""
    return Home(Path(environment.get("BARLINE_HOME") or ".barline").absolute())


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)

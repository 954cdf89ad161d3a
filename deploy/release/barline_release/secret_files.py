"""The secrets of an installation as files: one folder for each reader, which gets that folder and no other."""

import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from barline_release.certificate import write_certificate
from barline_release.keys import make_keys
from barline_release.parties import PARTIES

OWNER = "barline"  # of the database
DATABASE = "barline"
LOGIN_PREFIX = "barline_login_"
READERS = (*PARTIES, "database", "release", "nginx")


@dataclass(frozen=True, slots=True)
class Installation:
    """What the secrets are made for: where the database answers, under which names the front door does."""

    database_host: str = "database"
    database_port: int = 5432
    database_options: str = ""  # such as ?sslmode=verify-full
    hosts: tuple[str, ...] = ("localhost", "127.0.0.1")


def write_secrets(root: Path, installation: Installation, *, mode: int = 0o400) -> None:
    """Make what is missing below `root`; what is there stays, so that running again changes nothing.

    Each file is named for the setting it holds. `mode` is that of the secret files: a container whose user is not
    ours can read them only when others may, and then the folder is the fence.
    """
    for reader in READERS:
        (root / reader).mkdir(parents=True, exist_ok=True)
    owner = _kept(root / "database" / "postgres_password", mode)
    _written(root / "release" / "database_url", _url(OWNER, owner, installation), mode)
    for party in PARTIES:
        password = _kept(root / "release" / f"database_password_{party}", mode)
        url = _url(LOGIN_PREFIX + party, password, installation)
        _written(root / party / "database_url", url, mode)
    for name in ("secret_key", "api_key_secret"):
        secret = _kept(root / "gateway" / name, mode)
        _written(root / "release" / name, secret, mode)
    for name in ("demo_password", "demo_api_key"):
        _kept(root / "release" / name, mode)
    make_keys({party: root / party / "keys" for party in PARTIES}, root / "release" / "drafts")
    write_certificate(root / "nginx", list(installation.hosts), key_mode=mode)


def _kept(path: Path, mode: int) -> str:
    """The secret in `path`, made when there is none."""
    if not path.exists():
        _written(path, secrets.token_urlsafe(32), mode)
    return path.read_text()


def _written(path: Path, text: str, mode: int) -> None:
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(text)
    path.chmod(mode)


def _url(user: str, password: str, installation: Installation) -> str:
    place = f"{installation.database_host}:{installation.database_port}"
    return f"postgresql://{user}:{quote(password, safe='')}@{place}/{DATABASE}{installation.database_options}"

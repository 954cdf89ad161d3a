import json
import subprocess
import sys
from pathlib import Path

from barline_core.tokens import load_public_keys, load_signer
from barline_core.verifying import Verifier
from barline_local.home import SECRET_NAMES, Home, write_private
from barline_release.parties import PARTIES


def test_a_new_home_gets_every_secret_and_keeps_it(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    secrets = home.prepare()
    assert set(secrets) == set(SECRET_NAMES)
    assert len(set(secrets.values())) == len(SECRET_NAMES)
    assert home.prepare() == secrets


def test_secrets_and_keys_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.prepare()
    assert (home.path / "secrets.json").stat().st_mode & 0o077 == 0
    for party in PARTIES:
        assert home.keys_dir(party).stat().st_mode & 0o077 == 0


def test_each_party_holds_its_own_private_key_and_everybodys_public_ones(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.prepare()
    for party in PARTIES:
        folder = home.keys_dir(party)
        assert [path.stem for path in folder.glob("*.key")] == [party]
        verifier = Verifier("backtest", load_public_keys(folder))
        token = load_signer(home.keys_dir("gateway") / "gateway.key").sign(
            audience="backtest", user_id=1, scope="read"
        )
        assert verifier.verify(token, "GET", b"/").caller.service == "gateway"


def test_half_made_keys_are_made_again(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.prepare()
    (home.keys_dir("gateway") / "gateway.key").unlink()
    home.keys_dir("gateway").rename(tmp_path / "lost")
    home.prepare()
    assert (home.keys_dir("gateway") / "gateway.key").exists()
    assert load_public_keys(home.keys_dir("backtest")).keys() == set(PARTIES)


def test_a_private_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "credentials.json"
    path.write_text("old")
    path.chmod(0o644)
    write_private(path, "new")
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("new", 0o600)


def test_a_process_gets_the_environment_of_its_file_and_not_ours(tmp_path: Path) -> None:
    file = tmp_path / "env.json"
    file.write_text(json.dumps({"DATABASE_URL": 'postgres://it\'s "quoted" %s'}))
    show = "import json, os; print(json.dumps(dict(os.environ)))"
    command = [sys.executable, "-m", "barline_local.start", str(file), sys.executable, "-c", show]
    done = subprocess.run(
        command, env={"SECRET_OF_ANOTHER": "1"}, capture_output=True, text=True, check=True
    )
    environment = json.loads(done.stdout)
    assert environment["DATABASE_URL"] == 'postgres://it\'s "quoted" %s'
    assert "SECRET_OF_ANOTHER" not in environment

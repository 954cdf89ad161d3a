import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from barline_local.home import Home
from barline_local.launch import LaunchFailed, check_port, only_one
from barline_local.programs import SANDBOX_KEY, all_programs, scrape_targets
from barline_local.supervisor import quoted
from barline_release.parties import SERVICES


def programs_of(tmp_path: Path, settings: dict[str, str]) -> dict[str, dict[str, str]]:
    home = Home(tmp_path / "home")
    urls = dict.fromkeys(
        ("gateway", "ingestion", "backtest", "prediction", "reports"), "postgres://x"
    )
    programs = all_programs(home, home.prepare(), settings, urls)
    return {program.name: program.environment for program in programs}


def test_without_a_key_the_sandbox_runs_and_the_market_clock_stands_after_its_last_bar(
    tmp_path: Path,
) -> None:
    programs = programs_of(tmp_path, {})
    assert programs["ingestion"]["ALPHA_VANTAGE_API_KEY"] == SANDBOX_KEY
    assert programs["prediction"]["MARKET_DATE"] == "2013-03-02"
    assert programs["gateway"]["SANDBOX"] == "true"


def test_with_a_key_there_is_no_sandbox_and_the_clock_runs(tmp_path: Path) -> None:
    programs = programs_of(tmp_path, {"ALPHA_VANTAGE_API_KEY": "MINE"})
    assert "sandbox" not in programs
    assert "MARKET_DATE" not in programs["ingestion"]
    assert programs["gateway"]["SANDBOX"] == "false"


def test_only_ingestion_gets_the_api_key_and_only_the_gateway_its_secrets(tmp_path: Path) -> None:
    programs = programs_of(tmp_path, {"ALPHA_VANTAGE_API_KEY": "MINE"})
    holders = {name for name, environment in programs.items() if "MINE" in environment.values()}
    assert holders == {"ingestion", "ingestion-worker"}
    assert {name for name, environment in programs.items() if "SECRET_KEY" in environment} == {
        "gateway"
    }


def test_a_taken_port_is_a_clear_failure() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(LaunchFailed, match="choose another: make run PORT=8080"):
            check_port({"PORT": str(taken.getsockname()[1])})


@pytest.mark.parametrize("port", ["eight", "70000"])
def test_a_port_that_is_none_is_a_clear_failure(port: str) -> None:
    with pytest.raises(LaunchFailed, match=port):
        check_port({"PORT": port})


def test_two_launchers_never_share_a_home(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with only_one(home), pytest.raises(LaunchFailed, match="another `make run`"), only_one(home):
        pass
    with only_one(home):
        pass


def test_a_second_launcher_says_so_and_ends(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with only_one(home):
        done = subprocess.run(
            [sys.executable, "-m", "barline_local"],
            env={**os.environ, "BARLINE_HOME": str(home.path)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith("Barline cannot start: another `make run`")
    assert "Traceback" not in done.stderr


def test_percent_signs_survive_the_supervisors_expansion() -> None:
    assert quoted("50%") == "50%%"


def test_every_process_of_ours_has_a_metrics_port_of_its_own_and_prometheus_can_find_it(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path / "home")
    urls = dict.fromkeys(("gateway", *SERVICES), "postgres://x")
    programs = all_programs(home, home.prepare(), {"PORT": "8000"}, urls)
    targets = scrape_targets(programs)
    named = {target["labels"]["process"] for target in targets}
    assert named == {program.name for program in programs} - {"sandbox"}
    addresses = [address for target in targets for address in target["targets"]]
    assert len(set(addresses)) == len(addresses)
    public = {f"127.0.0.1:{program.environment.get('PORT', '8000')}" for program in programs}
    assert not public & set(addresses)

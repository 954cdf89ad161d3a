"""`python -m barline_release secrets FOLDER` and `python -m barline_release migrate`."""

import argparse
import os
import sys
from pathlib import Path

from barline_release.schema import bring_up_to_date
from barline_release.secret_files import Installation, write_secrets


def main(arguments: list[str]) -> None:
    """Run one of the two; both are safe to repeat."""
    parser = argparse.ArgumentParser(prog="barline_release", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    secrets = commands.add_parser("secrets", help="make the secret files that are missing")
    secrets.add_argument("folder", type=Path)
    secrets.add_argument("--database-host", default="database")
    secrets.add_argument("--database-options", default="", help="such as ?sslmode=verify-full")
    secrets.add_argument(
        "--host", nargs="+", default=["localhost", "127.0.0.1"], help="names of the front door"
    )
    secrets.add_argument("--readable", action="store_true", help="let other users read the files")
    commands.add_parser(
        "migrate", help="bring the database to this release; SECRETS_DIR says where its secrets are"
    )
    chosen = parser.parse_args(arguments)
    if chosen.command == "migrate":
        wants_demo = os.environ.get("DEMO_ACCOUNT", "false").lower() == "true"
        bring_up_to_date(Path(os.environ["SECRETS_DIR"]), demo_account=wants_demo)
        return
    installation = Installation(
        database_host=chosen.database_host,
        database_options=chosen.database_options,
        hosts=tuple(chosen.host),
    )
    write_secrets(chosen.folder, installation, mode=0o444 if chosen.readable else 0o400)


if __name__ == "__main__":
    main(sys.argv[1:])

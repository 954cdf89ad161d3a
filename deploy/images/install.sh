#!/bin/sh
# Fills an image's environment: `locked FILE` installs what a lock file pins, `own FOLDER...` the project's own packages.
set -eu
kind=$1
shift
uv="/opt/setup/bin/uv pip install -q --no-cache --compile-bytecode --python /opt/barline/bin/python"
case $kind in
  locked) $uv --require-hashes -r "$1" ;;
  own)
    # Their build needs setuptools, which is in the setup environment and not in the image.
    for folder in "$@"; do
      /opt/setup/bin/python -m pip wheel -q --no-deps --no-build-isolation --wheel-dir /tmp/wheels "$folder"
    done
    $uv --no-deps /tmp/wheels/*.whl
    ;;
esac

#!/bin/sh
# Fills an image's environment: `locked FILE` installs what a lock file pins, `own FOLDER...` the project's own packages;
# `without PACKAGE...` takes packages out again that only the build needed.
set -eu
kind=$1
shift
uv="/opt/setup/bin/uv pip install -q --no-cache --compile-bytecode --python /opt/barline/bin/python"
case $kind in
  locked)
    $uv --require-hashes -r "$1"
    # What no process of ours loads: the libraries' own tests, their headers, and Arrow's ways to other machines.
    cd /opt/barline/lib/python3*/site-packages
    for library in numba pandas pyarrow scipy sklearn; do
      [ ! -d $library ] || find $library -type d -name tests -prune -exec rm -rf {} +
    done
    [ ! -d pyarrow ] || (
      cd pyarrow
      rm -rf include ./*.pxi ./*.pxd ./*.pyx libarrow_flight* libarrow_python_flight* libarrow_s3* _flight* _s3fs* _gcsfs* _hdfs*
      /opt/barline/bin/python -P -c 'import pyarrow.csv, pyarrow.parquet'
    )
    ;;
  own)
    # Their build needs setuptools, which is in the setup environment and not in the image.
    for folder in "$@"; do
      /opt/setup/bin/python -m pip wheel -q --no-deps --no-build-isolation --wheel-dir /tmp/wheels "$folder"
    done
    $uv --no-deps /tmp/wheels/*.whl
    ;;
  without) /opt/setup/bin/uv pip uninstall -q --python /opt/barline/bin/python "$@" ;;
esac

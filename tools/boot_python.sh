#!/bin/sh
# Make .boot/, a small environment that holds the pinned uv. PYTHON names the interpreter: a command on PATH, a path
# (it may contain blanks), or a command with arguments. Without it the first Python >= 3.11 on PATH is taken.
set -eu

fits='import sys; sys.exit(0 if sys.version_info >= (3, 11) else 1)'

real_path() { # the interpreter itself, so that blanks, wrappers and shims do not matter later
  "$@" -c "$fits" 2>/dev/null && "$@" -c 'import sys; print(sys.executable)' 2>/dev/null
}

found=
if [ -n "${PYTHON:-}" ]; then
  # shellcheck disable=SC2086  # a command with arguments is meant to be split
  found=$(real_path "$PYTHON" || real_path $PYTHON || true)
  if [ -z "$found" ]; then
    echo "PYTHON=$PYTHON is no Python 3.11 or newer. Name another one: make PYTHON=/path/to/python3.11 ..." >&2
    exit 1
  fi
else
  for name in python3.11 python3.12 python3.13 python3.14 python3 python; do
    found=$(real_path "$name" || true)
    [ -z "$found" ] || break
  done
  if [ -z "$found" ]; then
    echo "No Python 3.11 or newer on PATH. Install one, or name it: make PYTHON=/path/to/python3.11 ..." >&2
    exit 1
  fi
fi

version=$(cat .uv-version)
sh tools/step.sh "uv $version" sh -c '
  set -eu
  rm -rf .boot
  "$1" -m venv .boot || { rm -rf .boot; echo "$1 cannot make a virtual environment. Debian: apt install python3-venv"; exit 1; }
  .boot/bin/python -m pip install --quiet --disable-pip-version-check "uv==$2" || { rm -rf .boot; exit 1; }
' boot "$found" "$version"

#!/bin/sh
# Makes .venv hold exactly the locked packages. Usage: campaign/setup/python.sh run|dev
# Finds or fetches uv and Python; installs nothing, and says nothing, when all is there already.
set -eu
cd "$(dirname "$0")/../.."
. campaign/setup/uv.sh
kind=$1
venv_python=.venv/bin/python
stamp=.venv/installed
oldest="3, 12"

# A name on the PATH proves nothing: version managers leave launchers behind that only print an error.
# Our packages need these modules of the standard library; a hand-built Python may lack them.
usable_python() {
    "$1" -c "import sys, ssl, sqlite3, ctypes; sys.exit(sys.version_info < ($oldest))" >/dev/null 2>&1
}

digest() { "$venv_python" -c 'import hashlib, sys
print(hashlib.sha256(b"".join(open(name, "rb").read() for name in sys.argv[1:])).hexdigest())' "$@"; }

# A development environment holds all that running needs, so it serves for both.
up_to_date() {
    usable_python "$venv_python" || return 1
    [ -f "$stamp" ] || return 1
    [ "$(cat "$stamp")" = "dev $(digest requirements.txt requirements-dev.txt)" ] && return 0
    [ "$kind" = run ] && [ "$(cat "$stamp")" = "run $(digest requirements.txt)" ]
}

# The newest version that the tests run on comes first.
find_python() {
    pyenv="${PYENV_ROOT:-$HOME/.pyenv}/versions"
    case "$(command -v python3 || true)" in
    */shims/python3) pyenv="$(dirname "$(dirname "$(command -v python3)")")/versions" ;;
    esac
    for python in \
        python3.13 "$pyenv"/3.13*/bin/python3 python3.12 "$pyenv"/3.12*/bin/python3 python3 /usr/bin/python3 \
        python3.14 "$pyenv"/3.*/bin/python3 /opt/homebrew/bin/python3 /usr/local/bin/python3; do
        usable_python "$python" && return 0
    done
    say "No Python >= 3.12 here: fetching Python 3.13 into .tools …"
    export UV_PYTHON_INSTALL_DIR="$PWD/.tools/python"
    "$uv" python install --quiet 3.13 || fail "install Python 3.12 or newer, then run make again."
    python=$("$uv" python find 3.13)
}

if up_to_date; then
    exit 0
fi
bring_uv

if ! usable_python "$venv_python"; then
    find_python
    rm -rf .venv
    "$uv" venv --quiet --python "$python" .venv
fi

files=requirements.txt
# What was a development environment stays one.
case "$kind $(cat "$stamp" 2>/dev/null || true)" in
dev* | "run dev"*)
    kind=dev
    files=requirements-dev.txt
    ;;
esac
rm -f "$stamp"
say "Installing the locked packages of $files into .venv …"
"$uv" pip sync --quiet --require-hashes --python "$venv_python" "$files"
case $kind in
dev) echo "dev $(digest requirements.txt requirements-dev.txt)" ;;
*) echo "run $(digest requirements.txt)" ;;
esac >"$stamp"

#!/bin/sh
# Compiles requirements*.txt from pyproject.toml, for all platforms, with hashes and without addresses.
set -eu
cd "$(dirname "$0")/../.."
. campaign/setup/uv.sh
bring_uv
compile() {
    "$uv" pip compile --quiet --universal --generate-hashes --no-annotate --no-header --upgrade "$@"
}
compile --python-version 3.12 pyproject.toml -o requirements.txt
# The second file repeats the versions of the first: what is tested is what runs.
compile --python-version 3.12 pyproject.toml --group dev -c requirements.txt -o requirements-dev.txt
echo 'uv>=0.8' | compile --python-version 3.8 - -o campaign/setup/uv.txt

# Finds uv, or fetches it into .tools. Sourced by the other scripts, from the project's root, for `bring_uv`:
# afterwards $uv is the program, and it heeds what pip is told on this machine.

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "set-up stopped: $*"
    exit 1
}

find_uv() {
    for uv in "$(command -v uv || true)" .tools/bin/uv .tools/pip/bin/uv "$HOME/.local/bin/uv" "$HOME/.cargo/bin/uv"; do
        [ -n "$uv" ] && "$uv" pip sync --help >/dev/null 2>&1 && return 0
    done
    return 1
}

# Debian's own Python may have pip without venv, or neither.
uv_from_pip() {
    export PIP_DISABLE_PIP_VERSION_CHECK=1
    for maker in python3 /usr/bin/python3 python3.13 python3.12 python3.11; do
        "$maker" -c 'import sys; sys.exit(sys.version_info < (3, 8))' >/dev/null 2>&1 || continue
        rm -rf .tools
        if "$maker" -c 'import ensurepip, venv' >/dev/null 2>&1; then
            say "Fetching uv into .tools …"
            "$maker" -m venv .tools && .tools/bin/pip install -q --require-hashes -r campaign/setup/uv.txt && return 0
        elif "$maker" -c 'import pip' >/dev/null 2>&1; then
            say "Fetching uv into .tools …"
            "$maker" -m pip install -q --require-hashes --target .tools/pip -r campaign/setup/uv.txt && return 0
        fi
    done
    return 1
}

uv_from_its_makers() {
    command -v curl >/dev/null 2>&1 || return 1
    say "Fetching uv with its makers' installer into .tools …"
    curl -LsSf https://astral.sh/uv/install.sh | env UV_UNMANAGED_INSTALL="$PWD/.tools/bin" sh >&2
}

# uv reads neither pip's settings nor, by itself, the machine's own certificates.
speak_as_pip_does() {
    if "$uv" pip sync --help 2>/dev/null | grep -q -e --system-certs; then
        export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-1}"
    else
        export UV_NATIVE_TLS="${UV_NATIVE_TLS:-1}"
    fi
    index=${PIP_INDEX_URL:-$(python3 -m pip config get global.index-url 2>/dev/null || true)}
    links=$(local_links)
    [ -z "${PIP_CERT:-}" ] || export SSL_CERT_FILE="${SSL_CERT_FILE:-$PIP_CERT}"
    [ -z "$index" ] || export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$index}"
    [ -z "${PIP_EXTRA_INDEX_URL:-}" ] || export UV_INDEX="${UV_INDEX:-$PIP_EXTRA_INDEX_URL}"
    [ -z "${PIP_NO_INDEX:-}" ] || export UV_NO_INDEX="${UV_NO_INDEX:-1}"
    [ -z "$links" ] || export UV_FIND_LINKS="${UV_FIND_LINKS:-$links}"
    [ -z "${PIP_DEFAULT_TIMEOUT:-}" ] || export UV_HTTP_TIMEOUT="${UV_HTTP_TIMEOUT:-$PIP_DEFAULT_TIMEOUT}"
}

# pip passes over a folder of packages that is not there; uv stops.
local_links() {
    for link in ${PIP_FIND_LINKS:-}; do
        case $link in
        *://*) printf '%s\n' "$link" ;;
        *) [ ! -e "$link" ] || printf '%s\n' "$link" ;;
        esac
    done | paste -sd, -
}

bring_uv() {
    if ! find_uv; then
        uv_from_pip || uv_from_its_makers || true
        find_uv || fail "no uv; type: pip install uv   (on Debian: apt-get install python3-venv), then run make again."
    fi
    speak_as_pip_does
}

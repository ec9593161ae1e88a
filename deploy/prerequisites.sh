#!/usr/bin/env bash
# Says what is missing to build, run or test, each with the line that installs it.
#   deploy/prerequisites.sh build   Rust and a C compiler: without them nothing works
#   deploy/prerequisites.sh page    Node, for the dashboard
#   deploy/prerequisites.sh test    all of that, Python with venv and Chromium
set -euo pipefail

missing=0
lack() { # what, how to get it
    printf 'missing: %s\n  install: %s\n' "$1" "$2" >&2
    missing=1
}

at_least() { # wanted, found: compares versions
    [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]
}

build() {
    local rust
    rust=$(cargo --version 2>/dev/null | awk '{ print $2 }') || true
    if [ -z "$rust" ] || ! at_least 1.94 "$rust"; then
        lack "Rust 1.94 or newer${rust:+ (found $rust)}" \
            "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y   (or: rustup update)"
    fi
    command -v cc >/dev/null || lack "a C compiler (for SQLite)" "apt-get install -y gcc libc6-dev"
}

page() {
    local node
    node=$(node --version 2>/dev/null | tr -d v) || true
    if [ -z "$node" ] || ! at_least 20.19 "$node" || ! command -v npm >/dev/null; then
        lack "Node 20.19 or newer with npm${node:+ (found $node)}" \
            "curl -fsSL https://deb.nodesource.com/setup_22.x | bash - && apt-get install -y nodejs"
    fi
}

tests() {
    python3 -c 'import venv, ensurepip' 2>/dev/null ||
        lack "Python 3 with venv" "apt-get install -y python3 python3-venv"
    command -v "${CHROMIUM:-chromium}" >/dev/null || lack "Chromium" "apt-get install -y chromium"
}

case ${1:-} in
build) build ;;
page) page ;;
test) build && page && tests ;;
*)
    echo "usage: $0 build|page|test" >&2
    exit 2
    ;;
esac
exit "$missing"

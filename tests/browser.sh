#!/usr/bin/env bash
# Drives the dashboard in Chromium against a daemon of its own: a temporary data directory, a free
# port, the built-in market. Everything is gone afterwards but the pictures in web/test-results.
#   tests/browser.sh            the whole journey
#   tests/browser.sh restart D  (called by the journey) ends the daemon of folder D, starts it anew
set -euo pipefail
cd "$(dirname "$0")/.."

start() { # folder, address: returns when the daemon serves
    # What an earlier daemon said must not be taken for this one's.
    rm -f "$1/out"
    # Access tokens live as short as they can, so that the journey can wait for the end of one.
    setsid target/release/tradingd run --data-dir "$1/data" --listen "$2" \
        --set auth.access_minutes=1 >"$1/out" 2>"$1/err" </dev/null &
    echo $! >"$1/pid"
    for _ in $(seq 300); do
        grep -qs '^tradingd serves on' "$1/out" && return
        kill -0 "$(cat "$1/pid")" 2>/dev/null || break
        sleep 0.1
    done
    cat "$1/err" >&2
    return 1
}

stop() { # folder: returns when the daemon has ended
    local pid
    pid=$(cat "$1/pid")
    kill "$pid" 2>/dev/null || return 0
    while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
}

address() { sed -n 's|^tradingd serves on http://||p' "$1/out"; }

if [ "${1:-}" = restart ]; then
    listen=$(address "$2")
    stop "$2"
    start "$2" "$listen"
    exit
fi

folder=$(mktemp -d)
trap 'stop "$folder"; rm -rf "$folder"' EXIT
start "$folder" 127.0.0.1:0
listen=$(address "$folder")
cd web
TRADINGD_URL="http://$listen" E2E_USER=admin E2E_PASSWORD="a long enough one" \
    E2E_SETUP_URL="$(grep -o 'http://[^ ]*#setup=[^ ]*' "$folder/out")" \
    E2E_ACCESS_MINUTES=1 \
    E2E_RESTART="../tests/browser.sh restart $folder" \
    node e2e/run.mjs

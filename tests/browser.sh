#!/usr/bin/env bash
# Drives the dashboard in Chromium against a daemon of its own: a temporary data directory, a free
# port. The market is recorded one-minute candles of three symbols where they are at hand (folder
# TRADINGD_MARKET_DATA, else ../shared/market), otherwise the built-in one. Everything is gone
# afterwards but the pictures in web/test-results.
#   tests/browser.sh            the whole journey
#   tests/browser.sh built-in   the same, on the built-in market in any case
#   tests/browser.sh restart D  (called by the journey) ends the daemon of folder D, starts it anew
set -euo pipefail
cd "$(dirname "$0")/.."

start() { # folder, address, more arguments: returns when the daemon serves
    local folder=$1 listen=$2
    shift 2
    # What an earlier daemon said must not be taken for this one's.
    rm -f "$folder/out"
    # Access tokens live as short as they can, so that the journey can wait for the end of one.
    setsid target/release/tradingd run --data-dir "$folder/data" --listen "$listen" \
        --set auth.access_minutes=1 "$@" >"$folder/out" 2>"$folder/err" </dev/null &
    echo $! >"$folder/pid"
    for _ in $(seq 300); do
        grep -qs '^tradingd serves on' "$folder/out" && return
        kill -0 "$(cat "$folder/pid")" 2>/dev/null || break
        sleep 0.1
    done
    cat "$folder/err" >&2
    return 1
}

# One candle of each symbol a second.
on_market() { # folder, address: starts on the market that the folder names
    local -a market=()
    mapfile -t market <"$1/market"
    start "$1" "$2" "${market[@]}" --speed 60
}

stop() { # folder: returns when the daemon has ended
    local pid
    pid=$(cat "$1/pid")
    kill "$pid" 2>/dev/null || return 0
    while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
}

address() { sed -n 's|^tradingd serves on http://||p' "$1/out"; }

# Strategies need some hours of candles before they trade, and pages want a past to show.
past() { # folder: trades through the beginning of the recorded market in a hurry
    local -a market=()
    mapfile -t market <"$1/market"
    start "$1" 127.0.0.1:0 "${market[@]}" --speed 7200
    python3 - "$1/data/tradingd.db" <<'PYTHON'
import sqlite3, sys, time
store = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
until = time.monotonic() + 120
while store.execute("SELECT count(*) FROM trades").fetchone()[0] < 40:
    if time.monotonic() > until:
        sys.exit("no 40 trades within two minutes")
    time.sleep(0.1)
PYTHON
    stop "$1"
}

if [ "${1:-}" = restart ]; then
    listen=$(address "$2")
    stop "$2"
    on_market "$2" "$listen"
    exit
fi

folder=$(mktemp -d)
trap 'stop "$folder"; rm -rf "$folder"' EXIT
recorded=${TRADINGD_MARKET_DATA:-../shared/market}/klines/1m-2026
: >"$folder/market"
if [ "${1:-}" != built-in ] && ls "$recorded"/*-1m.csv.gz >/dev/null 2>&1; then
    echo "on the recorded market of $recorded"
    printf '%s\n' --replay "$recorded"/*-1m.csv.gz >"$folder/market"
    past "$folder"
else
    echo "on the built-in market"
fi
on_market "$folder" 127.0.0.1:0
listen=$(address "$folder")
cd web
TRADINGD_URL="http://$listen" E2E_USER=admin E2E_PASSWORD="a long enough one" \
    E2E_SETUP_URL="$(grep -o 'http://[^ ]*#setup=[^ ]*' "$folder/out")" \
    E2E_ACCESS_MINUTES=1 \
    E2E_RESTART="../tests/browser.sh restart $folder" \
    node e2e/run.mjs

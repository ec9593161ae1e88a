#!/usr/bin/env bash
# A full disk against a real daemon, on a small file system of its own (a user namespace; without
# one the test says so and is skipped): changes are refused, a stop is stored in the reserve and
# outlives kill -9, and with free space everything goes on.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ "${1:-}" != inside ]; then
    if ! unshare --user --map-root-user --mount true 2>/dev/null; then
        echo "skipped: no user namespaces here"
        exit 0
    fi
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    unshare --user --map-root-user --mount "$0" inside "$folder"
    exit
fi

folder=$2
mount -t tmpfs -o size=96m tmpfs "$folder"
export XDG_STATE_HOME=$folder/state PATH=$PWD/target/release:$PATH
password='a long enough one'
trap 'kill -9 "$daemon" 2>/dev/null' EXIT

fail() {
    echo "FAILED: $1" >&2
    tail -n 20 "$folder/err" >&2
    exit 1
}

start() {
    # What an earlier daemon said must not be taken for this one's.
    rm -f "$folder/out"
    tradingd run --data-dir "$folder/data" --listen 127.0.0.1:0 >"$folder/out" 2>"$folder/err" &
    daemon=$!
    disown "$daemon"
    until_true 30 grep -q '^tradingd serves on' "$folder/out"
    BOTCTL_ADDR=$(sed -n 's|^tradingd serves on http://||p' "$folder/out")
    export BOTCTL_ADDR
}

until_true() { # seconds, command…
    local deadline=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $deadline ] || fail "waited in vain for: $*"
        sleep 0.1
    done
}

exits() { # expected code, command…
    local expected=$1 code=0
    shift
    "$@" >/dev/null 2>&1 || code=$?
    [ "$code" -eq "$expected" ] || fail "$* ended with $code, not $expected"
}

has_ended() { ! kill -0 "$daemon"; }
storage_fails() { botctl status | grep -q 'storage *NOT SERVING'; }
is_halted() { botctl status | grep -q '^trading *HALTED.*the disk is full'; }

start
botctl setup --user admin --password-stdin <<<"$password" >/dev/null
cat /dev/zero >"$folder/fill" 2>/dev/null || true
until_true 30 storage_fails
# Every change is refused, nothing of it is kept…
exits 4 botctl strategies disable rsi
exits 4 botctl portfolio deposit USDT 5 --reason full
exits 4 botctl resume --reason full
# …but a cancel is worked (here: told that there is no such order) and recorded in the reserve.
exits 5 botctl orders cancel 00000000-1-0e
exits 0 botctl stop --reason "the disk is full"
[ ! -e "$folder/data/tradingd.reserve" ] || fail "the reserve was not used"
kill -9 "$daemon"
until_true 10 has_ended
rm "$folder/fill"
start
botctl login --user admin --password-stdin <<<"$password" >/dev/null
is_halted || fail "the stop is lost after kill -9"
botctl audit list --type cancel,emergency-stop >"$folder/audit"
grep -q order_cancel "$folder/audit" || fail "the cancel is not in the audit"
grep -q 'the disk is full' "$folder/audit" || fail "the stop is not in the audit"
exits 0 botctl audit verify
[ ! -e "$folder/data/HALT" ] || fail "a HALT file is left although the store has the stop"
exits 0 botctl resume --reason "there is room again"
[ -e "$folder/data/tradingd.reserve" ] || fail "the reserve was not taken again"
until_true 10 botctl health
echo "a stop outlived a full disk and kill -9"

#!/usr/bin/env bash
# Everything that must hold, as `make test` and CI run it. A step that fails does not end the run;
# the summary at the end names it and the exit code is 1.
set -uo pipefail
cd "$(dirname "$0")/.."

# A new Debian machine, as root, gets what the tests need; everybody else is told.
if ! deploy/prerequisites.sh test; then
    [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || exit 2
    apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
        --no-install-recommends chromium python3 python3-venv gcc libc6-dev
    deploy/prerequisites.sh test || exit 2
fi

log=$(mktemp -d)
trap 'rm -rf "$log"' EXIT
names=() results=() times=()
passed=0 failed=0

step() { # name, command…: runs it, shows and keeps its output
    local name=$1 begun=$SECONDS result=ok
    shift
    printf '\n== %s\n' "$name"
    "$@" 2>&1 | tee "$log/last"
    [ "${PIPESTATUS[0]}" -eq 0 ] || result=FAILED
    names+=("$name") results+=("$result") times+=($((SECONDS - begun)))
    [ "$result" = ok ]
}

count() { # passed, failed: of tests that cargo does not count
    passed=$((passed + ${1:-0})) failed=$((failed + $2))
}

check() { # a step that is one test by itself
    if step "$@"; then count 1 0; else count 0 1; fi
}

virtual_environment() {
    [ -x .venv/bin/pip ] || python3 -m venv .venv || return 1
    .venv/bin/pip install --quiet --disable-pip-version-check -r tests/python/requirements.txt
}

exposure() {
    systemd-analyze security --offline=true --threshold=15 --no-pager deploy/tradingd.service |
        tail -n 1
}

unit_tests() { (cd web && npm test); }
page_lint() { (cd web && npm run lint); }
proto_lint() { (cd proto && buf lint); }
proto_breaking() { (cd proto && buf breaking --against baseline.binpb); }

export NO_COLOR=1
export PATH="$PWD/.venv/bin:$PWD/web/node_modules/.bin:$PATH"
[ ! -f tests/python/requirements.txt ] || check "Python packages" virtual_environment
check "formatting" cargo fmt --all --check
check "page: types and bundle" make --no-print-directory web
check "page: lint" page_lint
if step "page: unit tests" unit_tests; then
    count "$(sed -n 's/.*Tests .* \([0-9]*\) passed.*/\1/p' "$log/last" | tail -n 1)" 0
else
    count 0 1
fi
check "walls between the rooms" tests/rooms.sh
check "protocol: lint" proto_lint
check "protocol: nothing broken" proto_breaking
if check "build" cargo build --release --workspace --locked; then
    step "Rust tests" cargo test --release --workspace --locked --no-fail-fast
    check "clippy" cargo clippy --release --workspace --all-targets --locked -- -D warnings
    if step "page: in Chromium" tests/browser.sh; then
        count "$(sed -n 's/^\([0-9]*\) passed, .*/\1/p' "$log/last")" 0
    else
        count 0 1
    fi
    check "a stop on a full disk" tests/full-disk.sh
    check "documents" docs/check.sh
else
    names+=("what needs the build") results+=(skipped) times+=(0)
fi
if command -v systemd-analyze >/dev/null; then
    check "systemd unit: exposure at most 1.5" exposure
fi

printf '\n== summary\n'
status=0
for i in "${!names[@]}"; do
    printf '%-36s %-6s %4d s\n' "${names[$i]}" "${results[$i]}" "${times[$i]}"
    [ "${results[$i]}" = ok ] || status=1
done
# In cargo's words, so that one pattern counts all; cargo's own tests are in its own lines above.
printf '\ntest result: %s. %d passed; %d failed; 0 ignored; 0 measured; 0 filtered out; finished in %d s\n' \
    "$([ $status -eq 0 ] && echo ok || echo FAILED)" "$passed" "$failed" "$SECONDS"
exit $status

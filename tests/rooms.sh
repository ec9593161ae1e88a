#!/usr/bin/env bash
# The walls of docs/architecture.md that neither a manifest nor clippy can state alone: who may depend
# on whom, and what the pure crates must not touch. Prints every breach; exit code 1 when there is one.
set -euo pipefail
cd "$(dirname "$0")/.."

breaches=0
breach() {
    echo "$1" >&2
    breaches=$((breaches + 1))
}

# Manifest, then the only dependencies of our own that it may name; what is not listed is forbidden.
own='domain engine simulator exchanges storage tradingd tradingd-proto oracle'
may_depend() { # manifest, allowed…
    local manifest=$1 crate
    shift
    for crate in $own; do
        case " $* " in *" $crate "*) continue ;; esac
        if sed -n '/^\[\(dev-\)\?dependencies\]/,/^\[/p' "$manifest" | grep -qE "^$crate[ .=]"; then
            breach "$manifest must not depend on $crate"
        fi
    done
}
may_depend daemon/domain/Cargo.toml
may_depend daemon/engine/Cargo.toml domain
may_depend daemon/simulator/Cargo.toml domain engine
may_depend daemon/exchanges/Cargo.toml domain
may_depend daemon/storage/Cargo.toml domain
may_depend ctl/Cargo.toml tradingd-proto
may_depend proto/Cargo.toml
may_depend tests/oracle/Cargo.toml domain

pure='daemon/domain daemon/engine daemon/simulator'
for room in $pure; do
    if grep -nE '^(tokio|tonic|sqlx|reqwest|axum|tracing|getrandom|chrono)\b' "$room/Cargo.toml"; then
        breach "$room is pure: no I/O crate in its manifest"
    fi
done
for manifest in proto/Cargo.toml daemon/*/Cargo.toml ctl/Cargo.toml tests/Cargo.toml; do
    [ "$manifest" = daemon/storage/Cargo.toml ] && continue
    if grep -qE '^sqlx\b' "$manifest"; then
        breach "$manifest: SQL lives in daemon/storage alone"
    fi
done

# Words, then the folders that must not hold them outside comments and tests.
words() { # why, pattern, folder…
    local why=$1 pattern=$2 found
    shift 2
    found=$(grep -rnE --include='*.rs' --exclude='*tests.rs' --exclude-dir=tests "$pattern" "$@" |
        grep -vE '^[^:]+:[0-9]+: *//' || true)
    [ -z "$found" ] || breach "$why:
$found"
}
for room in $pure; do
    words "$room is pure: no clock, file, network, thread, environment or hash order" \
        'std::(fs|net|thread|env|process)|SystemTime|Instant::now|HashMap|HashSet|println!' "$room/src"
done
words "money is never a float" '\bf64\b' daemon/engine/src/execution daemon/engine/src/ledger
words "requests are approved in risk alone" 'ApprovedRequest \{' \
    daemon/engine/src/execution daemon/engine/src/strategies daemon/simulator/src daemon/tradingd/src

[ "$breaches" -eq 0 ] && echo "every wall stands"
exit $((breaches > 0))

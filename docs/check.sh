#!/usr/bin/env bash
# Checks the documents against the product: quoted commands parse, links lead somewhere, names of
# tests exist, tables are in step with the code. Needs target/release/{tradingd,botctl}.
#   docs/check.sh           every mistake, exit code 1 when there is one
#   docs/check.sh --write   writes the generated table of docs/configuration.md and docs/reference anew
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/target/release:$PATH"

pages=(README.md docs/*.md docs/*/*.md web/README.md)
for page in README.md docs/configuration.md; do
    [ -s "$page" ] || { echo "$page is missing" >&2; exit 1; }
done
mistakes=0
wrong() {
    echo "$1" >&2
    mistakes=$((mistakes + 1))
}

# The commented sample of all settings as a table.
settings_table() {
    echo '| Key | Default | Allowed | Class | What it does |'
    echo '|---|---|---|---|---|'
    tradingd settings | awk '
        /^#?\[/ { section = $0; gsub(/[#\[\]]/, "", section); sub(/BTCUSDT/, "SYMBOL", section)
                  text = ""; allowed = ""; next }
        /^# ----/ || /^$/ { text = ""; allowed = ""; next }
        /^# Allowed: / { allowed = substr($0, 12); next }
        /^# Class: / { class = substr($0, 10); sub(/\.$/, "", class); next }
        /^# / { if (allowed != "") allowed = allowed " " substr($0, 3)
                else text = text (text == "" ? "" : " ") substr($0, 3); next }
        /^#[a-z_]+ = / {
            key = substr($1, 2); value = $0; sub(/^#[a-z_]+ = /, "", value)
            if (section != "") key = section "." key
            sub(/\.$/, "", allowed); sub(/\.$/, "", text)
            printf "| `%s` | `%s` | %s | %s | %s |\n", key, value, allowed, class, text
        }'
}

generated='/<!-- settings: begin/,/<!-- settings: end/'
if [ "${1:-}" = --write ]; then
    botctl reference cli >docs/reference/botctl.md
    botctl reference protocol >docs/reference/protocol.md
    table=$(mktemp)
    settings_table >"$table"
    sed -i -e "/<!-- settings: begin/r $table" -e "$generated{/^|/d}" docs/configuration.md
    rm "$table"
    exit
fi

table_is_in_step() {
    diff <(settings_table) <(sed -n "${generated}p" docs/configuration.md | grep '^|') >&2 ||
        wrong "docs/configuration.md: the table differs from tradingd settings; run docs/check.sh --write"
    diff <(tradingd settings) deploy/tradingd.sample.toml >/dev/null ||
        wrong "deploy/tradingd.sample.toml: run tradingd settings > deploy/tradingd.sample.toml"
}

# Pages that botctl makes from its command tree and from the protocol.
references_are_in_step() {
    diff <(botctl reference cli) docs/reference/botctl.md >&2 &&
        diff <(botctl reference protocol) docs/reference/protocol.md >&2 ||
        wrong "docs/reference: differs from the code; run docs/check.sh --write"
}

# Every relative link, and its heading when one is named.
links_resolve() {
    local page link file heading
    for page in "${pages[@]}"; do
        while read -r link; do
            case $link in http*|mailto:*) continue ;; esac
            file=${link%%#*} heading=${link#"${link%%#*}"}
            [ -z "$file" ] && file=$(basename "$page")
            if [ ! -e "$(dirname "$page")/$file" ]; then
                wrong "$page: $link leads nowhere"
            elif [ -n "$heading" ] && ! grep -E '^#+ ' "$(dirname "$page")/$file" | tr 'A-Z ' 'a-z-' |
                tr -cd 'a-z0-9\n-' | sed 's/^-//' | grep -qx -- "-*${heading#\#}"; then
                wrong "$page: $link has no such heading"
            fi
        done < <(grep -oE '\]\([^)]+\)' "$page" | sed 's/^](//; s/)$//')
    done
}

# Commands in code blocks and in backticks that begin with one of our binaries.
quoted_commands() {
    {
        awk '/^```/ { block = !block; next } block' "$1"
        grep -oE '`(botctl|tradingd) [^`]*`' "$1" | tr -d '`'
    } | sed -E 's/\$\((botctl [^)]*)\)/\n\1\n/g; s/[|&;<>].*//; s/ +# .*//; s/^ *(target\/release\/)?//' |
        grep -E '(^| )(botctl|tradingd) ' | sed -E 's/^.* (botctl|tradingd) /\1 /; s/ *\\$//' | sort -u
}

commands_parse() {
    local page command words verb out
    for page in "${pages[@]}"; do
        while read -r command; do
            # What a reader fills in, as text that parses.
            command=$(sed -E 's/…/x/g; s/\bNAME\b/name/g; s/"[^"]*"/text/g' <<<"$command")
            read -ra words <<<"$command"
            # --help ends parsing before anything is done, but after unknown verbs and flags.
            if ! out=$("${words[@]}" --help 2>&1); then
                wrong "$page: \`$command\` does not parse: $(head -n 1 <<<"$out")"
            fi
            verb=${words[1]:-}
            case $verb in -*|settings|health|run|reference|"") ;; *)
                [ "${words[0]}" = botctl ] && { botctl --help | grep -qE "^  $verb " ||
                    wrong "$page: botctl has no verb $verb"; } ;;
            esac
        done < <(quoted_commands "$page")
    done
}

# Names of tests in the table of invariants, and reasons in the table of errors.
names_exist() {
    local name
    while read -r name; do
        grep -rqE "fn $name\(" daemon ctl tests proto --include='*.rs' ||
            wrong "docs/architecture.md: there is no test $name"
    done < <(sed -n '/<!-- invariants/,/^$/p' docs/architecture.md | grep '^|' |
        grep -oE '`[a-z_0-9]+`' | tr -d '`' | grep -vxE 'not_recorded|compile_fail')
    diff <(sed -n 's/.* = "\([A-Z_]*\)" => .*/\1/p' daemon/tradingd/src/control_plane/errors.rs | sort) \
        <(sed -n '/<!-- reasons/,/^$/p' docs/protocol.md | sed -n 's/^| `\([A-Z_]*\)`.*/\1/p' | sort) >&2 ||
        wrong "docs/protocol.md: the table of reasons differs from control_plane/errors.rs"
    for name in $(sed -n 's/.*OWNER: &.static str = "\([a-z_]*\)".*/\1/p' \
        daemon/engine/src/strategies/*.rs daemon/engine/src/strategies/*/*.rs); do
        grep -qx "## $name" docs/strategies.md || wrong "docs/strategies.md: no page on $name"
    done
}

# docs/risk.md has a row for each check of the gate, in order, and names tests that exist.
risk_checks_have_rows() {
    local name
    diff <(sed -n '/^pub const CHECKS/,/^];/p' daemon/engine/src/risk/checks/mod.rs | grep -oE '"[a-z_]+"' |
        tr -d '"') \
        <(sed -n '/<!-- checks/,/^$/p' docs/risk.md | sed -n 's/^| `\([a-z_]*\)`.*/\1/p') >&2 ||
        wrong "docs/risk.md: the table of denial reasons differs from CHECKS"
    while read -r name; do
        grep -rqE "fn $name\(" daemon --include='*.rs' || wrong "docs/risk.md: there is no test $name"
    done < <(grep -oE '`[a-z]+(_[a-z0-9]+){4,}`' docs/risk.md | tr -d '`' | grep -vx cooldown_candles_after_stop)
}

# The example environment must be one that the daemon takes.
example_environment_loads() {
    local out
    out=$(set -a && . deploy/tradingd.env.example && set +a &&
        tradingd run --set data_dir=/dev/null/none 2>&1) || true
    grep -q "can't be used" <<<"$out" && wrong "deploy/tradingd.env.example: $out"
    return 0
}

table_is_in_step
references_are_in_step
links_resolve
commands_parse
names_exist
risk_checks_have_rows
example_environment_loads
[ "$mistakes" -eq 0 ] && echo "${#pages[@]} pages agree with the product"
exit $((mistakes > 0))

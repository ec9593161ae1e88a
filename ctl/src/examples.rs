//! Examples for `--help`, one block per noun.
//!
//! A test parses each line that starts with `botctl`, so that no example goes stale.

/// End of `botctl --help`: examples, environment and exit codes.
#[must_use]
pub fn top_level(exit_codes: &str) -> String {
    format!("{TOP}\n\n{exit_codes}")
}

const TOP: &str = "\
Examples:
  botctl login --user anna
  botctl status
  botctl stop --reason \"odd fills\"
  botctl -o json positions | jq '.positions[].symbol'
  botctl -o csv trades --all > trades.csv
  botctl positions --columns symbol,quantity,stop_price

Environment:
  BOTCTL_ADDR      daemon, as --addr
  BOTCTL_PROFILE   daemon by its name in the config file, as --profile
  BOTCTL_SOCKET    the daemon's local socket, as --socket
  BOTCTL_CA, BOTCTL_CERT, BOTCTL_KEY   files, as --ca, --cert, --key
  BOTCTL_OUTPUT    table, wide, json, ndjson or csv, as --output
  BOTCTL_TOKEN     access token to use instead of the stored session
  BOTCTL_TOKEN_FILE  file with an API token, as --token
  NO_COLOR         no colour
  XDG_STATE_HOME   where session and pinned authority are kept (default ~/.local/state), in botctl/
  XDG_CONFIG_HOME  where profiles are kept (default ~/.config), in botctl/config.toml

The daemon is the one of --addr, else --profile, BOTCTL_ADDR, BOTCTL_PROFILE, the profile in use,
http://127.0.0.1:8000.";

/// `setup`.
pub const SETUP: &str = "\
Examples:
  botctl setup --user anna
  botctl setup --user anna --password-stdin < password.txt
  botctl setup --user anna --token-file /var/lib/tradingd/bootstrap-token

The secret is made anew at each start of the daemon until there is an admin.";

/// `login`.
pub const LOGIN: &str = "\
Examples:
  botctl login --user anna
  botctl login --user anna --password-stdin < password.txt
  botctl --addr https://bot.lan:8000 login --user anna

The first login over https shows the daemon's authority and asks whether it is the one that the
daemon printed at its start; then it is pinned. Scripts pass --ca-fingerprint or --ca.
The session is kept for this address, readable by you only. Tokens are not printed; see token.";

/// `profiles`.
pub const PROFILES: &str = "\
Examples:
  botctl profiles
  botctl profiles list -o json
  botctl profiles add home https://bot.lan:8000
  botctl --ca ca.pem profiles add office https://10.0.0.5:8000
  botctl profiles use home
  botctl --profile office status
  botctl profiles remove office";

/// `step-up`.
pub const STEP_UP: &str = "\
Examples:
  botctl step-up
  botctl step-up --code 123456
  botctl step-up --password-stdin < password.txt

Users, API tokens and keys are changed only by who gave password or code in the last 5 minutes
(auth.step_up_seconds). On a terminal botctl asks by itself; scripts end with code 3 and call this.";

/// `passwd`.
pub const PASSWD: &str = "\
Examples:
  botctl passwd
  botctl passwd --password-stdin < two-lines.txt

With --password-stdin or --password-file the old password is the first line, the new one the second.
All your other sessions end.";

/// `totp`.
pub const TOTP: &str = "\
Examples:
  botctl totp enrol
  botctl totp confirm 123456
  botctl totp remove
  botctl totp remove --user anna";

/// `users`.
pub const USERS: &str = "\
Examples:
  botctl users
  botctl users list -o json
  botctl users role anna viewer
  botctl users passwd anna
  botctl users disable anna
  botctl users enable anna
  botctl users remove anna --dry-run
  botctl users remove anna --yes

The last admin can't be lowered, disabled or removed. What is taken away holds at once, also on
open streams.";

/// `users add`.
pub const USERS_ADD: &str = "\
Examples:
  botctl users add anna --role operator
  botctl users add anna --role viewer --password-file password.txt
  botctl users add anna --role admin --password-file password.txt --dry-run";

/// `sessions`.
pub const SESSIONS: &str = "\
Examples:
  botctl sessions
  botctl sessions list --user anna -o json
  botctl sessions revoke --all --keep-current";

/// `sessions revoke`.
pub const SESSIONS_REVOKE: &str = "\
Examples:
  botctl sessions revoke p4yJx1
  botctl sessions revoke --all --keep-current
  botctl sessions revoke --all --user anna
  botctl sessions revoke --all --dry-run";

/// `tokens`.
pub const TOKENS: &str = "\
Examples:
  botctl tokens
  botctl tokens list --user anna -o json
  botctl tokens create reports --method @read --expires 90d
  botctl tokens derive one-call --token token.txt --method SystemService/GetStatus --expires 1m
  botctl tokens revoke 4be1 --dry-run
  botctl tokens revoke 4be1";

/// `tokens create`.
pub const TOKENS_CREATE: &str = "\
Examples:
  botctl tokens create reports --method @read --expires 90d --out reports.token
  botctl tokens create night-watch --role operator --method EmergencyService/Stop --source 10.0.0.0/8
  botctl tokens create btc-bot --role operator --symbol BTCUSDT

It acts for you, at most with your role, and never for what needs a fresh login. With --symbol,
changes must name one of these symbols (stop needs none); what it may read of the account as a whole
is limited by --method only.";

/// `tokens derive`.
pub const TOKENS_DERIVE: &str = "\
Examples:
  botctl tokens derive one-call --token token.txt --method SystemService/GetStatus --expires 1m

The new token is never wider than the one that it is made from, and ends with it.";

/// `keys`.
pub const KEYS: &str = "\
Examples:
  botctl keys rotate --dry-run
  botctl keys rotate
  botctl keys rotate --end-all";

/// `logout`.
pub const LOGOUT: &str = "Examples:\n  botctl logout";

/// `whoami`.
pub const WHOAMI: &str = "Examples:\n  botctl whoami\n  botctl whoami -o json";

/// `token`.
pub const TOKEN: &str = "\
Examples:
  botctl token
  BOTCTL_TOKEN=$(botctl token) ./script.sh

The token is short-lived (10 minutes by default). The refresh token is never printed.";

/// `status`.
pub const STATUS: &str = "Examples:\n  botctl status\n  botctl status -o json";

/// `report`.
pub const REPORT: &str = "Examples:\n  botctl report\n  botctl report -o json";

/// `portfolio`.
pub const PORTFOLIO: &str = "\
Examples:
  botctl portfolio
  botctl portfolio -o json
  botctl portfolio strategies
  botctl portfolio strategies --check
  botctl portfolio movements --limit 10
  botctl portfolio deposit USDT 5000 --reason \"second month\"
  botctl portfolio withdraw USDT 250.50 --reason \"rent\"";

/// `equity`.
pub const EQUITY: &str = "\
Examples:
  botctl equity
  botctl equity --points 500 --from 2026-01-01T00:00:00Z -o json

On a terminal the curve is drawn above its points.";

/// `analytics`.
pub const ANALYTICS: &str = "\
Examples:
  botctl analytics
  botctl analytics --range 30d
  botctl analytics --from 2026-01-01T00:00:00Z --to 2026-02-01T00:00:00Z
  botctl analytics --range 90d --by strategy
  botctl analytics --by hour
  botctl analytics --range 7d -o json | jq '.statistics'

Ranges end with the newest data, not with the wall clock. Each figure: docs/analytics.md.";

/// `costs`.
pub const COSTS: &str = "Examples:\n  botctl costs\n  botctl costs --range 7d -o json";

/// `positions`.
pub const POSITIONS: &str = "\
Examples:
  botctl positions
  botctl positions --symbol BTC/USDT
  botctl positions list -o json
  botctl positions close BTC/USDT --part 50 --reason \"take half off\"
  botctl positions protect BTC/USDT --stop 61000";

/// `positions close`.
pub const POSITIONS_CLOSE: &str = "\
Examples:
  botctl positions close BTC/USDT --reason \"news\"
  botctl positions close BTC/USDT --quantity 0.01 --reason \"take some off\"
  botctl positions close BTC/USDT --part 50 --reason \"take half off\" --yes

It is sold at the market. What is left keeps its protection; strategies go on. Exit code 7 when
less was sold than asked for, or when it is still at work after --wait.";

/// `positions protect`.
pub const POSITIONS_PROTECT: &str = "\
Examples:
  botctl positions protect BTC/USDT --stop 61000
  botctl positions protect BTC/USDT --stop 61000 --target 66000 --reason \"before the release\"
  botctl positions protect BTC/USDT --first-target none --target none
  botctl positions protect BTC/USDT --stop none --yes

All levels are taken, or none. The stop lies below the last price, both targets above it, the first
target below the target. Levels set here stay where they are when the position grows.";

/// `trades`.
pub const TRADES: &str = "\
Examples:
  botctl trades list --symbol BTC/USDT
  botctl trades
  botctl trades --symbol BTC/USDT --strategy macd --limit 20
  botctl trades --from 2026-01-01T00:00:00Z --to 2026-02-01T00:00:00Z
  botctl trades --sort profit --ascending --limit 10
  botctl trades --reason stop-loss --outcome lost --max-profit -50
  botctl trades --all -o json";

/// `orders`.
pub const ORDERS: &str = "\
Examples:
  botctl orders
  botctl orders --open --symbol BTC/USDT
  botctl orders --from 2026-01-01T00:00:00Z
  botctl orders list --limit 10
  botctl orders get 3f2a-17-1
  botctl orders cancel 3f2a-17-1 --reason \"too late\"

Status unknown: no answer came, the order may or may not be at the venue; it counts as live until
that is known. Never arrived: every look-up failed, nothing of it can fill.";

/// `executions`.
pub const EXECUTIONS: &str = "\
Examples:
  botctl executions
  botctl executions --symbol BTC/USDT --for entry
  botctl executions --style limit --limit 200 -o json

Slippage: how much worse than the reference price it was done, in basis points; negative is better.
Shortfall: that in money, with fees, and with what the price ran away by on what was left undone.";

/// `strategies`.
pub const STRATEGIES: &str = "\
Examples:
  botctl strategies
  botctl strategies list -o json
  botctl strategies enable macd
  botctl strategies disable macd --reason \"loses since Monday\"
  botctl strategies disable macd --force --expected-version 3";

/// `decisions`.
pub const DECISIONS: &str = "\
Examples:
  botctl decisions --limit 20
  botctl decisions --symbol BTC/USDT --result denied
  botctl decisions --strategy macd --reason insufficient_agreement --summary -o json
  botctl decisions count --from 2026-01-01T00:00:00Z";

/// `decisions count`.
pub const DECISIONS_COUNT: &str = "\
Examples:
  botctl decisions count
  botctl decisions count --symbol BTC/USDT --from 2026-01-01T00:00:00Z -o csv";

/// `symbols`.
pub const SYMBOLS: &str = "Examples:\n  botctl symbols\n  botctl symbols -o json";

/// `indicators`.
pub const INDICATORS: &str = "\
Examples:
  botctl indicators
  botctl indicators list -o json
  botctl indicators get BTC/USDT rsi macd:fast=8,slow=21 --limit 50
  botctl indicators get BTC/USDT bollinger:period=30 --interval 15m -o csv";

/// `marks`.
pub const MARKS: &str = "\
Examples:
  botctl marks BTC/USDT
  botctl marks BTC/USDT --from 2026-01-01T00:00:00Z --limit 500 -o json";

/// `resources`.
pub const RESOURCES: &str = "Examples:\n  botctl resources\n  botctl resources -o json";

/// `emergency history`.
pub const EMERGENCY_HISTORY: &str = "\
Examples:
  botctl emergency history
  botctl emergency history --limit 500 -o csv";

/// `strategies profits`.
pub const STRATEGIES_PROFITS: &str = "\
Examples:
  botctl strategies profits
  botctl strategies profits macd --limit 200 -o csv";

/// `explain`.
pub const EXPLAIN: &str = "\
Examples:
  botctl explain BTC/USDT
  botctl explain BTC/USDT --at 2026-01-31T14:05:00Z";

/// `candles`.
pub const CANDLES: &str = "\
Examples:
  botctl candles BTC/USDT
  botctl candles BTC/USDT --interval 1m --limit 500 -o json";

/// `risk`.
pub const RISK: &str = "\
Examples:
  botctl risk
  botctl risk figures
  botctl risk -o json";

/// `risk limits`.
pub const RISK_LIMITS: &str = "Examples:\n  botctl risk limits\n  botctl risk limits -o json";

/// `risk figures`.
pub const RISK_FIGURES: &str = "\
Examples:
  botctl risk figures
  botctl risk figures -o json

Deviations are of one candle of the signal interval unless they say a year. The value at risk is
historical, over one candle, and of what is open now.";

/// `regimes`.
pub const REGIMES: &str = "Examples:\n  botctl regimes\n  botctl regimes -o json";

/// `stop`.
pub const STOP: &str = "\
Examples:
  botctl stop
  botctl stop --reason maintenance
  botctl stop --freeze --reason \"the venue shows wrong prices\"

After the answer no entry and no strategy order is made, across restarts. Working entries are
cancelled; protection stays and may still fire. With --freeze protection is suspended too: stops and
targets are taken back, nothing sells until resume, and the answer names what is unprotected.
close-all and positions close still sell when asked.";

/// `close-all`.
pub const CLOSE_ALL: &str = "\
Examples:
  botctl close-all --reason \"exchange trouble\"
  botctl close-all --reason maintenance --yes
  botctl close-all --reason maintenance --dry-run
  botctl close-all --reason maintenance --plan 4f1c9a2b7d6e8f001122334455667788

On a terminal it shows the plan and asks. --plan carries out exactly the plan of a dry run; when the
world has changed since, nothing is done and the exit code is 6. Exit code 7 when anything but dust
is left.";

/// `resume`.
pub const RESUME: &str = "\
Examples:
  botctl resume --reason checked
  botctl resume --reason checked --epoch 3
  botctl resume --reason checked --dry-run

On a terminal it shows the plan and asks, unless --yes is given.";

/// `emergency`.
pub const EMERGENCY: &str =
    "Examples:\n  botctl emergency\n  botctl emergency history\n  botctl emergency -o json";

/// `watch`.
pub const WATCH: &str = "\
Examples:
  botctl watch
  botctl watch -o json
  botctl watch --resume-after 1234 --follow-reconnect
  botctl watch -o json | jq -c 'select(.trade_closed)'

  botctl watch --kinds orders,positions --symbols BTCUSDT
  botctl watch --min-severity warning

A lost connection is made again, from the last sequence; what happens is said on stderr.";

/// `alerts`.
pub const ALERTS: &str = "\
Examples:
  botctl alerts
  botctl alerts --severity critical
  botctl alerts list --all --since 2026-01-31T00:00:00Z -o json
  botctl alerts get 3
  botctl alerts ack 3 --note \"looked at it, the venue was down\"
  botctl alerts ack 3 --dry-run
  botctl alerts tail --follow-reconnect

One alert per cause: repeats raise its count. What each code means and what to do about it stands in
docs/operations/alerts.md.";

/// `logs`.
pub const LOGS: &str = "\
Examples:
  botctl logs
  botctl logs --follow --level warn
  botctl logs -n 500 --module tradingd::trader --grep commit
  botctl logs --follow -o json

The daemon keeps its newest 2,000 lines in memory; older ones are where the service manager has put
them. What log.level leaves out is not there.";
/// `wait`.
pub const WAIT: &str = "\
Examples:
  botctl wait --until flat
  botctl wait --until halted --timeout 10s
  botctl wait --until order a1b2c3d4-deadbeef-3s
  botctl wait --until sequence 1234

Exit code 0 when it is so, 4 when it is not so within the time.";

/// `settings`.
pub const SETTINGS: &str = "\
Examples:
  botctl settings
  botctl settings risk.
  botctl settings list --changed
  botctl settings list -o json
  botctl settings get risk.max_drawdown_pct";

/// `settings set`, `unset` and `apply`.
pub const SETTINGS_SET: &str = "\
Examples:
  botctl settings set risk.max_drawdown_pct=8 --reason \"thin books\"
  botctl settings set risk.stop_loss_pct=2 risk.take_profit_pct=6 --dry-run
  botctl settings unset risk.max_drawdown_pct
  botctl settings apply tradingd.toml --dry-run";

/// `settings history`, `diff` and `rollback`.
pub const SETTINGS_HISTORY: &str = "\
Examples:
  botctl settings history
  botctl settings history risk.max_drawdown_pct -o json
  botctl settings diff 3 5
  botctl settings diff --defaults
  botctl settings rollback
  botctl settings rollback 3 --reason \"the new stops are too tight\"";

/// `version`.
pub const VERSION: &str = "Examples:\n  botctl version\n  botctl version -o json";

/// `completion`.
pub const COMPLETION: &str = "\
Examples:
  botctl completion bash > ~/.local/share/bash-completion/completions/botctl
  botctl completion zsh > ~/.zfunc/_botctl
  botctl completion fish > ~/.config/fish/completions/botctl.fish

Values are completed too: symbols, strategies, order ids, setting keys. They are asked of the daemon
with the stored session, for half a second at most, and kept for half a minute.";

/// `top`.
pub const TOP_VIEW: &str = "\
Examples:
  botctl top
  botctl top --addr 127.0.0.1:8001

Keys: tab next pane, arrows scroll, p holds the view still, s stops trading after a question, ? help,
q quit. The daemon goes on when the view ends.";

/// `doctor`.
pub const DOCTOR: &str = "\
Examples:
  botctl doctor
  botctl doctor --data-dir /var/lib/tradingd
  botctl doctor -o json | jq '.[] | select(.result != \"pass\")'

Checks of the daemon need a login; those of the machine are about the one botctl runs on. Exit code
0 when all passed, 10 with warnings, 11 with failures.";

/// `selftest`.
pub const SELFTEST: &str = "\
Examples:
  botctl selftest
  botctl selftest -o json | jq '.[] | select(.result == \"fail\")'

Plans a stop, a close-all and a change of a setting without carrying them out, listens to the event
stream and verifies the audit. Needs an operator's login, for the audit an admin's; refused (exit 1)
where real money is traded. Exit code 0 when all passed, 10 with warnings, 11 with failures.";

/// `exit-codes`.
pub const EXIT_CODES: &str = "\
Examples:
  botctl exit-codes
  botctl exit-codes -o csv";

/// `man`.
pub const MAN: &str = "\
Examples:
  botctl man --out ~/.local/share/man/man1
  botctl man --out ./man";

/// `reference`.
pub const REFERENCE: &str = "\
Examples:
  botctl reference cli
  botctl reference protocol";

/// `health`.
pub const HEALTH: &str = "\
Examples:
  botctl health
  botctl health tradingd.v1.EmergencyService";

/// `audit`.
pub const AUDIT: &str = "\
Examples:
  botctl audit list --severity warning
  botctl audit verify

An operator sees what the operator did, an admin everything.";

/// `audit list`.
pub const AUDIT_LIST: &str = "\
Examples:
  botctl audit list
  botctl audit list --type login-failed,token --since 2026-01-01T00:00:00Z
  botctl audit list --principal anna --severity warning --limit 200 -o json";

/// `audit tail`.
pub const AUDIT_TAIL: &str = "\
Examples:
  botctl audit tail
  botctl audit tail --severity critical
  botctl -o json audit tail --after 1200 --count 10";

/// `audit export`.
pub const AUDIT_EXPORT: &str = "\
Examples:
  botctl audit export --out audit.csv
  botctl audit export --format ndjson --since 2026-01-01T00:00:00Z | jq .kind";

/// `audit verify`.
pub const AUDIT_VERIFY: &str = "\
Examples:
  botctl audit verify
  botctl audit verify --archive old/audit-000000000007.ndjson
  botctl audit verify -o json

Exit 0 when the whole journal is as it was written, 1 when something was edited, deleted, inserted,
moved or cut off; each finding says where. For a stopped daemon: tradingd audit verify.";

/// `audit state`.
pub const AUDIT_STATE: &str = "Examples:\n  botctl audit state\n  botctl audit state -o json";

/// `trades export`.
pub const TRADES_EXPORT: &str = "\
Examples:
  botctl trades export --out trades.csv
  botctl trades export --format ndjson --symbol BTC/USDT --since 2026-01-01T00:00:00Z";

/// `orders export`.
pub const ORDERS_EXPORT: &str = "\
Examples:
  botctl orders export --out orders.csv
  botctl orders export --format ndjson";

/// `portfolio export`.
pub const LEDGER_EXPORT: &str = "\
Examples:
  botctl portfolio export --out ledger.csv
  botctl portfolio export --format ndjson --until 2026-02-01T00:00:00Z";

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

Environment:
  BOTCTL_ADDR      daemon, as --addr
  BOTCTL_OUTPUT    table or json, as --output
  BOTCTL_TOKEN     access token to use instead of the stored session
  NO_COLOR         no colour
  XDG_STATE_HOME   where the session is kept (default ~/.local/state), in botctl/";

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

The session is kept for this address, readable by you only. Tokens are not printed; see token.";

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
  botctl equity --points 500 --from 2026-01-01T00:00:00Z -o json";

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
  botctl trades
  botctl trades --symbol BTC/USDT --strategy macd --limit 20
  botctl trades --all -o json";

/// `orders`.
pub const ORDERS: &str = "\
Examples:
  botctl orders
  botctl orders --open --symbol BTC/USDT
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
  botctl decisions --symbol BTC/USDT --result denied";

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
pub const EMERGENCY: &str = "Examples:\n  botctl emergency\n  botctl emergency -o json";

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
  botctl settings list -o json";

/// `version`.
pub const VERSION: &str = "Examples:\n  botctl version\n  botctl version -o json";

/// `completion`.
pub const COMPLETION: &str = "\
Examples:
  botctl completion bash > ~/.local/share/bash-completion/completions/botctl
  botctl completion zsh > ~/.zfunc/_botctl
  botctl completion fish > ~/.config/fish/completions/botctl.fish";

/// `health`.
pub const HEALTH: &str = "\
Examples:
  botctl health
  botctl health tradingd.v1.EmergencyService";

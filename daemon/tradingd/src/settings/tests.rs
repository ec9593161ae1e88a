//! Reads settings as the daemon does and looks at what comes out.

use super::*;
use domain::Decimal;
use engine::settings::EngineSettings;
use tradingd_proto::v1::SettingOrigin;

fn environment(pairs: &[(&str, &str)]) -> Sources {
    let environment = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    Sources { environment, ..Sources::default() }
}

fn flags(texts: &[&str]) -> Sources {
    let flags = texts.iter().map(|t| Flag::parse(t).expect("key=value")).collect();
    Sources { flags, ..Sources::default() }
}

fn messages(result: Result<Settings, SettingErrors>) -> Vec<String> {
    result.expect_err("refused").0.iter().map(ToString::to_string).collect()
}

fn value(settings: &Settings, key: &str) -> (String, i32) {
    let row = settings.listing().into_iter().find(|s| s.key == key).expect("known key");
    (row.value, row.origin)
}

#[test]
fn whatever_is_in_a_table_has_a_section_of_its_own() {
    let settings = Settings::load(&Sources::default()).expect("defaults are valid");
    for row in settings.listing().into_iter().filter(|row| row.key.contains('.')) {
        assert_ne!(row.section, "General", "{}", row.key);
    }
}

#[test]
fn without_sources_the_defaults_are_the_engines() {
    let settings = Settings::load(&Sources::default()).expect("defaults are valid");
    let shipped = EngineSettings::shipped("00000000", Vec::new());
    assert_eq!(settings.engine_settings("00000000", Vec::new()), shipped);
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8000");
    assert_eq!(settings.sim.symbols, ["BTCUSDT", "ETHUSDT", "SOLUSDT"]);
    assert_eq!(settings.source.speed, Speed::Times(60.0));
    assert_eq!(settings.paper.initial_balance, Decimal::from(10_000));
    assert_eq!(settings.auth.refresh.as_secs(), 7 * 86_400);
    assert!(settings.listing().iter().all(|s| s.origin == i32::from(SettingOrigin::Default)));
}

#[test]
fn keys_are_unique_described_and_in_range() {
    let mut seen = std::collections::BTreeSet::new();
    for entry in registry() {
        assert!(seen.insert(entry.key.to_string()), "{} stands twice", entry.key);
        assert!(entry.description.len() > 5, "{} has no description", entry.key);
        assert!(!entry.kind.range().is_empty(), "{} has no range", entry.key);
        assert!(!entry.secret || entry.default.is_empty(), "{} would be told", entry.key);
    }
    assert!(seen.len() > 60, "{} settings", seen.len());
}

#[test]
fn flag_beats_environment_beats_file_beats_default() {
    let dir = tempfile::tempdir().expect("temporary directory");
    let file = dir.path().join("t.toml");
    let key = "risk.max_drawdown_pct";
    std::fs::write(&file, "[risk]\nmax_drawdown_pct = 20\nstop_loss_pct = 4").expect("write");
    let mut sources = Sources { file: Some(file), ..Sources::default() };
    let load = |sources: &Sources| Settings::load(sources).expect("valid");

    let settings = load(&sources);
    assert_eq!(value(&settings, key), ("20".to_owned(), SettingOrigin::File.into()));
    sources.environment = vec![("TRADINGD__RISK__MAX_DRAWDOWN_PCT".to_owned(), "21.50".to_owned())];
    let settings = load(&sources);
    assert_eq!(value(&settings, key), ("21.5".to_owned(), SettingOrigin::Environment.into()));
    sources.flags = vec![Flag::parse("risk.max_drawdown_pct=22").expect("key=value")];
    let settings = load(&sources);
    assert_eq!(value(&settings, key), ("22".to_owned(), SettingOrigin::Flag.into()));
    assert_eq!(settings.engine_settings("x", vec![]).risk.max_drawdown_pct, Decimal::from(22));
    let untouched = value(&settings, "risk.stop_loss_pct");
    assert_eq!(untouched, ("4".to_owned(), SettingOrigin::File.into()));
}

#[test]
fn maps_by_pair_are_read_from_lists() {
    let texts = [
        "risk.sector_map=btc/usdt:layer1, UNIUSDT: defi",
        "risk.max_order_quantity=BTCUSDT:0.50",
        "strategies.rsi.allotment_pct=25",
    ];
    let settings = Settings::load(&flags(&texts)).expect("valid").engine_settings("x", vec![]);
    let sectors: Vec<_> =
        settings.sector_map.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(sectors, [pair("BTCUSDT", "layer1"), pair("UNIUSDT", "defi")]);
    let most: Vec<_> = settings.max_order_quantity.values().copied().collect();
    assert_eq!(most, [Decimal::new(5, 1)]);
    let rsi = settings.strategies.iter().find(|s| s.params.name() == "rsi").expect("rsi");
    assert_eq!(rsi.allotment_pct, Decimal::from(25));
}

#[test]
fn each_mistake_is_named_with_its_rule() {
    let cases: &[(&str, &[&str])] = &[
        ("tls.certificate=/x", &["tls.certificate must be set together with tls.key"]),
        ("tls.client_ca=/x", &["tls.client_ca must be empty while TLS is off"]),
        ("server.names=a b", &["server.names", "\"a b\" is not"]),
        ("server.reserved_connections=300", &["must be below server.max_connections, 256"]),
        ("listen=127.0.0.1", &["with a port"]),
        ("mode=demo", &["mode must be paper or live, got \"demo\""]),
        ("mode=live", &["mode must be paper: this version has no venue"]),
        ("risk.max_drawdown_pct=5000", &["must be above 0 to 100, got \"5000\""]),
        ("risk.max_drawdown_pct=0", &["must be above 0 to 100"]),
        ("risk.max_drawdown_pct=-5", &["must be above 0 to 100"]),
        ("risk.max_drawdown_pct=NaN", &["must be above 0 to 100, got \"NaN\""]),
        ("risk.max_drawdown_pct=", &["got \"\""]),
        ("risk.max_concurrent_positions=2.5", &["a whole number, 1 to 1000"]),
        ("risk.max_concurrent_positions=99999999999999999999", &["a whole number, 1 to 1000"]),
        ("risk.max_drawdon_pct=5", &["unknown key; did you mean risk.max_drawdown_pct?"]),
        ("risk.max_position_size_pct=70", &["at most risk.max_total_exposure_pct, 60 percent"]),
        ("source.speed=0", &["max or a number, 0.01 to 1000000"]),
        ("source.speed=inf", &["max or a number"]),
        ("source.kind=replay", &["source.files must name at least one file"]),
        ("source.exit_at_end=yes", &["true or false"]),
        ("sim.symbols=", &["1 to 50 pairs"]),
        ("sim.symbols=BTCUSDT,btc/usdt", &["each once; \"btc/usdt\" is not"]),
        ("sim.symbols=ETHBTC", &["paid in BTC, but the account is in USDT"]),
        ("sim.symbols=ABCXYZ", &["can't tell base from quote"]),
        ("sim.interval=7m", &["sim.interval must be an interval"]),
        ("timeframes=30s,4h", &["timeframes must be made of whole 1m candles", "30s can't"]),
        ("timeframes=15m,1h", &["trend.timeframe must be one of timeframes (15m, 1h)"]),
        ("signal_interval=5m", &["signal_interval must be 1m, the source's own, or one of 15m"]),
        ("ensemble.signal_min_agreement=50", &["what all enabled strategies weigh together"]),
        ("strategies.rsi.weight=-1", &["strategies.rsi.weight must be 0 to 100"]),
        ("strategies.rsi.enabled=maybe", &["true or false"]),
        ("strategies.rsy.weight=1", &["did you mean strategies.rsi.weight?"]),
        ("log.level=loud", &["error or warn or info or debug or trace"]),
        ("instruments.BTCUSDT.tick_size=0", &["instruments.BTCUSDT.tick_size must be above 0"]),
        ("instruments.BTCUSDT.tick=1", &["instruments have base, quote"]),
        ("instruments.ABCXYZ.tick_size=1", &["instruments.ABCXYZ symbol", "can't tell base"]),
        ("risk.max_correlation=0", &["risk.max_correlation must be above 0 to 1"]),
        ("risk.correlation_window=4", &["a whole number, 5 to 250"]),
        ("risk.max_portfolio_heat=0", &["risk.max_portfolio_heat must be above 0"]),
        ("risk.var_confidence=0.05", &["risk.var_confidence must be 0.5 to 0.999"]),
        ("risk.var_confidence=1", &["must be 0.5 to 0.999, got \"1\""]),
        ("risk.rejection_window_seconds=0", &["a whole number, 1 to"]),
        ("risk.sector_map=BTCUSDT", &["a list such as BTCUSDT:layer1", "\"BTCUSDT\" is not"]),
        ("risk.sector_map=BTCUSDT:a,btc/usdt:b", &["each pair once", "\"btc/usdt:b\" is not"]),
        ("risk.sector_map=BTCUSDT:a b", &["\"BTCUSDT:a b\" is not"]),
        ("risk.max_order_quantity=BTCUSDT:0", &["above 0", "\"BTCUSDT:0\" is not"]),
        ("strategies.rsi.allotment_pct=0", &["rsi.allotment_pct must be above 0 to 100"]),
        ("risk=5", &["risk is a section, not a value"]),
        ("nonsense=5", &["--set: nonsense is an unknown key"]),
    ];
    for (text, wanted) in cases {
        let errors = messages(Settings::load(&flags(&[text])));
        assert_eq!(errors.len(), 1, "{text}: {errors:#?}");
        for part in *wanted {
            assert!(errors[0].contains(part), "{text}: {:?} lacks {part:?}", errors[0]);
        }
        assert!(
            errors[0].starts_with("--set: ") || errors[0].starts_with("default: "),
            "{errors:?}"
        );
    }
}

#[test]
fn all_mistakes_of_all_sources_come_at_once() {
    let dir = tempfile::tempdir().expect("temporary directory");
    let file = dir.path().join("t.toml");
    let text = "mode = 3\n\
        [risk]\n\
        stop_loss_pct = \"wide\"\n\
        max_drawdown_pct = 400\n\
        [riks]\n\
        x = 1\n\
        [log.level]\n\
        a = 1\n\
        [sim]\n\
        seed = {a = 1}\n\
        seed = 5\n";
    std::fs::write(&file, text).expect("write");
    let sources = Sources {
        file: Some(file),
        // The flag would win, but the mistake below it is still told.
        flags: vec![Flag::parse("risk.max_drawdown_pct=10").expect("key=value")],
        ..environment(&[("TRADINGD__SIM__SEED", "-1"), ("OTHER", "x"), ("TRADINGD__X", "1")])
    };
    let errors = messages(Settings::load(&sources));
    for part in [
        "t.toml:1: mode must be paper or live, got \"3\"",
        "t.toml:3: risk.stop_loss_pct must be 0 to 99, got \"wide\"",
        "t.toml:4: risk.max_drawdown_pct must be above 0 to 100, got \"400\"",
        "t.toml:5: [riks] is an unknown section; did you mean [risk]?",
        "t.toml:7: [log.level] is a setting with one value, not a section",
        "t.toml:11: duplicate key",
        "environment TRADINGD__SIM__SEED: sim.seed must be a whole number",
        "environment TRADINGD__X: x is an unknown key",
    ] {
        assert!(errors.iter().any(|e| e.contains(part)), "{part:?} is missing in {errors:#?}");
    }
    assert!(!errors.iter().any(|e| e.contains("riks.x")), "told twice: {errors:#?}");
}

#[test]
fn a_missing_file_is_an_error() {
    let sources = Sources { file: Some("/nowhere/t.toml".into()), ..Sources::default() };
    let errors = messages(Settings::load(&sources));
    assert_eq!(errors.len(), 1);
    assert!(errors[0].starts_with("/nowhere/t.toml: can't be read: "), "{errors:?}");
}

#[test]
fn instruments_come_from_tables_or_symbols() {
    let sources = environment(&[
        ("TRADINGD__INSTRUMENTS__ABCXYZ__BASE", "abc"),
        ("TRADINGD__INSTRUMENTS__ABCXYZ__QUOTE", "xyz"),
        ("TRADINGD__INSTRUMENTS__BTCUSDT__LOT_SIZE", "0.001"),
        ("TRADINGD__PAPER__QUOTE_ASSET", "usdt"),
    ]);
    let settings = Settings::load(&sources).expect("valid");
    let made = settings.instrument("abc/xyz").expect("from its table");
    assert_eq!((made.base.as_str(), made.quote.as_str()), ("ABC", "XYZ"));
    let known = settings.instrument("BTCUSDT").expect("well known");
    assert_eq!(known.lot_size, Decimal::new(1, 3));
    assert_eq!(known.tick_size, Decimal::new(1, 2), "the field that is left out stays");
    let listed = value(&settings, "instruments.BTCUSDT.lot_size");
    assert_eq!(listed, ("0.001".to_owned(), SettingOrigin::Environment.into()));
    let minute = domain::Interval::MINUTE;
    let error = settings.resolve_instruments(&[("ABCXYZ".to_owned(), minute)]).expect_err("XYZ");
    assert!(error.to_string().contains("paid in XYZ, but the account is in USDT"), "{error}");
}

#[test]
fn strategy_parameters_reach_the_engine() {
    let sources = flags(&["strategies.rsi.period=21", "strategies.rsi.enabled=false"]);
    let settings = Settings::load(&sources).expect("valid");
    let engine = settings.engine_settings("x", Vec::new());
    let rsi = engine.strategies.iter().find(|s| s.params.name() == "rsi").expect("rsi");
    assert!(!rsi.enabled);
    assert!(rsi.params.values().contains(&("period", "21".to_owned())), "{:?}", rsi.params);
    let errors = messages(Settings::load(&flags(&["strategies.rsi.period=1"])));
    assert!(errors[0].contains("strategies.rsi.period must be from 2 to"), "{errors:?}");
}

#[test]
fn the_sample_loads_and_changes_nothing() {
    let sample = sample_toml();
    let defaults = Settings::load(&Sources::default()).expect("valid");
    let as_is = Settings::from_toml("sample", &sample).expect("the sample loads");
    assert_eq!(as_is.listing(), defaults.listing());

    // Uncommented, every line must still be accepted and mean the default.
    let uncommented: String = sample
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(value) if !value.starts_with(' ') && !value.is_empty() => format!("{value}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    let live = Settings::from_toml("sample", &uncommented).expect("every line is valid");
    let pairs = |s: &Settings| -> Vec<_> {
        let known = |row: &tradingd_proto::v1::Setting| !row.key.starts_with("instruments.");
        s.listing().into_iter().filter(known).map(|row| (row.key, row.value)).collect()
    };
    assert_eq!(pairs(&live), pairs(&defaults));
    assert_eq!(live.instrument("BTCUSDT"), defaults.instrument("BTCUSDT"));
    let from_file = i32::from(SettingOrigin::File);
    assert!(live.listing().iter().all(|row| row.origin == from_file), "all lines are in the file");
}

#[test]
fn the_shipped_sample_is_the_generated_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/tradingd.sample.toml");
    let shipped = std::fs::read_to_string(path).expect("deploy/tradingd.sample.toml is there");
    let generated = sample_toml();
    let line = shipped.lines().zip(generated.lines()).position(|(a, b)| a != b);
    assert!(
        shipped == generated,
        "line {line:?} differs; run: tradingd settings > deploy/tradingd.sample.toml"
    );
}

/// Keys of ours that stand in backticks in the third column of the table and in the text below it.
#[test]
fn the_earlier_settings_are_all_there_and_lead_to_ours() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/earlier-settings.md");
    let page = std::fs::read_to_string(path).expect("docs/earlier-settings.md is there");
    let known: Vec<String> = registry().iter().map(|e| e.key.to_string()).collect();
    let mut numbers = Vec::new();
    for line in page.lines() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let ours = match cells.get(1).and_then(|n| n.parse::<u32>().ok()) {
            Some(number) => {
                numbers.push(number);
                let what = cells[3];
                assert!(what == "later" || what == "dropped" || what.starts_with('`'), "{line}");
                cells[3..].join(" ")
            }
            None if line.starts_with('|') => continue,
            None => line.to_owned(),
        };
        let dotted = ours.split('`').skip(1).step_by(2).filter(|k| !k.starts_with("--"));
        for key in dotted {
            assert!(known.iter().any(|k| k == key), "{key} is no setting: {line}");
        }
    }
    assert_eq!(numbers, (1..=74).collect::<Vec<u32>>());
}

//! The same rows plain, gzipped, zipped, with headers, line ends and units as they come.

use crate::support::{Folder, STOP, drain, gzip, in_micros, kline, klines, open, trades, zipped};
use domain::Decimal;
use exchanges::{Row, RowSource};
use zip::CompressionMethod::{Deflated, Stored};

const HEADER: &str = "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore\n";

#[test]
fn every_packing_gives_the_same_rows_and_its_own_hash() {
    let text = klines(0..3_000, 1);
    let half = text.len() / 2;
    let members = [gzip(&text.as_bytes()[..half]), gzip(&text.as_bytes()[half..])].concat();
    let packings: Vec<(&str, Vec<u8>)> = vec![
        ("BTCUSDT-1m.csv", text.clone().into()),
        ("BTCUSDT-1m-2024-01.csv.gz", gzip(text.as_bytes())),
        ("BTCUSDT-1m-members.csv.gz", members),
        ("BTCUSDT-1m-2024-01.zip", zipped(&[("BTCUSDT-1m-2024-01.csv", &text)], Deflated)),
        ("BTCUSDT-1m-stored.zip", zipped(&[("x.csv", &text)], Stored)),
        ("BTCUSDT-1m-misnamed.zip", gzip(text.as_bytes())),
        ("BTCUSDT-1m-plain.csv.gz", text.clone().into()),
        ("BTCUSDT-1m-header.csv", (HEADER.to_owned() + &text).into()),
        (
            "BTCUSDT-1m-spaced.csv",
            HEADER
                .replace('_', " ")
                .replace("open t", "Open T")
                .into_bytes()
                .into_iter()
                .chain(text.bytes())
                .collect(),
        ),
        ("BTCUSDT-1m-crlf.csv", (HEADER.to_owned() + &text).replace('\n', "\r\n").into()),
        ("BTCUSDT-1m-noend.csv", text.trim_end().into()),
        ("BTCUSDT-1m-blank.csv", text.replace('\n', "\n\n").into()),
        ("BTCUSDT-1m-bom.csv", ("\u{feff}".to_owned() + &text).into()),
        ("BTCUSDT-1m-micros.csv", in_micros(&text).into()),
    ];
    let folder = Folder::new();
    let mut hashes = Vec::new();
    let mut want: Option<Vec<Row>> = None;
    for (name, content) in packings {
        let mut replay = open(&[folder.file(name, content)], STOP).expect(name);
        let (rows, error) = drain(&mut replay);
        assert_eq!((rows.len(), error), (3_000, None), "{name}");
        assert_eq!(&rows, want.get_or_insert_with(|| rows.clone()), "{name}");
        assert_eq!(replay.total_rows_hint(), Some(3_000), "{name}");
        hashes.push(replay.content_hash());
    }
    let all = hashes.len();
    hashes.sort_unstable();
    hashes.dedup();
    // `csv.gz` and its copy named `.zip` are the same bytes, so are the two plain files.
    assert_eq!(hashes.len(), all - 2, "the hash is over the raw bytes");
}

#[test]
fn a_row_is_read_exactly() {
    let folder = Folder::new();
    let path = folder.file("BTCUSDT-1m.csv", kline(7, 1));
    let (rows, _) = drain(&mut open(&[path], STOP).expect("opens"));
    let [row @ Row::Bar(bar)] = rows[..] else { panic!("{rows:?}") };
    let candle = bar.candle;
    assert_eq!(candle.open_time.millis(), 1_704_067_620_000);
    assert_eq!(row.close_time().millis(), 1_704_067_680_000);
    assert_eq!(candle.open.get(), Decimal::new(420_071, 1));
    assert_eq!(candle.high.get(), Decimal::new(42_009, 0));
    assert_eq!(candle.low.get(), Decimal::new(420_065, 1));
    assert_eq!(candle.close.get(), Decimal::new(4_200_707, 2));
    assert_eq!(candle.volume.get(), Decimal::new(725, 2));
    assert_eq!(candle.close.get().scale(), 2, "trailing zeros are dropped");
}

#[test]
fn trades_with_and_without_header_or_micros() {
    let text = trades(0..100);
    let micros =
        text.replace(",True,True", "000,True,True").replace(",False,True", "000,False,True");
    // The stamp stands right before the two flags.
    let folder = Folder::new();
    let header = "id,price,qty,quote_qty,time,is_buyer_maker,is_best_match\n".to_owned();
    let (want, error) =
        drain(&mut open(&[folder.file("BTCUSDT-trades-a.csv", &text)], STOP).expect("plain"));
    assert_eq!((want.len(), error), (100, None));
    let Row::Trade(trade) = want[3] else { panic!("trades") };
    assert_eq!((trade.trade_id, trade.buyer_is_maker), (1_003, false));
    assert_eq!(trade.quantity.get(), Decimal::new(31, 3));
    for (name, content) in
        [("BTCUSDT-trades-b.csv", header + &text), ("BTCUSDT-trades-c.csv", micros)]
    {
        let (rows, error) = drain(&mut open(&[folder.file(name, content)], STOP).expect(name));
        assert_eq!((rows == want, error), (true, None), "{name}");
    }
}

#[test]
fn unfit_archives_are_refused() {
    let text = klines(0..500, 1);
    let two = zipped(&[("a.csv", &text), ("b.csv", &text)], Deflated);
    let mut damaged = zipped(&[("a.csv", &text)], Stored);
    let middle = damaged.len() / 2;
    damaged[middle] = if damaged[middle] == b'1' { b'2' } else { b'1' };
    let folder = Folder::new();
    for (name, content, part) in [
        ("BTCUSDT-1m-two.zip", two, "must hold one file, has 2"),
        ("BTCUSDT-1m-none.zip", zipped(&[], Deflated), "must hold one file, has 0"),
        ("BTCUSDT-1m-bad.zip", damaged, "does not have its checksum"),
    ] {
        for policy in [STOP, crate::support::SKIP] {
            let error = open(&[folder.file(name, &content)], policy).expect_err(name).to_string();
            assert!(error.contains(part), "{name}: {error}");
        }
    }
}

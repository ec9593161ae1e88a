//! `resources`: how long things take in the daemon, and how full they are.

use super::Context;
use crate::failure::Failure;
use crate::output::format;
use crate::output::table::{Style, number, panel, rows, text};
use prost_types::Duration;
use tradingd_proto::v1::system_service_client::SystemServiceClient;
use tradingd_proto::v1::{GetResourcesRequest, GetResourcesResponse, Timing};

/// Shows timings, queues, disk and streams.
pub async fn resources(context: &Context<'_>) -> Result<(), Failure> {
    let call = async |c, r| SystemServiceClient::new(c).get_resources(r).await;
    let answer = context.client.read(GetResourcesRequest {}, call).await?;
    context.out.answer(&answer, page)
}

fn page(answer: &GetResourcesResponse, style: Style) -> String {
    let headings = ["what", "count", "last", "mean", "p50", "p95", "p99", "max"];
    let timings = [
        ("row of market data", &answer.cycle),
        ("row to its orders", &answer.tick_to_order),
        ("commit", &answer.commit),
    ];
    let line = |(what, timing): (&str, &Option<Timing>)| {
        let timing = timing.unwrap_or_default();
        let spans = [timing.last, timing.mean, timing.p50, timing.p95, timing.p99, timing.max];
        let head = [text(what), number(format::count(timing.count))];
        head.into_iter().chain(spans.map(|span| number(short(span)))).collect()
    };
    let table = rows(style, &headings, timings.into_iter().map(line).collect());
    let disk = answer.disk.unwrap_or_default();
    let of = |bytes: Option<u64>| bytes.map(size).unwrap_or_else(|| "unknown".to_owned());
    let mut lines = vec![
        ("database", text(size(disk.database_bytes))),
        ("disk free", text(format!("{} of {}", of(disk.free_bytes), of(disk.total_bytes)))),
        ("memory", text(of(answer.memory_bytes))),
    ];
    let queues: Vec<String> = answer
        .queues
        .iter()
        .map(|queue| format!("{} {} of {}", queue.name, queue.waiting, queue.capacity))
        .collect();
    lines.push(("queues", text(queues.join(", "))));
    let streams = format!("{} of {}", answer.stream_subscribers, answer.stream_subscribers_max);
    lines.push(("event streams", text(streams)));
    lines.push(("data age", text(short(answer.data_age))));
    format!("{table}\n\n{}", panel(style, lines))
}

/// A short span: `12 us`, `3.4 ms`, `1.20 s`.
fn short(span: Option<Duration>) -> String {
    let Some(span) = span else { return String::new() };
    let micros = span.seconds as f64 * 1e6 + f64::from(span.nanos) / 1e3;
    if micros < 1e3 {
        format!("{micros:.0} us")
    } else if micros < 1e6 {
        format!("{:.1} ms", micros / 1e3)
    } else {
        format!("{:.2} s", micros / 1e6)
    }
}

fn size(bytes: u64) -> String {
    let mib = bytes as f64 / f64::from(1 << 20);
    if mib < 1_024.0 { format!("{mib:.1} MiB") } else { format!("{:.1} GiB", mib / 1_024.0) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tradingd_proto::v1::{DiskUse, QueueDepth};

    #[test]
    fn figures_have_their_units() {
        let span = |nanos| Some(Duration { seconds: 0, nanos });
        let cycle =
            Timing { count: 1_200, last: span(12_000), p99: span(3_400_000), ..Default::default() };
        let answer = GetResourcesResponse {
            cycle: Some(cycle),
            queues: vec![QueueDepth { name: "work".to_owned(), waiting: 1, capacity: 256 }],
            disk: Some(DiskUse {
                database_bytes: 5 << 20,
                free_bytes: Some(3 << 30),
                total_bytes: None,
            }),
            data_age: Some(Duration { seconds: 2, nanos: 500_000_000 }),
            ..Default::default()
        };
        let page = page(&answer, Style { colour: false });
        for part in
            ["1,200", "12 us", "3.4 ms", "5.0 MiB", "3.0 GiB of unknown", "work 1 of 256", "2.50 s"]
        {
            assert!(page.contains(part), "{part} in\n{page}");
        }
    }
}

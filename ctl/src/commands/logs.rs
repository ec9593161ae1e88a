//! `logs`: the daemon's own log, as far as it is kept, and on.

use super::Context;
use crate::cli::{LevelFilter, LogsArgs};
use crate::client::bearer_header;
use crate::failure::Failure;
use crate::output::table::{Style, Tone};
use crate::output::{format, json, words};
use tonic::Request;
use tradingd_proto::v1::log_service_client::LogServiceClient;
use tradingd_proto::v1::tail_logs_response::Payload;
use tradingd_proto::v1::{LogLevel, LogLine, TailLogsRequest, TailLogsResponse};

/// Prints what is kept, then what comes when it is followed.
pub async fn logs(context: &Context<'_>, args: LogsArgs) -> Result<(), Failure> {
    tokio::select! {
        ended = follow(context, args) => ended,
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}

async fn follow(context: &Context<'_>, args: LogsArgs) -> Result<(), Failure> {
    let client = &context.client;
    let wanted = TailLogsRequest {
        lines: args.lines,
        follow: args.follow,
        min_level: args.level.map_or(LogLevel::Unspecified, level).into(),
        module: args.module,
        text: args.grep,
    };
    let mut renewed = false;
    let mut stream = loop {
        let token = client.bearer().await?;
        let mut request = Request::new(wanted.clone());
        if let Some(token) = &token {
            let header = bearer_header(token).map_err(|status| client.failure(&status))?;
            request.metadata_mut().insert("authorization", header);
        }
        let mut service = LogServiceClient::new(client.channel());
        let answer = tokio::time::timeout(client.timeout(), service.tail_logs(request)).await;
        match answer {
            Ok(Ok(answer)) => break answer.into_inner(),
            Ok(Err(status)) => {
                let over = status.code() == tonic::Code::Unauthenticated && !renewed;
                if !over || client.renew_after(token.as_deref()).await?.is_none() {
                    return Err(client.failure(&status));
                }
                renewed = true;
            }
            Err(_) => return Err(Failure::unreachable("no answer in time")),
        }
    };
    let style = context.out.style();
    while let Some(message) = stream.message().await.map_err(|status| client.failure(&status))? {
        if context.out.is_json() {
            context.out.text(&json::of(&message)?.to_string())?;
        } else {
            context.out.text(&shown(&message, style))?;
        }
    }
    Ok(())
}

const fn level(filter: LevelFilter) -> LogLevel {
    match filter {
        LevelFilter::Trace => LogLevel::Trace,
        LevelFilter::Debug => LogLevel::Debug,
        LevelFilter::Info => LogLevel::Info,
        LevelFilter::Warn => LogLevel::Warn,
        LevelFilter::Error => LogLevel::Error,
    }
}

fn shown(message: &TailLogsResponse, style: Style) -> String {
    match &message.payload {
        Some(Payload::Line(line)) => line_of(line, style),
        Some(Payload::Dropped(n)) => format!("... {n} lines are missing here"),
        None => String::new(),
    }
}

fn line_of(line: &LogLine, style: Style) -> String {
    let tone = match line.level() {
        LogLevel::Error => Tone::Bad,
        LogLevel::Warn => Tone::Warn,
        LogLevel::Unspecified | LogLevel::Trace | LogLevel::Debug | LogLevel::Info => Tone::Plain,
    };
    let mut fields: Vec<_> = line.fields.iter().collect();
    fields.sort();
    let fields: String = fields.iter().map(|(name, value)| format!(" {name}={value}")).collect();
    let mut said = format!("{}: {}{fields}", line.module, line.message);
    // What the daemon logs may hold what others sent.
    said.retain(|c| !c.is_control());
    let level = style.paint(&format!("{:<5}", words::level(line.level)), tone);
    format!("{} {level} {said}", format::utc(line.at.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_line_and_missing_ones_are_said() {
        let line = LogLine {
            number: 1,
            at: Some(prost_types::Timestamp { seconds: 1_769_868_300, nanos: 0 }),
            level: LogLevel::Warn.into(),
            module: "tradingd::run".to_owned(),
            message: "odd\n\u{1b}[31m".to_owned(),
            fields: [("b".to_owned(), "2".to_owned()), ("a".to_owned(), "1".to_owned())].into(),
        };
        let message = TailLogsResponse { payload: Some(Payload::Line(line)) };
        let plain = Style { colour: false };
        assert_eq!(
            shown(&message, plain),
            "2026-01-31 14:05:00 warn  tradingd::run: odd[31m a=1 b=2"
        );
        let message = TailLogsResponse { payload: Some(Payload::Dropped(7)) };
        assert_eq!(shown(&message, plain), "... 7 lines are missing here");
    }
}

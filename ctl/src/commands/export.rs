//! Exports: the daemon's parts of a file, to stdout or to a file, with a bar on a terminal.

use super::Context;
use crate::cli::{ExportArgs, ExportForm, OutArgs, TradesExportArgs};
use crate::client::bearer_header;
use crate::failure::Failure;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::{self, IsTerminal as _, Write};
use tonic::transport::Channel;
use tonic::{Request, Response, Status, Streaming};
use tradingd_proto::v1::order_service_client::OrderServiceClient;
use tradingd_proto::v1::portfolio_service_client::PortfolioServiceClient;
use tradingd_proto::v1::trade_service_client::TradeServiceClient;
use tradingd_proto::v1::{
    ExportChunk, ExportFilter, ExportFormat, ExportLedgerRequest, ExportOrdersRequest,
    ExportTradesRequest,
};

/// The form that was asked for.
pub fn form(context: &Context<'_>, to: &OutArgs) -> ExportFormat {
    match to.format {
        Some(ExportForm::Csv) => ExportFormat::Csv,
        Some(ExportForm::Ndjson) => ExportFormat::Ndjson,
        None if context.out.is_json() => ExportFormat::Ndjson,
        None => ExportFormat::Csv,
    }
}

fn filter(context: &Context<'_>, args: &ExportArgs) -> Option<ExportFilter> {
    Some(ExportFilter {
        format: form(context, &args.to).into(),
        symbol: args.symbol.clone(),
        since: args.since,
        until: args.until,
    })
}

/// Closed trades.
pub async fn trades(context: &Context<'_>, args: TradesExportArgs) -> Result<(), Failure> {
    let TradesExportArgs { export: args, strategy, words } = args;
    let reason = |filter| {
        let name = super::trades::left(filter).as_str_name();
        name.trim_start_matches("EXIT_REASON_").to_lowercase()
    };
    let request = ExportTradesRequest {
        filter: filter(context, &args),
        strategy,
        exit_reasons: words.reasons.into_iter().map(reason).collect(),
        outcome: super::trades::outcome(words.outcome).into(),
        min_profit: words.min_profit,
        max_profit: words.max_profit,
    };
    let parts = open(context, request, async |channel, request| {
        TradeServiceClient::new(channel).export_trades(request).await
    });
    save(context, parts.await?, &args.to, |answer| answer.chunk).await
}

/// Orders.
pub async fn orders(context: &Context<'_>, args: ExportArgs) -> Result<(), Failure> {
    let request = ExportOrdersRequest { filter: filter(context, &args) };
    let parts = open(context, request, async |channel, request| {
        OrderServiceClient::new(channel).export_orders(request).await
    });
    save(context, parts.await?, &args.to, |answer| answer.chunk).await
}

/// The ledger.
pub async fn ledger(context: &Context<'_>, args: ExportArgs) -> Result<(), Failure> {
    let request = ExportLedgerRequest { filter: filter(context, &args) };
    let parts = open(context, request, async |channel, request| {
        PortfolioServiceClient::new(channel).export_ledger(request).await
    });
    save(context, parts.await?, &args.to, |answer| answer.chunk).await
}

/// Opens a stream as the present user; a token that has just run out is renewed once.
pub async fn open<Q: Clone, R>(
    context: &Context<'_>,
    message: Q,
    rpc: impl AsyncFn(Channel, Request<Q>) -> Result<Response<Streaming<R>>, Status>,
) -> Result<Streaming<R>, Failure> {
    let client = &context.client;
    let mut bearer = client.bearer().await?;
    let mut renewed = false;
    loop {
        let mut request = Request::new(message.clone());
        if let Some(bearer) = &bearer {
            let header = bearer_header(bearer).map_err(|status| client.failure(&status))?;
            request.metadata_mut().insert("authorization", header);
        }
        let answer = tokio::time::timeout(client.timeout(), rpc(client.channel(), request)).await;
        let answer = answer.unwrap_or_else(|_| Err(Status::deadline_exceeded("no answer came")));
        match answer {
            Ok(parts) => return Ok(parts.into_inner()),
            Err(status) if status.code() == tonic::Code::Unauthenticated && !renewed => {
                renewed = true;
                bearer = match client.renew_after(bearer.as_deref()).await? {
                    Some(fresh) => Some(fresh),
                    None => return Err(client.failure(&status)),
                };
            }
            Err(status) => return Err(client.failure(&status)),
        }
    }
}

/// A bar on stderr; silent unless that is a terminal.
pub fn bar(length: u64) -> ProgressBar {
    let target = if io::stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(Some(length), target);
    let style = ProgressStyle::with_template("{bar:30} {percent:>3} % {msg}");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// Writes the parts and compares the hash of the whole. A file is only there when it is whole.
pub async fn save<R>(
    context: &Context<'_>,
    mut parts: Streaming<R>,
    to: &OutArgs,
    chunk: impl Fn(R) -> Option<ExportChunk>,
) -> Result<(), Failure> {
    let unfinished = to.out.as_ref().map(|path| {
        let mut name = path.clone().into_os_string();
        name.push(".part");
        std::path::PathBuf::from(name)
    });
    let mut target: Box<dyn Write + Send> = match &unfinished {
        Some(path) => Box::new(File::create(path)?),
        None => Box::new(io::stdout()),
    };
    let bar = bar(100);
    let written = copy(context, &mut parts, &mut target, &bar, chunk).await;
    bar.finish_and_clear();
    drop(target);
    match (written, &to.out, unfinished) {
        (Ok(rows), Some(path), Some(part)) => {
            std::fs::rename(part, path)?;
            context.out.say(&format!("{rows} rows in {}", path.display()));
            Ok(())
        }
        (Err(failure), _, Some(part)) => {
            let _ = std::fs::remove_file(part);
            Err(failure)
        }
        (written, ..) => written.map(|_| ()),
    }
}

async fn copy<R>(
    context: &Context<'_>,
    parts: &mut Streaming<R>,
    target: &mut (dyn Write + Send),
    bar: &ProgressBar,
    chunk: impl Fn(R) -> Option<ExportChunk>,
) -> Result<u64, Failure> {
    let mut hasher = Sha256::new();
    let fail = |status: Status| context.client.failure(&status);
    while let Some(part) = parts.message().await.map_err(fail)? {
        let Some(part) = chunk(part) else { continue };
        hasher.update(&part.data);
        target.write_all(&part.data)?;
        bar.set_position(u64::from(part.progress_pct));
        bar.set_message(format!("{} rows", part.rows));
        if !part.sha256.is_empty() {
            target.flush()?;
            let found: String =
                hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
            if found != part.sha256 {
                return Err(Failure::internal("the file that came is not the one that was sent"));
            }
            return Ok(part.rows);
        }
    }
    Err(Failure::internal("the daemon ended the file before its last part"))
}

//! The audit: records for people, as a list, a stream, a file; and the proof of their chain.

mod entry;
mod filter;
mod tail;

use super::exports::file::{self, FileStream};
use super::exports::{CHUNK, format};
use super::{Shared, page, store_error};
use crate::control_plane::errors::{self, Reason};
use crate::convert;
use futures::Stream;
use std::pin::Pin;
use std::sync::Arc;
use storage::{Archive, Finding, Verdict};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, async_trait};
use tradingd_proto::v1::*;

type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[async_trait]
impl audit_service_server::AuditService for Shared {
    type TailEventsStream = Answers<TailEventsResponse>;
    type ExportEventsStream = FileStream<ExportEventsResponse>;
    type VerifyChainStream = Answers<VerifyChainResponse>;

    async fn list_events(
        &self,
        request: Request<ListEventsRequest>,
    ) -> Result<Response<ListEventsResponse>, Status> {
        let filter = filter::of(self, &request, request.get_ref().filter.as_ref()).await?;
        let request = request.into_inner();
        let page = page(request.page_size, request.page_token, 50)?;
        let found = self.store.audit(&filter, &page).await.map_err(store_error)?;
        Ok(Response::new(ListEventsResponse {
            events: found.items.iter().map(entry::event).collect(),
            next_page_token: found.next.unwrap_or_default(),
            total: found.total,
            as_of_sequence: found.as_of_sequence,
            scanned_until: found.scanned_until.map(convert::time),
        }))
    }

    async fn tail_events(
        &self,
        request: Request<TailEventsRequest>,
    ) -> Result<Response<Self::TailEventsStream>, Status> {
        tail::follow(self, request)
    }

    async fn export_events(
        &self,
        request: Request<ExportEventsRequest>,
    ) -> Result<Response<Self::ExportEventsStream>, Status> {
        let format = format(request.get_ref().format)?;
        let filter = filter::of(self, &request, request.get_ref().filter.as_ref()).await?;
        let store = Arc::clone(&self.store);
        let wrap = |chunk| ExportEventsResponse { chunk: Some(chunk) };
        file::stream(self, &request, format, wrap, async move |mut writer: file::Writer| {
            writer.heading(entry::COLUMNS).await?;
            let (last, mut after) = (store.last_sequence(), 0);
            loop {
                let found = store.audit_after(&filter, after, last, CHUNK).await;
                let found = found.map_err(store_error)?;
                let Some(end) = found.last() else { break };
                after = end.sequence;
                for found in &found {
                    writer.row(entry::COLUMNS, entry::cells(found)).await?;
                }
                let percent = after.saturating_mul(100) / last.max(1);
                writer.progress(u32::try_from(percent).unwrap_or(100)).await?;
            }
            writer.finish().await
        })
    }

    async fn verify_chain(
        &self,
        request: Request<VerifyChainRequest>,
    ) -> Result<Response<Self::VerifyChainStream>, Status> {
        let principal = filter::principal(&request)?;
        let archive = request.into_inner().archive.map(given);
        let (sender, receiver) = mpsc::channel(16);
        let shared = self.clone();
        tokio::spawn(async move {
            let end = tokio::select! {
                biased;
                () = shared.shutdown.cancelled() => {
                    Err(errors::refuse(Reason::ShuttingDown, "the daemon is ending"))
                }
                () = principal.session_ended() => {
                    Err(errors::refuse(Reason::SessionEnded, "the session has ended"))
                }
                verdict = verify(&shared, archive, &sender) => verdict,
            };
            let _ = sender.send(end).await;
        });
        Ok(Response::new(Box::pin(ReceiverStream::new(receiver))))
    }

    async fn get_audit_state(
        &self,
        _: Request<GetAuditStateRequest>,
    ) -> Result<Response<GetAuditStateResponse>, Status> {
        let head = *self.store.chain().borrow();
        let anchors = self.anchors.state();
        let prunings = self.store.prunings().await.map_err(store_error)?;
        Ok(Response::new(GetAuditStateResponse {
            sequence: head.sequence,
            hash: head.hash.to_string(),
            chain_from: head.from,
            anchored_sequence: anchors.sequence,
            anchored_at: anchors.at.map(convert::time),
            anchor_failure: anchors.failure.unwrap_or_default(),
            store_id: self.store.store_id().to_owned(),
            pruned: prunings.iter().map(|pruning| pruning.count).sum(),
            pruned_to: prunings.iter().map(|pruning| pruning.last).max().unwrap_or(0),
            archive_failure: self.archives.failure().unwrap_or_default(),
        }))
    }
}

/// Walks the journal; the last answer, with everything in it.
async fn verify(
    shared: &Shared,
    archive: Option<Archive>,
    sender: &mpsc::Sender<Result<VerifyChainResponse, Status>>,
) -> Result<VerifyChainResponse, Status> {
    // Lines that come while the walk goes on would name records that it does not see.
    let read = shared.anchors.read(shared.store.store_id());
    let content = read.map_err(|error| {
        tracing::error!(%error, "the anchor file can't be read");
        errors::refuse(Reason::StorageUnavailable, "the anchor file can't be read")
    })?;
    let folder = shared.archives.clone();
    let archives = tokio::task::spawn_blocking(move || folder.read()).await;
    let archives = archives.map_err(std::io::Error::other).and_then(|read| read);
    let mut archives = archives.map_err(|error| {
        tracing::error!(%error, "an archive of the audit can't be read");
        errors::refuse(Reason::StorageUnavailable, "an archive can't be read")
    })?;
    archives.extend(archive);
    let progress = |verdict: &Verdict, total: u64| {
        // A full channel leaves a report out; a closed one ends the walk.
        let closed = matches!(
            sender.try_send(Ok(VerifyChainResponse {
                records_done: verdict.records,
                records_total: total,
                found: verdict.found,
                ..VerifyChainResponse::default()
            })),
            Err(mpsc::error::TrySendError::Closed(_))
        );
        !closed
    };
    let verdict = shared.store.verify(content.anchors, &archives, progress).await;
    let verdict = verdict.map_err(store_error)?;
    Ok(answer(&verdict, &content.findings))
}

/// An archive of a request; what is no text is told as lines that can't be read.
fn given(archive: AuditArchive) -> Archive {
    let text = String::from_utf8_lossy(&archive.content).into_owned();
    Archive { name: archive.name, text }
}

fn answer(verdict: &Verdict, lines: &[Finding]) -> VerifyChainResponse {
    let finding = |found: &Finding| AuditFinding {
        kind: found.kind.name().to_owned(),
        sequence: found.sequence,
        text: found.text.clone(),
    };
    VerifyChainResponse {
        records_done: verdict.records,
        records_total: verdict.records,
        done: true,
        findings: verdict.findings.iter().chain(lines).map(finding).collect(),
        found: verdict.found + lines.len() as u64,
        chain_from: verdict.chain_from,
        last_sequence: verdict.last,
        last_hash: verdict.hash.to_string(),
        anchors: verdict.anchors,
        anchored_sequence: verdict.anchored,
        pruned: verdict.pruned,
        archives: verdict.archives,
        archives_missing: verdict.archives_missing.clone(),
    }
}

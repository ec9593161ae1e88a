//! A file that is sent while it is made: rows as CSV or JSON lines, in parts, with a hash at the end.

use super::super::Shared;
use crate::control_plane::auth::Principal;
use crate::control_plane::errors::{self, Reason};
use futures::Stream;
use sha2::{Digest as _, Sha256};
use std::pin::Pin;
use tokio::sync::mpsc;
use tokio_stream::StreamExt as _;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};
use tradingd_proto::v1::{ExportChunk, ExportFormat};

/// Bytes of a part, about.
const PART: usize = 64 * 1024;
/// Parts that wait for a slow reader.
const WAITING: usize = 4;

/// Parts of a file as a method's answers.
pub type FileStream<R> = Pin<Box<dyn Stream<Item = Result<R, Status>> + Send>>;

/// One value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Words, made harmless for spreadsheets.
    Text(String),
    /// A decimal, exactly as it is; empty for none.
    Number(String),
    /// JSON: part of the line in JSON, text in CSV.
    Json(String),
}

/// Writes a file.
#[derive(Debug)]
pub struct Writer {
    format: ExportFormat,
    buffer: Vec<u8>,
    hasher: Sha256,
    rows: u64,
    progress: u32,
    sender: mpsc::Sender<Result<ExportChunk, Status>>,
}

/// The reader has gone.
fn gone() -> Status {
    Status::cancelled("the reader has gone")
}

impl Writer {
    /// The first line; JSON has none.
    pub async fn heading(&mut self, columns: &[&str]) -> Result<(), Status> {
        if self.format == ExportFormat::Csv {
            let cells = columns.iter().map(|name| (*name).to_owned());
            self.buffer.extend_from_slice(csv_line(cells).as_bytes());
        }
        Ok(())
    }

    /// A row, its cells in the order of the columns.
    pub async fn row(&mut self, columns: &[&str], cells: Vec<Cell>) -> Result<(), Status> {
        let line = match self.format {
            ExportFormat::Ndjson => json_line(columns, cells),
            _ => csv_line(cells.into_iter().map(csv_cell)),
        };
        self.buffer.extend_from_slice(line.as_bytes());
        self.rows += 1;
        if self.buffer.len() >= PART { self.send(String::new()).await } else { Ok(()) }
    }

    /// Tells how much of the source is read, in percent.
    pub async fn progress(&mut self, percent: u32) -> Result<(), Status> {
        let changed = std::mem::replace(&mut self.progress, percent) != percent;
        // A row that is filtered out is work, too; the reader sees that it goes on.
        if changed { self.send(String::new()).await } else { Ok(()) }
    }

    /// The last part.
    pub async fn finish(mut self) -> Result<(), Status> {
        self.hasher.update(&self.buffer);
        let hash = self.hasher.clone().finalize();
        let hash = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        self.progress = 100;
        self.pass_on(hash).await
    }

    async fn send(&mut self, hash: String) -> Result<(), Status> {
        self.hasher.update(&self.buffer);
        self.pass_on(hash).await
    }

    async fn pass_on(&mut self, sha256: String) -> Result<(), Status> {
        let data = std::mem::take(&mut self.buffer);
        let chunk = ExportChunk { data, rows: self.rows, progress_pct: self.progress, sha256 };
        self.sender.send(Ok(chunk)).await.map_err(|_| gone())
    }
}

/// Makes a file and sends it, until it is done, the reader goes, the session ends, or the daemon.
pub fn stream<T, R: 'static>(
    shared: &Shared,
    request: &Request<T>,
    format: ExportFormat,
    wrap: impl Fn(ExportChunk) -> R + Send + 'static,
    make: impl AsyncMaker,
) -> Result<Response<FileStream<R>>, Status> {
    let principal = Principal::of(request)
        .ok_or_else(|| errors::refuse(Reason::TokenMissing, "this needs a token"))?;
    let (sender, receiver) = mpsc::channel(WAITING);
    let shutdown = shared.shutdown.clone();
    let writer = Writer {
        format,
        buffer: Vec::new(),
        hasher: Sha256::new(),
        rows: 0,
        progress: 0,
        sender: sender.clone(),
    };
    tokio::spawn(async move {
        let end = tokio::select! {
            biased;
            () = shutdown.cancelled() => {
                Err(errors::refuse(Reason::ShuttingDown, "the daemon is ending"))
            }
            () = principal.session_ended() => {
                Err(errors::refuse(Reason::SessionEnded, "the session has ended"))
            }
            made = make.make(writer) => made,
        };
        if let Err(status) = end {
            let _ = sender.send(Err(status)).await;
        }
    });
    let parts = ReceiverStream::new(receiver).map(move |part| part.map(&wrap));
    Ok(Response::new(Box::pin(parts)))
}

/// What makes a file: a closure that returns a future which may be sent between threads.
pub trait AsyncMaker: Send + 'static {
    /// Makes it.
    fn make(self, writer: Writer) -> Pin<Box<dyn Future<Output = Result<(), Status>> + Send>>;
}

impl<F, U> AsyncMaker for F
where
    F: FnOnce(Writer) -> U + Send + 'static,
    U: Future<Output = Result<(), Status>> + Send + 'static,
{
    fn make(self, writer: Writer) -> Pin<Box<dyn Future<Output = Result<(), Status>> + Send>> {
        Box::pin(self(writer))
    }
}

/// A cell of CSV before quoting. Text that a spreadsheet would take for a formula is made text by an
/// apostrophe (OWASP, "CSV injection").
fn csv_cell(cell: Cell) -> String {
    match cell {
        Cell::Number(text) => text,
        Cell::Text(text) | Cell::Json(text) => {
            let first =
                text.trim_start_matches(|c: char| c.is_whitespace() && c != '\t' && c != '\r');
            let formula =
                first.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
            if formula { format!("'{text}") } else { text }
        }
    }
}

/// A line of RFC 4180.
fn csv_line(cells: impl Iterator<Item = String>) -> String {
    let quoted = |cell: String| {
        if cell.contains(['"', ',', '\n', '\r']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell
        }
    };
    let mut line = cells.map(quoted).collect::<Vec<_>>().join(",");
    line.push_str("\r\n");
    line
}

fn json_line(columns: &[&str], cells: Vec<Cell>) -> String {
    let value = |cell| match cell {
        Cell::Json(text) => serde_json::from_str(&text).unwrap_or(serde_json::Value::Null),
        // Decimals stay text: a float would lose digits.
        Cell::Text(text) | Cell::Number(text) => serde_json::Value::String(text),
    };
    let fields = columns.iter().zip(cells).map(|(name, cell)| {
        let name = serde_json::Value::from(*name);
        format!("{name}:{}", value(cell))
    });
    format!("{{{}}}\n", fields.collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sec_34_cells_are_quoted_and_run_no_formula() {
        for (cell, wanted) in [
            (Cell::Text("=1+1".to_owned()), "'=1+1"),
            (Cell::Text("+1".to_owned()), "'+1"),
            (Cell::Text("-1".to_owned()), "'-1"),
            (Cell::Text("@SUM(A1)".to_owned()), "'@SUM(A1)"),
            (Cell::Text(" =cmd|' /C calc'!A0".to_owned()), "' =cmd|' /C calc'!A0"),
            (Cell::Text("\t=1".to_owned()), "'\t=1"),
            (Cell::Number("-3.00".to_owned()), "-3.00"),
            (Cell::Text("a,b".to_owned()), "\"a,b\""),
            (Cell::Text("say \"hi\"".to_owned()), "\"say \"\"hi\"\"\""),
            (Cell::Text("two\r\nlines".to_owned()), "\"two\r\nlines\""),
            (Cell::Json("{\"a\":1}".to_owned()), "\"{\"\"a\"\":1}\""),
        ] {
            let line = csv_line(std::iter::once(csv_cell(cell.clone())));
            assert_eq!(line, format!("{wanted}\r\n"), "{cell:?}");
        }
    }

    #[test]
    fn json_lines_keep_decimals_and_nested_details() {
        let cells = vec![
            Cell::Number("0.10".to_owned()),
            Cell::Text("=x\u{1b}[31m\n".to_owned()),
            Cell::Json("{\"a\":[1]}".to_owned()),
        ];
        let line = json_line(&["n", "t", "d"], cells);
        assert_eq!(line, "{\"n\":\"0.10\",\"t\":\"=x\\u001b[31m\\n\",\"d\":{\"a\":[1]}}\n");
    }
}

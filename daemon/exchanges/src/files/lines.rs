//! Lines of a stream without copying, with a bound on their length.
//!
//! Empty lines are passed over (they hold no data), a carriage return before the line feed belongs
//! to the line end, a byte order mark to nothing. A partial line before damaged data is never given out: its last number could be
//! cut short and still look whole.

use super::container::Text;
use std::io::{self, BufRead, Read};

const BUFFER: usize = 1 << 17;
/// What some editors put before UTF-8 text.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What comes next in a stream.
#[derive(Debug)]
pub(super) enum Line<'a> {
    /// A line without its end.
    Text(&'a [u8]),
    /// A line beyond the limit; its beginning.
    TooLong(&'a [u8]),
    /// The stream cannot be read further.
    Damaged(Damage),
    /// No more lines.
    End,
}

/// Why a stream ended before its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Damage {
    /// Compressed data ends early.
    Truncated,
    /// Compressed data is broken or does not have its checksum.
    Corrupt(String),
    /// The system could not read.
    Io(String),
}

/// Reads lines.
pub(super) struct Lines {
    source: Text,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    ended: bool,
    max_line: usize,
    number: u64,
    bytes: u64,
}

impl std::fmt::Debug for Lines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lines").field("number", &self.number).finish_non_exhaustive()
    }
}

/// Where a line was found in the buffer.
enum Found {
    Line { from: usize, to: usize },
    TooLong { from: usize, to: usize },
    Damaged(Damage),
    End,
}

impl Lines {
    /// Reads lines of at most `max_line` bytes.
    pub(super) fn new(source: Text, max_line: usize) -> Self {
        let buffer = vec![0; BUFFER.max(max_line + 2)];
        Self { source, buffer, start: 0, end: 0, ended: false, max_line, number: 0, bytes: 0 }
    }

    /// 1-based number of the line given last.
    pub(super) const fn number(&self) -> u64 {
        self.number
    }

    /// Bytes of text up to the end of the line given last.
    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The next line that is not empty.
    #[inline]
    pub(super) fn next_line(&mut self) -> Line<'_> {
        match self.find() {
            Found::Line { from, to } => Line::Text(&self.buffer[from..to]),
            Found::TooLong { from, to } => Line::TooLong(&self.buffer[from..to]),
            Found::Damaged(damage) => Line::Damaged(damage),
            Found::End => Line::End,
        }
    }

    fn find(&mut self) -> Found {
        loop {
            let from = self.start;
            // The slice's own `skip_until` searches word by word at any optimisation level.
            let mut window = &self.buffer[from..self.end];
            let length = window.skip_until(b'\n').unwrap_or(0);
            let whole = length > 0 && self.buffer[from + length - 1] == b'\n';
            if !whole && !self.ended {
                if length > self.max_line + 1 {
                    return self.too_long();
                }
                if let Err(error) = self.refill() {
                    self.ended = true;
                    self.start = self.end;
                    return Found::Damaged(damage(&error));
                }
                continue;
            }
            if length == 0 {
                return Found::End;
            }
            self.start += length;
            self.number += 1;
            self.bytes += length as u64;
            let mark = self.number == 1 && self.buffer[from..].starts_with(BYTE_ORDER_MARK);
            let from = if mark { from + BYTE_ORDER_MARK.len() } else { from };
            let mut to = self.start - usize::from(whole);
            if to > from && self.buffer[to - 1] == b'\r' {
                to -= 1;
            }
            if to - from > self.max_line {
                return Found::TooLong { from, to: from + self.max_line };
            }
            if to > from {
                return Found::Line { from, to };
            }
        }
    }

    /// Moves the rest to the front and reads more behind it.
    fn refill(&mut self) -> io::Result<()> {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        loop {
            match self.source.read(&mut self.buffer[self.end..]) {
                Ok(count) => {
                    self.end += count;
                    self.ended = count == 0;
                    return Ok(());
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Passes over the rest of a line that does not fit; memory stays bounded.
    fn too_long(&mut self) -> Found {
        // Keep the beginning in front for the report, read the rest behind it.
        self.buffer.copy_within(self.start..self.start + self.max_line, 0);
        self.bytes += (self.end - self.start) as u64;
        loop {
            (self.start, self.end) = (self.max_line, self.max_line);
            let read = self.source.read(&mut self.buffer[self.max_line..]);
            match read {
                Ok(count) => {
                    let mut window = &self.buffer[self.max_line..self.max_line + count];
                    let length = window.skip_until(b'\n').unwrap_or(0);
                    self.bytes += length as u64;
                    self.start += length;
                    self.end += count;
                    self.ended = count == 0;
                    let whole = length > 0 && self.buffer[self.start - 1] == b'\n';
                    if whole || self.ended {
                        break;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.ended = true;
                    return Found::Damaged(damage(&error));
                }
            }
        }
        self.number += 1;
        Found::TooLong { from: 0, to: self.max_line }
    }
}

fn damage(error: &io::Error) -> Damage {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => Damage::Truncated,
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
            Damage::Corrupt(error.to_string())
        }
        _ => Damage::Io(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str, max_line: usize) -> Vec<(u64, String)> {
        let source = io::Cursor::new(text.as_bytes().to_vec());
        let mut lines = Lines::new(Box::new(source), max_line);
        let mut out = Vec::new();
        loop {
            let shown = match lines.next_line() {
                Line::Text(line) => String::from_utf8_lossy(line).into_owned(),
                Line::TooLong(line) => format!("long:{}", line.len()),
                Line::Damaged(damage) => panic!("{damage:?}"),
                Line::End => break,
            };
            out.push((lines.number(), shown));
        }
        assert_eq!(lines.bytes(), text.len() as u64);
        out
    }

    #[test]
    fn lines_keep_their_numbers() {
        let got = all("a\r\n\n\nbc\nlast", 10);
        assert_eq!(got, [(1, "a".into()), (4, "bc".into()), (5, "last".into())]);
        assert!(all("", 10).is_empty());
        assert!(all("\n\r\n", 10).is_empty());
    }

    #[test]
    fn long_lines_are_passed_over_in_any_buffer_position() {
        for length in [11, 5_000, BUFFER - 1, BUFFER, BUFFER + 1, 3 * BUFFER + 7] {
            let text = format!("ok\n{}\nafter\n{}", "x".repeat(length), "y".repeat(length));
            let got = all(&text, 10);
            let want = [(1, "ok"), (2, "long:10"), (3, "after"), (4, "long:10")];
            assert_eq!(got, want.map(|(n, s)| (n, s.to_owned())), "{length}");
        }
    }
}

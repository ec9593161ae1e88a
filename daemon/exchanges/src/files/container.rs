//! The text inside a file: plain, gzip or a zip with one member, told apart by their first bytes.
//!
//! Never writes, never unpacks to disk, never holds more than a buffer of the content.

use super::error::OpenError;
use flate2::Crc;
use flate2::bufread::{DeflateDecoder, MultiGzDecoder};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Take};
use std::path::Path;

const BUFFER: usize = 1 << 16;

/// The decompressed bytes of a file.
pub(super) type Text = Box<dyn Read + Send>;

/// Opens a regular file.
fn open_file(path: &Path) -> Result<File, OpenError> {
    let failed =
        |error: io::Error| OpenError::Io { file: path.to_owned(), detail: error.to_string() };
    // Looked at before opening: opening a named pipe would wait for a writer.
    let metadata = std::fs::metadata(path).map_err(failed)?;
    if metadata.is_dir() {
        return Err(OpenError::NotAFile { file: path.to_owned(), what: "a directory" });
    }
    if !metadata.is_file() {
        return Err(OpenError::NotAFile { file: path.to_owned(), what: "no regular file" });
    }
    if metadata.len() == 0 {
        return Err(OpenError::Empty { file: path.to_owned() });
    }
    File::open(path).map_err(failed)
}

/// SHA-256 of a file's raw bytes.
pub(super) fn hash(path: &Path) -> Result<[u8; 32], OpenError> {
    let mut file = open_file(path)?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0; BUFFER];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(digest.finalize().into()),
            Ok(count) => digest.update(&buffer[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                return Err(OpenError::Io { file: path.to_owned(), detail: error.to_string() });
            }
        }
    }
}

/// Opens a file's text.
pub(super) fn open_text(path: &Path) -> Result<Text, OpenError> {
    let mut file = open_file(path)?;
    let failed =
        |error: io::Error| OpenError::Io { file: path.to_owned(), detail: error.to_string() };
    let mut start = Vec::with_capacity(512);
    (&mut file).take(512).read_to_end(&mut start).map_err(failed)?;
    file.rewind().map_err(failed)?;
    if start.starts_with(&[0x1f, 0x8b]) {
        return Ok(Box::new(MultiGzDecoder::new(BufReader::with_capacity(BUFFER, file))));
    }
    if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
        return zip_member(path, file);
    }
    let control = |byte: &&u8| **byte < b' ' && !b"\t\r\n".contains(*byte);
    if let Some(byte) = start.iter().find(control) {
        let detail = format!("neither gzip, zip nor text: byte {byte:#04x} near the start");
        return Err(OpenError::Container { file: path.to_owned(), detail });
    }
    Ok(Box::new(file))
}

/// The single member of a zip archive as a stream of its own.
fn zip_member(path: &Path, file: File) -> Result<Text, OpenError> {
    let refuse = |detail: String| OpenError::Container { file: path.to_owned(), detail };
    let broken = |error: zip::result::ZipError| refuse(format!("broken zip archive: {error}"));
    let mut archive = zip::ZipArchive::new(BufReader::new(file)).map_err(broken)?;
    let mut members = Vec::new();
    for index in 0..archive.len() {
        if !archive.by_index_raw(index).map_err(broken)?.is_dir() {
            members.push(index);
        }
    }
    let [only] = members[..] else {
        return Err(refuse(format!("zip archive must hold one file, has {}", members.len())));
    };
    let (start, packed, size, checksum, method) = {
        let member = archive.by_index_raw(only).map_err(broken)?;
        if member.encrypted() {
            return Err(refuse("zip archive is encrypted".to_owned()));
        }
        let sizes = (member.data_start(), member.compressed_size(), member.size());
        (sizes.0, sizes.1, sizes.2, member.crc32(), member.compression())
    };
    let mut file = archive.into_inner().into_inner();
    file.seek(SeekFrom::Start(start))
        .map_err(|error| OpenError::Io { file: path.to_owned(), detail: error.to_string() })?;
    let packed = BufReader::with_capacity(BUFFER, file.take(packed));
    let data = match method {
        zip::CompressionMethod::Stored => Member::Stored(packed),
        zip::CompressionMethod::Deflated => Member::Deflated(DeflateDecoder::new(packed)),
        other => return Err(refuse(format!("zip method {other} must be stored or deflated"))),
    };
    Ok(Box::new(Checked { data, left: size, crc: Crc::new(), checksum }))
}

/// A zip member's data.
enum Member {
    Stored(BufReader<Take<File>>),
    Deflated(DeflateDecoder<BufReader<Take<File>>>),
}

/// Reads a zip member and checks its size and checksum at the end.
struct Checked {
    data: Member,
    left: u64,
    crc: Crc,
    checksum: u32,
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = match &mut self.data {
            Member::Stored(data) => data.read(buffer)?,
            Member::Deflated(data) => data.read(buffer)?,
        };
        self.crc.update(&buffer[..count]);
        let invalid = |what| io::Error::new(io::ErrorKind::InvalidData, what);
        self.left = self
            .left
            .checked_sub(count as u64)
            .ok_or_else(|| invalid("zip member is longer than its directory says"))?;
        if count == 0 && !buffer.is_empty() {
            if self.left > 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if self.crc.sum() != self.checksum {
                return Err(invalid("zip member does not have its checksum"));
            }
        }
        Ok(count)
    }
}

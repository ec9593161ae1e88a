//! Messages as Telegram takes them: escaped HTML in pieces of at most 4096 UTF-16 units.

/// Telegram's limit for one message, in UTF-16 code units after entities were parsed
/// (<https://core.telegram.org/bots/api#sendmessage>).
pub const LIMIT: usize = 4_096;

/// Splits plain text into pieces of at most `limit` UTF-16 units: at the last line break where there
/// is one in the second half, otherwise between characters.
#[must_use]
pub fn split(text: &str, limit: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text.trim_end();
    while !rest.is_empty() {
        let end = fits(rest, limit);
        if end == rest.len() {
            pieces.push(rest);
            break;
        }
        let cut = match rest[..end].rfind('\n') {
            Some(at) if at >= end / 2 => at + 1,
            _ => end,
        };
        pieces.push(rest[..cut].trim_end_matches('\n'));
        rest = &rest[cut..];
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// Bytes of the longest start of at most `limit` UTF-16 units, at least one character.
fn fits(text: &str, limit: usize) -> usize {
    let mut units = 0;
    for (at, c) in text.char_indices() {
        units += c.len_utf16();
        if units > limit && at > 0 {
            return at;
        }
    }
    text.len()
}

/// Text with HTML's three special characters escaped.
#[must_use]
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(text: &str) -> usize {
        text.encode_utf16().count()
    }

    #[test]
    fn pieces_are_within_the_limit_and_lose_nothing() {
        // Two units each outside the basic plane, in all mixtures and offsets.
        for limit in 2..12 {
            for length in 0..40 {
                let text: String = (0..length)
                    .map(|i| ['a', '😀', 'ß', '漢', '\n'][(i * 7 + limit) % 5])
                    .collect();
                let pieces = split(&text, limit);
                assert!(pieces.iter().all(|p| units(p) <= limit && !p.is_empty()), "{pieces:?}");
                let joined: String = pieces.concat();
                assert_eq!(joined.replace('\n', ""), text.replace('\n', ""), "limit {limit}");
            }
        }
        assert_eq!(split(&"x".repeat(LIMIT), LIMIT).len(), 1);
        assert_eq!(split(&"😀".repeat(LIMIT), LIMIT).len(), 2);
    }

    #[test]
    fn it_is_cut_at_a_line_break_where_that_wastes_little() {
        assert_eq!(split("aaaa\nbbbb\ncc", 10), ["aaaa\nbbbb", "cc"]);
        assert_eq!(split("a\nbbbbbbbbbb", 8), ["a\nbbbbbb", "bbbb"]);
    }

    #[test]
    fn nothing_is_taken_for_a_tag() {
        assert_eq!(escape("a<b>&c;"), "a&lt;b&gt;&amp;c;");
    }
}

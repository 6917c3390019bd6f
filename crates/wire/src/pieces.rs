//! Files in pieces, many small ones in one payload: for each piece a byte that says whether it goes on
//! with the file before, the lengths of path and content as little-endian numbers (`u16`, `u32`), the
//! path, the content.

#[cfg(test)]
mod tests;

/// Bytes before a path.
const HEADER: usize = 7;

/// A piece of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece<'a> {
    /// Where the file is.
    pub path: &'a str,
    /// Whether it goes on with the file of the piece before.
    pub continues: bool,
    /// The bytes.
    pub bytes: &'a [u8],
}

impl Piece<'_> {
    /// Appends it; false when its path or content is too long to be one.
    pub fn append(&self, out: &mut Vec<u8>) -> bool {
        let (Ok(path), Ok(bytes)) =
            (u16::try_from(self.path.len()), u32::try_from(self.bytes.len()))
        else {
            return false;
        };
        out.push(u8::from(self.continues));
        out.extend_from_slice(&path.to_le_bytes());
        out.extend_from_slice(&bytes.to_le_bytes());
        out.extend_from_slice(self.path.as_bytes());
        out.extend_from_slice(self.bytes);
        true
    }
}

/// All pieces of a payload, in order; none when it is not made of pieces.
pub fn split(mut payload: &[u8]) -> Option<Vec<Piece<'_>>> {
    let mut pieces = Vec::new();
    while let Some((header, rest)) = payload.split_first_chunk::<HEADER>() {
        let [continues, a, b, lengths @ ..] = *header;
        let (path, rest) = rest.split_at_checked(u16::from_le_bytes([a, b]).into())?;
        let length = usize::try_from(u32::from_le_bytes(lengths)).ok()?;
        let (bytes, rest) = rest.split_at_checked(length)?;
        let path = std::str::from_utf8(path).ok()?;
        pieces.push(Piece { path, continues: continues != 0, bytes });
        payload = rest;
    }
    payload.is_empty().then_some(pieces)
}

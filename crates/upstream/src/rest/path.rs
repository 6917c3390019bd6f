//! Paths with places for parameters: `/users/{id}/files/{name}.json`.

/// The most places in one path: each call looks for the value of each.
const MOST: usize = 100;

/// A part of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// As it stands, percent-encoded.
    Text(String),
    /// The value of the parameter of this name.
    Parameter(String),
}

/// Reads a path as a description writes it; the error says why it cannot be used.
pub(crate) fn read(path: &str) -> Result<Vec<Piece>, &'static str> {
    let Some(_) = path.strip_prefix('/') else { return Err("its path does not begin with `/`") };
    if climbs(path) {
        return Err("its path has a segment `.` or `..`");
    }
    let (mut pieces, mut places) = (Vec::new(), 0_usize);
    let mut rest = path;
    while let Some(open) = rest.find('{') {
        let (text, after) = rest.split_at(open);
        let Some(close) = after.find('}') else { return Err("its path has a `{` without a `}`") };
        if !text.is_empty() {
            pieces.push(Piece::Text(literal(text)));
        }
        places += 1;
        if places > MOST {
            return Err("its path has more than 100 places for parameters");
        }
        pieces.push(Piece::Parameter(after[1..close].to_owned()));
        rest = &after[close + 1..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(literal(rest)));
    }
    Ok(pieces)
}

/// The literal part of a path: what may stand in a path stays, an encoded byte too.
fn literal(text: &str) -> String {
    const PLAIN: &[u8] = b"/-._~!$&'()*+,;=:@%";
    let mut written = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || PLAIN.contains(&byte) {
            written.push(char::from(byte));
        } else {
            written.push_str(percent_encoding::percent_encode_byte(byte));
        }
    }
    written
}

/// Whether a path has a segment that leads elsewhere, in any spelling.
pub(crate) fn climbs(path: &str) -> bool {
    path.split('/').any(|segment| {
        let plain = segment.replace("%2e", ".").replace("%2E", ".");
        plain == "." || plain == ".."
    })
}

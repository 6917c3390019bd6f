//! As much of HTTP/1.1 as Deno needs to ask a registry: one `GET` a connection.

#[cfg(test)]
mod tests;

/// The longest head of a request, in bytes.
const MAX_HEAD: usize = 16 * 1024;

/// What has come of a request.
#[derive(Debug, PartialEq, Eq)]
pub enum Request {
    /// Not all of its head.
    Incomplete,
    /// It asks for this.
    Get(String),
    /// Something that nobody here answers.
    Strange,
}

/// Reads the head of a request.
pub fn request(head: &[u8]) -> Request {
    if !head.windows(4).any(|bytes| bytes == b"\r\n\r\n") {
        return if head.len() > MAX_HEAD { Request::Strange } else { Request::Incomplete };
    }
    let line = head.split(|byte| *byte == b'\r').next().unwrap_or_default();
    let Ok(line) = std::str::from_utf8(line) else { return Request::Strange };
    let mut words = line.split(' ');
    match (words.next(), words.next(), words.next(), words.next()) {
        (Some("GET"), Some(path), Some("HTTP/1.1"), None) if path.starts_with('/') => {
            Request::Get(path.to_owned())
        }
        _ => Request::Strange,
    }
}

/// An answer as it is sent, and the end of the connection with it.
pub fn answer(status: u16, content_type: &str, body: &[u8]) -> Vec<u8> {
    let is_plain = |each: &char| each.is_ascii_graphic() || *each == ' ';
    let content_type: String = content_type.chars().filter(is_plain).collect();
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status} Said\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n"
    );
    let mut bytes = Vec::with_capacity(head.len() + body.len());
    bytes.extend_from_slice(head.as_bytes());
    bytes.extend_from_slice(body);
    bytes
}

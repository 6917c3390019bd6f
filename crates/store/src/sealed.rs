//! The format of our files: a line that says what this is and how long and what each section hashes
//! to, then the sections. A file of another kind, another version, cut short or with a bit turned is
//! none of ours; a section that nobody asks for costs nothing to have.

use crate::digest::Digest;

/// The first word of every file.
const MAGIC: &str = "code-executor";

/// The longest first line.
const LINE: usize = 512;

/// What a file is, and the version of what is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) version: u32,
    /// How many sections it has.
    pub(crate) sections: usize,
}

/// A file whose first line fits what follows it.
#[derive(Debug)]
pub(crate) struct Sealed<'a> {
    sections: Vec<(&'a [u8], Digest)>,
}

/// The bytes of a file with these sections.
pub(crate) fn seal(kind: Kind, sections: &[&[u8]]) -> Vec<u8> {
    debug_assert_eq!(sections.len(), kind.sections);
    let mut line = format!("{MAGIC} {} {}", kind.name, kind.version);
    for section in sections {
        line.push_str(&format!(" {}:{}", section.len(), Digest::of(section)));
    }
    line.push('\n');
    let length = sections.iter().map(|section| section.len()).sum::<usize>();
    let mut bytes = Vec::with_capacity(line.len() + length);
    bytes.extend(line.as_bytes());
    sections.iter().for_each(|section| bytes.extend(*section));
    bytes
}

/// Reads the first line; `None` when this is no such file, or not all of it, or more.
pub(crate) fn open(kind: Kind, bytes: &[u8]) -> Option<Sealed<'_>> {
    let end = bytes.iter().take(LINE).position(|byte| *byte == b'\n')?;
    let line = std::str::from_utf8(&bytes[..end]).ok()?;
    let mut rest = &bytes[end + 1..];
    let mut words = line.split(' ');
    let version = kind.version.to_string();
    if [words.next()?, words.next()?, words.next()?] != [MAGIC, kind.name, &version] {
        return None;
    }
    let mut sections = Vec::with_capacity(kind.sections);
    for word in words {
        let (length, digest) = word.split_once(':')?;
        let (section, after) = rest.split_at_checked(length.parse().ok()?)?;
        sections.push((section, digest.parse().ok()?));
        rest = after;
    }
    (sections.len() == kind.sections && rest.is_empty()).then_some(Sealed { sections })
}

impl<'a> Sealed<'a> {
    /// One section; `None` when it is not what was written.
    pub(crate) fn section(&self, number: usize) -> Option<&'a [u8]> {
        let (section, digest) = self.sections.get(number)?;
        (Digest::of(section) == *digest).then_some(*section)
    }
}

#[cfg(test)]
mod tests;

//! Wheels made on the spot: a zip archive of stored files, as small as `uv` and `pip` take them.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// A pure Python package to be put on a [`crate::PackageIndex`].
#[derive(Debug, Clone)]
pub struct Wheel {
    name: String,
    version: String,
    requires: Vec<String>,
    files: Vec<(String, Vec<u8>)>,
}

impl Wheel {
    /// A package with one module of its own name, which holds this source.
    pub fn new(name: &str, version: &str, source: &str) -> Self {
        let module = (format!("{name}/__init__.py"), source.as_bytes().to_vec());
        Self {
            name: name.to_owned(),
            version: version.to_owned(),
            requires: Vec::new(),
            files: vec![module],
        }
    }

    /// Adds a dependency, such as `beta>=1`.
    pub fn requires(mut self, requirement: &str) -> Self {
        self.requires.push(requirement.to_owned());
        self
    }

    /// Adds a file at a path below `site-packages`.
    pub fn with_file(mut self, path: &str, content: impl Into<Vec<u8>>) -> Self {
        self.files.push((path.to_owned(), content.into()));
        self
    }

    /// The file's name on an index.
    pub fn file_name(&self) -> String {
        format!("{}-{}-py3-none-any.whl", self.name, self.version)
    }

    /// The archive.
    pub fn build(&self) -> Vec<u8> {
        let info = format!("{}-{}.dist-info", self.name, self.version);
        let mut metadata =
            format!("Metadata-Version: 2.1\nName: {}\nVersion: {}\n", self.name, self.version);
        for requirement in &self.requires {
            let _ = writeln!(metadata, "Requires-Dist: {requirement}");
        }
        let tags = "Wheel-Version: 1.0\nGenerator: testkit\nRoot-Is-Purelib: true\n\
                    Tag: py3-none-any\n";
        let mut files = self.files.clone();
        files.push((format!("{info}/METADATA"), metadata.into_bytes()));
        files.push((format!("{info}/WHEEL"), tags.as_bytes().to_vec()));
        let mut record = String::new();
        for (path, content) in &files {
            let _ = writeln!(record, "{path},sha256={},{}", record_hash(content), content.len());
        }
        let _ = writeln!(record, "{info}/RECORD,,");
        files.push((format!("{info}/RECORD"), record.into_bytes()));
        archive(&files)
    }
}

/// The hash that an index gives for a file.
pub(crate) fn hex_hash(content: &[u8]) -> String {
    Sha256::digest(content).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The hash as `RECORD` has it: base64 for addresses, without padding.
fn record_hash(content: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let hash = Sha256::digest(content);
    let mut text = String::new();
    for chunk in hash.chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for digit in 0..=chunk.len() {
            text.push(char::from(DIGITS[(bits >> (18 - 6 * digit)) as usize & 63]));
        }
    }
    text
}

/// A zip archive of files that are not compressed.
fn archive(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut archive = Vec::new();
    let mut directory = Vec::new();
    for (path, content) in files {
        let offset = archive.len() as u32;
        let mut entry = Vec::new();
        // Version, flags, method, time and date: 1980-01-01, the earliest there is.
        for value in [20_u16, 0, 0, 0, 0x21] {
            entry.extend(value.to_le_bytes());
        }
        entry.extend(crc32(content).to_le_bytes());
        entry.extend((content.len() as u32).to_le_bytes());
        entry.extend((content.len() as u32).to_le_bytes());
        entry.extend((path.len() as u16).to_le_bytes());
        entry.extend(0_u16.to_le_bytes());

        archive.extend(b"PK\x03\x04");
        archive.extend(&entry);
        archive.extend(path.as_bytes());
        archive.extend(content);

        directory.extend(b"PK\x01\x02");
        // Made on Unix.
        directory.extend(0x0314_u16.to_le_bytes());
        directory.extend(&entry);
        // Comment, disk, inner attributes; then a regular file that everybody may read.
        directory.extend([0_u8; 6]);
        directory.extend((0o100_644_u32 << 16).to_le_bytes());
        directory.extend(offset.to_le_bytes());
        directory.extend(path.as_bytes());
    }
    let (start, length) = (archive.len() as u32, directory.len() as u32);
    archive.extend(directory);
    archive.extend(b"PK\x05\x06\0\0\0\0");
    archive.extend((files.len() as u16).to_le_bytes());
    archive.extend((files.len() as u16).to_le_bytes());
    archive.extend(length.to_le_bytes());
    archive.extend(start.to_le_bytes());
    archive.extend(0_u16.to_le_bytes());
    archive
}

fn crc32(content: &[u8]) -> u32 {
    !content.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            let carry = crc & 1;
            (crc >> 1) ^ (0xEDB8_8320 * carry)
        })
    })
}

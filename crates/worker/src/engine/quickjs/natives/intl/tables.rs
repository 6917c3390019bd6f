//! The tables of `Intl`, as `xtask/intl/generate.mjs` made them from CLDR: one line of JSON that says
//! where each section is, and the sections, packed by brotli.

use std::cell::OnceCell;
use std::collections::HashMap;

/// Data of Unicode, Inc. (Unicode-3.0).
static TABLES: &[u8] = include_bytes!("tables.bin");

type Index = HashMap<String, (usize, usize)>;

thread_local! {
    static INDEX: OnceCell<(usize, Index)> = const { OnceCell::new() };
}

/// The JSON of a section.
pub fn text(name: &str) -> Option<String> {
    let (start, length) = INDEX.with(|index| {
        let (head, sections) = index.get_or_init(read_index);
        sections.get(name).map(|&(offset, length)| (head + offset, length))
    })?;
    let packed = TABLES.get(start..start + length)?;
    let mut text = String::new();
    let mut reader = brotli::Decompressor::new(packed, 4096);
    std::io::Read::read_to_string(&mut reader, &mut text).ok()?;
    Some(text)
}

fn read_index() -> (usize, Index) {
    let head = TABLES.iter().position(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    (head, serde_json::from_slice(TABLES.get(..head).unwrap_or_default()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn every_section_can_be_read() {
        let (_, sections) = super::read_index();
        assert!(sections.len() > 200, "{}", sections.len());
        for name in sections.keys().filter(|name| *name != "made") {
            let text = text(name).unwrap_or_default();
            assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{name}");
        }
        assert_eq!(text("nothing"), None);
    }

    /// `cargo xtask intl` makes them anew.
    #[test]
    fn the_tables_are_those_of_the_generator() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../xtask/intl");
        let mut sum = 0x811c_9dc5_u32;
        for file in ["generate.mjs", "package.json"] {
            let bytes = std::fs::read(format!("{folder}/{file}")).expect("it is in the repository");
            sum = bytes
                .iter()
                .fold(sum, |sum, &byte| (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        }
        let (_, sections) = super::read_index();
        assert_eq!(
            sections.get("made").map(|&(made, _)| made),
            Some(sum as usize),
            "stale: run `cargo xtask intl`"
        );
    }
}

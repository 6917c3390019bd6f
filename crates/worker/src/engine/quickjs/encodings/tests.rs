//! Encodings against what Node makes of the same bytes.

use proptest::prelude::*;

use super::Encoding::{self, *};

#[test]
fn bytes_become_the_text_that_node_makes_of_them() {
    for (encoding, bytes, text) in [
        (Utf8, &b"h\xc3\xa9\xff"[..], "h\u{e9}\u{fffd}"),
        // The longest beginning of a character is one replacement, as the web's decoder has it.
        (Utf8, b"\xf0\x9f\x98x", "\u{fffd}x"),
        (Latin1, b"h\xe9", "h\u{e9}"),
        (Ascii, b"h\xe9", "hi"),
        (Utf16, b"h\0=\xd8x", "h\u{fffd}"),
        (Hex, b"\x00\xff", "00ff"),
        (Base64, b"", ""),
        (Base64, b"a", "YQ=="),
        (Base64, b"ab\xff", "YWL/"),
        (Base64Url, b"ab\xff", "YWL_"),
        (Base64Url, b"a", "YQ"),
    ] {
        assert_eq!(encoding.decode(bytes), text, "{encoding:?}");
    }
}

#[test]
fn text_becomes_the_bytes_that_node_makes_of_it() {
    for (encoding, text, bytes) in [
        (Utf8, "h\u{e9}", &b"h\xc3\xa9"[..]),
        (Latin1, "h\u{e9}\u{2191}", b"h\xe9\x91"),
        (Utf16, "h\u{1f600}", b"h\0\x3d\xd8\0\xde"),
        (Hex, "00fFzz11", b"\x00\xff"),
        (Hex, "abc", b"\xab"),
        (Base64, "YW Jj\nZA", b"abcd"),
        (Base64, "YQ==YQ==", b"a"),
        (Base64, "_-8", b"\xff\xef"),
        (Base64, "Y", b""),
    ] {
        assert_eq!(encoding.encode(text.to_owned()), bytes, "{encoding:?} {text}");
    }
}

proptest! {
    #[test]
    fn bytes_survive_the_way_through_text(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        for encoding in [Latin1, Hex, Base64, Base64Url] {
            prop_assert_eq!(encoding.encode(encoding.decode(&bytes)), bytes.as_slice());
        }
    }

    #[test]
    fn text_survives_the_way_through_bytes(text in ".*") {
        for encoding in [Utf8, Utf16] {
            prop_assert_eq!(encoding.decode(&encoding.encode(text.clone())), text.as_str());
        }
    }
}

#[test]
fn encodings_have_the_names_the_prelude_uses() {
    for name in ["utf8", "latin1", "ascii", "utf16le", "hex", "base64", "base64url"] {
        assert!(Encoding::named(name).is_some(), "{name}");
    }
    assert_eq!(Encoding::named("utf-8"), None);
}

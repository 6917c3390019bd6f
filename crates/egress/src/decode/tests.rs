//! Real compressed bytes, bombs, garbage and bodies that end too early.

use std::io::Write;

use flate2::{
    Compression,
    write::{DeflateEncoder, GzEncoder, ZlibEncoder},
};
use proptest::prelude::*;

use super::{Decoder, Failure};

/// `hello brotli ` fifty times.
const BROTLI: &str = "1b8902f81da9539fbb702d5686262741d8e8922ded2d0a8c06be9119bf00";

/// 64 MiB of zeros.
const BROTLI_BOMB: &str = "cfffff7ff82700e2b14020f7fe9ffffffff04f00c4610180eefd3fffffffe19f00\
                           88c32200ddfbfffcffffc73f0110870500baf7ff";

/// `hello` with a window of 1 GiB.
const BROTLI_LARGE_WINDOW: &str = "111e08000268656c6c6f03";

fn hex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn raw(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn decode(coding: &str, bytes: &[u8], step: usize, limit: usize) -> Result<Vec<u8>, Failure> {
    let mut decoder = Decoder::new(coding, limit).unwrap();
    let mut whole = Vec::new();
    for piece in bytes.chunks(step) {
        whole.extend_from_slice(&decoder.push(piece)?);
    }
    whole.extend_from_slice(&decoder.finish()?);
    Ok(whole)
}

#[test]
fn every_coding_gives_back_what_was_compressed() {
    let text = "hello gzip ".repeat(10_000);
    let brotli = "hello brotli ".repeat(50);
    for step in [1, 7, 1_000, 1_000_000] {
        let check = |coding: &str, bytes: &[u8], expected: &str| {
            let limit = expected.len();
            assert_eq!(
                decode(coding, bytes, step, limit).unwrap(),
                expected.as_bytes(),
                "{coding}"
            );
            assert_eq!(decode(coding, bytes, step, limit - 1), Err(Failure::TooLarge), "{coding}");
        };
        check("gzip", &gzip(text.as_bytes()), &text);
        check("x-gzip", &gzip(text.as_bytes()), &text);
        check(" GZIP ", &gzip(text.as_bytes()), &text);
        check("deflate", &zlib(text.as_bytes()), &text);
        check("deflate", &raw(text.as_bytes()), &text);
        check("br", &hex(BROTLI), &brotli);
    }
    let members = [gzip(b"one "), gzip(b"two")].concat();
    assert_eq!(decode("gzip", &members, 5, 100).unwrap(), b"one two");
}

#[test]
fn a_body_without_a_byte_is_empty() {
    for coding in ["gzip", "deflate", "br"] {
        assert_eq!(decode(coding, b"", 1, 0).unwrap(), b"", "{coding}");
    }
}

#[test]
fn unknown_codings_are_left_to_the_program() {
    for coding in ["", "identity", "zstd", "compress", "gzip, br", "gzip\0"] {
        assert!(Decoder::new(coding, 1).is_none(), "{coding}");
    }
}

#[test]
fn a_bomb_is_cut_at_the_limit() {
    let zeros = vec![0; 16 * 1024 * 1024];
    let limit = 1024 * 1024;
    let bombs = [("gzip", gzip(&zeros)), ("deflate", zlib(&zeros)), ("deflate", raw(&zeros))];
    for (coding, bomb) in bombs.into_iter().chain([("br", hex(BROTLI_BOMB))]) {
        assert_eq!(decode(coding, &bomb, 16 * 1024, limit), Err(Failure::TooLarge), "{coding}");
    }
}

#[test]
fn a_window_beyond_the_standard_is_refused() {
    assert_eq!(decode("br", &hex(BROTLI_LARGE_WINDOW), 100, 100), Err(Failure::Corrupt));
}

#[test]
fn what_ends_too_early_or_goes_on_is_corrupt() {
    let text = "some text to compress ".repeat(20);
    for (coding, bytes) in
        [("gzip", gzip(text.as_bytes())), ("deflate", zlib(text.as_bytes())), ("br", hex(BROTLI))]
    {
        for end in 1..bytes.len() {
            let cut = decode(coding, &bytes[..end], 1_000, 10_000);
            assert_eq!(cut, Err(Failure::Corrupt), "{coding} cut at {end} of {}", bytes.len());
        }
        let garbage = [bytes, b"garbage".to_vec()].concat();
        assert_eq!(decode(coding, &garbage, 1_000, 10_000), Err(Failure::Corrupt), "{coding}");
    }
}

proptest! {
    #[test]
    fn no_bytes_panic_or_pass_the_limit(
        coding in prop::sample::select(vec!["gzip", "deflate", "br"]),
        bytes in prop::collection::vec(any::<u8>(), 0..400),
        step in 1_usize..50,
    ) {
        if let Ok(whole) = decode(coding, &bytes, step, 1_000) {
            prop_assert!(whole.len() <= 1_000);
        }
    }
}

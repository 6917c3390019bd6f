//! Packs the o200k vocabulary for `code-executor tokens`: a quarter of the size at which the
//! library carries it.

use std::io::Write;
use std::path::PathBuf;

use flate2::Compression;
use flate2::write::DeflateEncoder;

/// Tokens of the vocabulary that are ordinary text.
const TOKENS: u32 = 199_998;

fn main() {
    let mut cargo = std::io::stdout();
    cargo.write_all(b"cargo::rerun-if-changed=build.rs\n").expect("cargo listens");
    let vocabulary = tiktoken_rs::o200k_base().expect("the vocabulary is in the library");
    let mut packed = DeflateEncoder::new(Vec::new(), Compression::best());
    for rank in 0..TOKENS {
        let token = vocabulary.decode_bytes(&[rank]).expect("every rank has its token");
        let length = u8::try_from(token.len()).expect("no token is longer");
        packed.write_all(&[length]).and_then(|()| packed.write_all(&token)).expect("to memory");
    }
    let packed = packed.finish().expect("to memory");
    let place = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo names it"));
    std::fs::write(place.join("o200k.deflate"), packed).expect("cargo's own directory");
}

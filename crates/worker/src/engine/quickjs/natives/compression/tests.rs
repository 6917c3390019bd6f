//! Tests of compression: what goes in comes out again, however it is cut; what is broken is told.

use super::deflate::{Reader, Wrapper, Writer};
use super::{Broken, Flush, Machine, Step, brotli};

fn text() -> Vec<u8> {
    (0..4000u32).flat_map(|at| format!("line {} of {}\n", at % 97, at).into_bytes()).collect()
}

/// Runs a machine over the input in pieces of `input`, with room for `output` bytes at a time.
fn through(
    machine: &mut Machine,
    bytes: &[u8],
    input: usize,
    output: usize,
) -> Result<(Vec<u8>, bool), Broken> {
    let (mut all, mut room, mut ended) = (Vec::new(), vec![0; output], false);
    let pieces: Vec<&[u8]> = bytes.chunks(input).collect();
    for (at, piece) in pieces.iter().enumerate() {
        let flush = if at + 1 == pieces.len() { Flush::Finish } else { Flush::None };
        let mut rest = *piece;
        loop {
            let Step { consumed, written, ended: is_end } = machine.step(rest, flush, &mut room)?;
            all.extend(&room[..written]);
            rest = &rest[consumed..];
            ended = is_end;
            if ended || (rest.is_empty() && written < room.len()) {
                break;
            }
        }
    }
    Ok((all, ended))
}

fn deflate(wrapper: Wrapper) -> Machine {
    Machine::Deflate(Box::new(Writer::new(wrapper, 6)))
}

fn inflate(wrapper: Wrapper) -> Machine {
    Machine::Inflate(Box::new(Reader::new(wrapper)))
}

#[test]
fn what_goes_in_comes_out_however_it_is_cut() {
    let text = text();
    for wrapper in [Wrapper::Raw, Wrapper::Zlib, Wrapper::Gzip] {
        for (input, output) in [(1, 1), (7, 100), (1000, 64 << 10), (1 << 20, 1 << 20)] {
            let (packed, ended) =
                through(&mut deflate(wrapper), &text, input.max(100), output).expect("it packs");
            assert!(ended && packed.len() < text.len() / 3, "{wrapper:?} {}", packed.len());
            let (unpacked, ended) =
                through(&mut inflate(wrapper), &packed, input, output).expect("it unpacks");
            assert!(ended, "{wrapper:?}");
            assert!(unpacked == text, "{wrapper:?} {input} {output}");
        }
    }
    let mut writer = Machine::ToBrotli(Box::new(brotli::Writer::new(5, 22)));
    let (packed, ended) = through(&mut writer, &text, 3000, 500).expect("it packs");
    assert!(ended && packed.len() < text.len() / 3);
    for (input, output) in [(1, 1), (100, 1 << 16)] {
        let mut reader = Machine::FromBrotli(Box::default());
        let (unpacked, ended) = through(&mut reader, &packed, input, output).expect("it unpacks");
        assert!(ended && unpacked == text);
    }
}

#[test]
fn a_header_may_hold_a_name_and_more() {
    let mut packed = vec![0x1f, 0x8b, 8, 4 | 8 | 16 | 2, 0, 0, 0, 0, 0, 3];
    packed.extend([3, 0, 1, 2, 3]);
    packed.extend(b"a name\0a comment\0");
    packed.extend([9, 9]);
    let (plain, _) = through(&mut deflate(Wrapper::Gzip), b"hello", 5, 100).expect("it packs");
    packed.extend(&plain[10..]);
    let (unpacked, ended) = through(&mut inflate(Wrapper::Gzip), &packed, 1, 10).expect("it reads");
    assert_eq!((unpacked.as_slice(), ended), (b"hello".as_slice(), true));
}

#[test]
fn what_is_broken_is_told() {
    let (gzip, _) = through(&mut deflate(Wrapper::Gzip), b"hello hello", 50, 100).expect("packs");
    let (zlib, _) = through(&mut deflate(Wrapper::Zlib), b"hello hello", 50, 100).expect("packs");
    let changed = |bytes: &[u8], at: usize| {
        let mut bytes = bytes.to_vec();
        let at = if at > 99 { bytes.len() - (at - 99) } else { at };
        bytes[at] ^= 0x55;
        bytes
    };
    for (wrapper, bytes, message) in [
        (Wrapper::Gzip, changed(&gzip, 0), "incorrect header check"),
        (Wrapper::Gzip, changed(&gzip, 2), "unknown compression method"),
        (Wrapper::Gzip, changed(&gzip, 3), "unknown header flags set"),
        (Wrapper::Gzip, changed(&gzip, 100), "incorrect length check"),
        (Wrapper::Gzip, changed(&gzip, 105), "incorrect data check"),
        (Wrapper::Zlib, changed(&zlib, 0), "incorrect header check"),
        (Wrapper::Zlib, changed(&zlib, 100), "incorrect data check"),
        (Wrapper::Raw, vec![0xff; 20], "invalid data in the compressed stream"),
    ] {
        let failed = through(&mut inflate(wrapper), &bytes, 100, 100);
        assert_eq!(failed, Err(Broken::data(message)));
    }
    let ended = through(&mut inflate(Wrapper::Gzip), &gzip[..gzip.len() - 1], 100, 100);
    assert_eq!(ended, Ok((b"hello hello".to_vec(), false)));
    let failed = through(&mut Machine::FromBrotli(Box::default()), &[0xff; 20], 100, 100);
    assert!(failed.expect_err("no brotli").code.starts_with("ERR__ERROR_FORMAT"));
}

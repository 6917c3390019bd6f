//! Tests of the computations against published vectors: RFC 1321, 2202, 4231, 5869, 7914, NIST's of
//! AES, and ring's GCM against ours.

use super::cipher::{Direction, Stream, whole};
use super::derive::{expanded, slow};
use super::digest::State;
use super::{random, same};

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<char> = text.chars().filter(char::is_ascii_hexdigit).collect();
    let pairs = digits.chunks(2).map(|pair| pair.iter().collect::<String>());
    pairs.map(|pair| u8::from_str_radix(&pair, 16).expect("hexadecimal digits")).collect()
}

fn digest(name: &str, parts: &[&str], key: Option<&[u8]>) -> Vec<u8> {
    let mut state = State::new(name, key).expect("a known digest");
    parts.iter().for_each(|part| state.update(part.as_bytes()));
    state.finish()
}

#[test]
fn digests_are_the_published_ones() {
    assert_eq!(digest("md5", &["ab", "c"], None), hex("900150983cd24fb0d6963f7d28e17f72"));
    let sha1 = "a9993e364706816aba3e25717850c26c9cd0d89d";
    assert_eq!(digest("sha1", &["", "abc"], None), hex(sha1));
    let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(digest("sha256", &["abc"], None), hex(sha256));
    assert!(State::new("sha3", None).is_none());
}

#[test]
fn keyed_digests_are_the_published_ones() {
    let text = "what do ya want for nothing?";
    let key: &[u8] = b"Jefe";
    assert_eq!(digest("md5", &[text], Some(key)), hex("750c783e6ab0b503eaa86e310a5db738"));
    let sha1 = "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79";
    assert_eq!(digest("sha1", &[text], Some(key)), hex(sha1));
    let sha384 = "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e
        8e2240ca5e69e2c78b3239ecfab21649";
    assert_eq!(digest("sha384", &[text], Some(key)), hex(sha384));
    let long = "Test Using Larger Than Block-Size Key - Hash Key First";
    let sha256 = "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54";
    assert_eq!(digest("sha256", &[long], Some(&[0xaa; 131])), hex(sha256));
}

#[test]
fn derived_keys_are_the_published_ones() {
    let (key, salt, info) =
        (hex(&"0b".repeat(22)), hex("000102030405060708090a0b0c"), hex("f0f1f2f3f4f5f6f7f8f9"));
    let expected =
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865";
    assert_eq!(expanded("sha256", &key, &salt, &info, 42), Some(hex(expected)));
    assert_eq!(expanded("sha256", &key, &salt, &info, 255 * 32 + 1), None);
    let expected = "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442
        fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906";
    assert_eq!(slow(b"", b"", (16, 1, 1), 64), hex(expected));
    let expected = "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162
        2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640";
    assert_eq!(slow(b"password", b"NaCl", (1024, 8, 16), 64), hex(expected));
}

/// Encrypts and decrypts in pieces of every length up to 40 bytes.
fn both_ways(mode: &str, key: &[u8], iv: &[u8], text: &[u8], packed: &[u8]) {
    for size in 1..40 {
        for (direction, from, to) in
            [(Direction::Encrypt, text, packed), (Direction::Decrypt, packed, text)]
        {
            let mut stream = Stream::new(mode, direction, key, iv, 128).expect("a stream");
            let mut output: Vec<u8> =
                from.chunks(size).flat_map(|part| stream.update(part)).collect();
            output.extend(stream.finish(None).expect("an end"));
            assert_eq!(output, to, "{mode} in pieces of {size}");
        }
    }
}

#[test]
fn ciphers_are_those_of_the_standard() {
    let text = hex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51
         30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710");
    let key = hex("2b7e151628aed2a6abf7158809cf4f3c");
    let packed = hex("874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff
         5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe03d1792170a0f3009cee");
    both_ways("ctr", &key, &hex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"), &text, &packed);
    let packed = hex("7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2
         73bed6b8e3c1743b7116e69e222295163ff1caa1681fac09120eca307586e1a7
         8cb82807230e1321d3fae00d18cc2012");
    both_ways("cbc", &key, &hex("000102030405060708090a0b0c0d0e0f"), &text, &packed);
    assert!(Stream::new("cbc", Direction::Encrypt, &key, &[0; 12], 128).is_none());
    assert!(Stream::new("cbc", Direction::Encrypt, &key[1..], &[0; 16], 128).is_none());
}

#[test]
fn a_changed_text_or_tag_is_refused() {
    let (key, iv) = (hex("feffe9928665731c6d6a8f9467308308"), hex("cafebabefacedbad"));
    let text = hex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72
         1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
    let additional = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
    let packed = hex("61353b4c2806934a777ff51fa22a4755699b2a714fcdc6f83766e5f97b6c7423
         73806900e49f24b22b097544d4896b424989b5e1ebac0f07c23f4598
         3612d2e79e3b0785561be14aaca2fccb");
    let made = whole(Direction::Encrypt, &key, &iv, &text, &additional, 16);
    assert_eq!(made.as_ref(), Some(&packed));
    assert_eq!(whole(Direction::Decrypt, &key, &iv, &packed, &additional, 16), Some(text));
    for at in [0, packed.len() - 1] {
        let mut changed = packed.clone();
        changed[at] ^= 1;
        assert_eq!(whole(Direction::Decrypt, &key, &iv, &changed, &additional, 16), None);
    }
    assert_eq!(whole(Direction::Decrypt, &key, &iv, &packed, b"", 16), None);
    assert_eq!(whole(Direction::Decrypt, &key, &iv, b"short", b"", 16), None);
}

#[test]
fn our_gcm_is_rings() {
    for length in [0, 1, 15, 16, 17, 64, 1000] {
        let bytes = |count| random(count).expect("random bytes");
        let (key, iv, text, additional) = (bytes(32), bytes(12), bytes(length), bytes(length / 3));
        let rings = whole(Direction::Encrypt, &key, &iv, &text, &additional, 16).expect("it seals");
        let ours = whole(Direction::Encrypt, &key, &iv, &text, &additional, 12).expect("it seals");
        assert!(same(&rings[..length + 12], &ours), "{length}");
        assert_eq!(whole(Direction::Decrypt, &key, &iv, &ours, &additional, 12), Some(text));
    }
}

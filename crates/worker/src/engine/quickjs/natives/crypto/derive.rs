//! Keys from passwords and from other keys: PBKDF2, HKDF and scrypt.

use std::num::NonZeroU32;

use ring::{hkdf, pbkdf2};
use rquickjs::{Ctx, Exception, Function, Object, Result};

use crate::engine::memory::Held;

use super::{Bytes, Made, content, made};

/// The longest key that is derived, in bytes.
const LONGEST: usize = 64 << 20;

/// `native.pbkdf2(hash, password, salt, iterations, bytes)`,
/// `native.hkdf(hash, key, salt, info, bytes)` and `native.scrypt(password, salt, cost, blocks,
/// parallel, bytes)`. Null for a hash that is none, and what cannot be derived.
pub fn add<'js>(ctx: &Ctx<'js>, native: &Object<'js>) -> Result<()> {
    native.set("pbkdf2", Function::new(ctx.clone(), of_password))?;
    native.set("hkdf", Function::new(ctx.clone(), of_key))?;
    native.set("scrypt", Function::new(ctx.clone(), scrypt))
}

#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
fn of_password<'js>(
    ctx: Ctx<'js>,
    hash: String,
    password: Bytes<'js>,
    salt: Bytes<'js>,
    iterations: u32,
    length: usize,
) -> Made<'js> {
    let algorithm = match hash.as_str() {
        "sha1" => pbkdf2::PBKDF2_HMAC_SHA1,
        "sha256" => pbkdf2::PBKDF2_HMAC_SHA256,
        "sha384" => pbkdf2::PBKDF2_HMAC_SHA384,
        "sha512" => pbkdf2::PBKDF2_HMAC_SHA512,
        _ => return Ok(None),
    };
    let Some(iterations) = NonZeroU32::new(iterations).filter(|_| length <= LONGEST) else {
        return Ok(None);
    };
    let mut key = vec![0; length];
    // The library has it that a key has at least one byte.
    if length > 0 {
        pbkdf2::derive(algorithm, iterations, content(&salt), content(&password), &mut key);
    }
    made(ctx, Some(key))
}

/// How long a key is to be.
struct Length(usize);

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
fn of_key<'js>(
    ctx: Ctx<'js>,
    hash: String,
    key: Bytes<'js>,
    salt: Bytes<'js>,
    info: Bytes<'js>,
    length: usize,
) -> Made<'js> {
    made(ctx, expanded(&hash, content(&key), content(&salt), content(&info), length))
}

/// None too when it is to be longer than 255 digests.
pub fn expanded(
    hash: &str,
    key: &[u8],
    salt: &[u8],
    info: &[u8],
    length: usize,
) -> Option<Vec<u8>> {
    let algorithm = match hash {
        "sha1" => hkdf::HKDF_SHA1_FOR_LEGACY_USE_ONLY,
        "sha256" => hkdf::HKDF_SHA256,
        "sha384" => hkdf::HKDF_SHA384,
        "sha512" => hkdf::HKDF_SHA512,
        _ => return None,
    };
    let info = [info];
    let pseudorandom = hkdf::Salt::new(algorithm, salt).extract(key);
    let material = pseudorandom.expand(&info, Length(length)).ok()?;
    let mut derived = vec![0; length];
    material.fill(&mut derived).ok()?;
    Some(derived)
}

#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
fn scrypt<'js>(
    ctx: Ctx<'js>,
    password: Bytes<'js>,
    salt: Bytes<'js>,
    cost: u32,
    blocks: u32,
    parallel: u32,
    length: usize,
) -> Made<'js> {
    let (cost, blocks, parallel) = (cost as usize, blocks as usize, parallel as usize);
    let needed = blocks
        .checked_mul(128)
        .and_then(|block| block.checked_mul(cost)?.checked_add(block.checked_mul(parallel)?));
    let is_possible = cost.is_power_of_two() && cost > 1 && blocks > 0 && parallel > 0;
    let Some(needed) = needed.filter(|_| is_possible && length <= LONGEST) else {
        return Ok(None);
    };
    let Some(_held) = Held::take(needed) else {
        let message = format!(
            "scrypt needs {} MiB for this cost, more than the program's memory leaves; lower N",
            needed >> 20
        );
        return Err(Exception::throw_range(&ctx, &message));
    };
    let key = slow(content(&password), content(&salt), (cost, blocks, parallel), length);
    made(ctx, Some(key))
}

/// RFC 7914.
pub fn slow(
    password: &[u8],
    salt: &[u8],
    (cost, blocks, parallel): (usize, usize, usize),
    length: usize,
) -> Vec<u8> {
    let once = |salt: &[u8], length: usize| {
        let mut key = vec![0; length];
        if length > 0 {
            pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, NonZeroU32::MIN, salt, password, &mut key);
        }
        key
    };
    let mut mixed = once(salt, 128 * blocks * parallel);
    let mut table = vec![0u32; 32 * blocks * cost];
    for part in mixed.chunks_mut(128 * blocks) {
        let words: Vec<u32> = part
            .chunks_exact(4)
            .map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]]))
            .collect();
        let words = mix(words, &mut table, cost);
        for (to, word) in part.chunks_exact_mut(4).zip(words) {
            to.copy_from_slice(&word.to_le_bytes());
        }
    }
    once(&mixed, length)
}

/// scryptROMix: fills the table, then reads it in an order that depends on what it holds.
fn mix(mut words: Vec<u32>, table: &mut [u32], cost: usize) -> Vec<u32> {
    let width = words.len();
    let mut scratch = vec![0; width];
    for row in table.chunks_exact_mut(width) {
        row.copy_from_slice(&words);
        mix_blocks(&mut words, &mut scratch);
    }
    for _ in 0..cost {
        let at = words[width - 16] as usize & (cost - 1);
        for (word, other) in words.iter_mut().zip(&table[at * width..]) {
            *word ^= other;
        }
        mix_blocks(&mut words, &mut scratch);
    }
    words
}

/// scryptBlockMix: every block depends on the one before it; those at even places come first.
fn mix_blocks(words: &mut Vec<u32>, scratch: &mut Vec<u32>) {
    let count = words.len() / 16;
    let mut last = [0; 16];
    last.copy_from_slice(&words[(count - 1) * 16..]);
    for at in 0..count {
        for (word, other) in last.iter_mut().zip(&words[at * 16..]) {
            *word ^= other;
        }
        salsa(&mut last);
        let place = if at % 2 == 0 { at / 2 } else { count / 2 + at / 2 };
        scratch[place * 16..][..16].copy_from_slice(&last);
    }
    std::mem::swap(words, scratch);
}

/// Salsa20/8.
fn salsa(block: &mut [u32; 16]) {
    const QUARTERS: [[usize; 4]; 8] = [
        [0, 4, 8, 12],
        [5, 9, 13, 1],
        [10, 14, 2, 6],
        [15, 3, 7, 11],
        [0, 1, 2, 3],
        [5, 6, 7, 4],
        [10, 11, 8, 9],
        [15, 12, 13, 14],
    ];
    let mut x = *block;
    for _ in 0..4 {
        for [a, b, c, d] in QUARTERS {
            x[b] ^= x[a].wrapping_add(x[d]).rotate_left(7);
            x[c] ^= x[b].wrapping_add(x[a]).rotate_left(9);
            x[d] ^= x[c].wrapping_add(x[b]).rotate_left(13);
            x[a] ^= x[d].wrapping_add(x[c]).rotate_left(18);
        }
    }
    for (word, mixed) in block.iter_mut().zip(x) {
        *word = word.wrapping_add(mixed);
    }
}

//! AES in the modes CBC, CTR and GCM, in parts and whole. GCM in its usual form is ring's; what ring
//! leaves out (other modes, keys of 192 bits, nonces of other lengths) is made of single blocks.

use std::cell::RefCell;

use aes::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use aes::{Aes128, Aes192, Aes256};
use ring::aead;
use rquickjs::{Ctx, Function, Object, Result};

use super::{Bytes, Made, MaybeBytes, content, made, optional, same};

/// `native.cipher(mode, encrypt, key, iv, width)` gives a function of `(what, bytes)`: 0 takes bytes
/// and gives those that are ready, 1 ends, checking the tag it is given, 2 takes bytes that are only
/// authenticated, 3 gives the tag, 4 turns padding off. `native.aesGcm(encrypt, key, iv, data,
/// additional, tagLength)` is all of GCM at once. Null: it cannot be begun, or is not authentic.
pub fn add<'js>(ctx: &Ctx<'js>, native: &Object<'js>) -> Result<()> {
    native.set("cipher", Function::new(ctx.clone(), stream))?;
    native.set("aesGcm", Function::new(ctx.clone(), gcm))
}

/// A key, ready for single blocks.
enum Aes {
    Short(Aes128),
    Middle(Aes192),
    Long(Aes256),
}

type Block = [u8; 16];

impl Aes {
    fn new(key: &[u8]) -> Option<Self> {
        match key.len() {
            16 => Aes128::new_from_slice(key).ok().map(Self::Short),
            24 => Aes192::new_from_slice(key).ok().map(Self::Middle),
            32 => Aes256::new_from_slice(key).ok().map(Self::Long),
            _ => None,
        }
    }

    fn encrypt(&self, block: Block) -> Block {
        let mut block = block.into();
        match self {
            Self::Short(aes) => aes.encrypt_block(&mut block),
            Self::Middle(aes) => aes.encrypt_block(&mut block),
            Self::Long(aes) => aes.encrypt_block(&mut block),
        }
        block.into()
    }

    fn decrypt(&self, block: Block) -> Block {
        let mut block = block.into();
        match self {
            Self::Short(aes) => aes.decrypt_block(&mut block),
            Self::Middle(aes) => aes.decrypt_block(&mut block),
            Self::Long(aes) => aes.decrypt_block(&mut block),
        }
        block.into()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Encrypt,
    Decrypt,
}

/// A text on its way through a cipher.
pub struct Stream {
    aes: Aes,
    direction: Direction,
    mode: Mode,
}

enum Mode {
    Cbc(Chain),
    Ctr(Counter),
    Gcm(Authenticated),
}

impl Stream {
    /// `width` is how many bits of a counter count. `None` when key or nonce have no fitting length.
    pub fn new(
        mode: &str,
        direction: Direction,
        key: &[u8],
        iv: &[u8],
        width: u32,
    ) -> Option<Self> {
        let aes = Aes::new(key)?;
        let block = || Block::try_from(iv).ok();
        let mode = match mode {
            "cbc" => Mode::Cbc(Chain { last: block()?, held: Vec::new(), is_padded: true }),
            "ctr" => Mode::Ctr(Counter::new(block()?, width)),
            "gcm" if !iv.is_empty() => Mode::Gcm(Authenticated::new(&aes, iv)),
            _ => return None,
        };
        Some(Self { aes, direction, mode })
    }

    pub fn update(&mut self, bytes: &[u8]) -> Vec<u8> {
        let Self { aes, direction, mode } = self;
        match mode {
            Mode::Cbc(chain) => chain.update(aes, *direction, bytes),
            Mode::Ctr(counter) => counter.apply(aes, bytes),
            Mode::Gcm(gcm) => gcm.update(aes, *direction, bytes),
        }
    }

    /// The rest; `None` when what was decrypted was not made with this key, nonce and tag.
    pub fn finish(&mut self, tag: Option<&[u8]>) -> Option<Vec<u8>> {
        let Self { aes, direction, mode } = self;
        match mode {
            Mode::Cbc(chain) => chain.finish(aes, *direction),
            Mode::Ctr(_) => Some(Vec::new()),
            Mode::Gcm(_) if *direction == Direction::Encrypt => Some(Vec::new()),
            Mode::Gcm(gcm) => {
                let tag = tag.filter(|tag| (4..=16).contains(&tag.len()))?;
                same(&gcm.tag()[..tag.len()], tag).then(Vec::new)
            }
        }
    }

    pub fn authenticate(&mut self, bytes: &[u8]) {
        if let Mode::Gcm(gcm) = &mut self.mode {
            gcm.authenticate(bytes);
        }
    }

    pub fn tag(&self) -> Option<Block> {
        match &self.mode {
            Mode::Gcm(gcm) => Some(gcm.tag()),
            Mode::Cbc(_) | Mode::Ctr(_) => None,
        }
    }

    fn pad_nothing(&mut self) {
        if let Mode::Cbc(chain) = &mut self.mode {
            chain.is_padded = false;
        }
    }
}

/// CBC: each block is mixed with the one before.
struct Chain {
    last: Block,
    held: Vec<u8>,
    is_padded: bool,
}

impl Chain {
    fn update(&mut self, aes: &Aes, direction: Direction, bytes: &[u8]) -> Vec<u8> {
        self.held.extend(bytes);
        let whole = self.held.len() / 16 * 16;
        // The last block of a padded text tells how much of it is text: it stays until the end.
        let is_last_held = direction == Direction::Decrypt && self.is_padded;
        let ready =
            if is_last_held && whole == self.held.len() && whole > 0 { whole - 16 } else { whole };
        let held = self.held.split_off(ready);
        let blocks = std::mem::replace(&mut self.held, held);
        self.blocks(aes, direction, &blocks)
    }

    fn blocks(&mut self, aes: &Aes, direction: Direction, bytes: &[u8]) -> Vec<u8> {
        let mut output = Vec::with_capacity(bytes.len() + 16);
        for chunk in bytes.as_chunks::<16>().0 {
            let made = match direction {
                Direction::Encrypt => {
                    self.last = aes.encrypt(mixed(*chunk, self.last));
                    self.last
                }
                Direction::Decrypt => {
                    let made = mixed(aes.decrypt(*chunk), self.last);
                    self.last = *chunk;
                    made
                }
            };
            output.extend(made);
        }
        output
    }

    fn finish(&mut self, aes: &Aes, direction: Direction) -> Option<Vec<u8>> {
        let mut held = std::mem::take(&mut self.held);
        if !self.is_padded {
            return held.is_empty().then_some(held);
        }
        if direction == Direction::Encrypt {
            let missing = 16 - held.len();
            held.resize(16, u8::try_from(missing).ok()?);
            return Some(self.blocks(aes, direction, &held));
        }
        if held.len() != 16 {
            return None;
        }
        let mut text = self.blocks(aes, direction, &held);
        let padding = *text.last()?;
        let count = usize::from(padding);
        let is_padding =
            (1..=16).contains(&count) && text[16 - count..].iter().all(|&byte| byte == padding);
        is_padding.then(|| {
            text.truncate(16 - count);
            text
        })
    }
}

fn mixed(mut a: Block, b: Block) -> Block {
    for (a, b) in a.iter_mut().zip(b) {
        *a ^= b;
    }
    a
}

/// CTR: a counter is encrypted, and what comes of it mixed with the text.
struct Counter {
    next: u128,
    /// The bits that count; the others stay.
    counting: u128,
    key: Block,
    used: usize,
}

impl Counter {
    fn new(first: Block, width: u32) -> Self {
        let counting = if width >= 128 { u128::MAX } else { (1 << width) - 1 };
        Self { next: u128::from_be_bytes(first), counting, key: [0; 16], used: 16 }
    }

    fn apply(&mut self, aes: &Aes, bytes: &[u8]) -> Vec<u8> {
        let mut output = bytes.to_vec();
        for byte in &mut output {
            if self.used == 16 {
                self.key = aes.encrypt(self.next.to_be_bytes());
                let counted = self.next.wrapping_add(1) & self.counting;
                self.next = self.next & !self.counting | counted;
                self.used = 0;
            }
            *byte ^= self.key[self.used];
            self.used += 1;
        }
        output
    }
}

/// GCM: CTR, and a check over everything (NIST SP 800-38D).
struct Authenticated {
    counter: Counter,
    check: Check,
    mask: Block,
    additional: u64,
    text: u64,
}

impl Authenticated {
    fn new(aes: &Aes, iv: &[u8]) -> Self {
        let factor = u128::from_be_bytes(aes.encrypt([0; 16]));
        let first = if let Ok(iv) = <[u8; 12]>::try_from(iv) {
            let mut block = [0; 16];
            block[..12].copy_from_slice(&iv);
            block[15] = 1;
            block
        } else {
            let mut check = Check::new(factor);
            check.update(iv);
            check.fill_up();
            check.finish(0, bits(iv.len() as u64))
        };
        let mut counter = Counter::new(first, 32);
        // The first block of the key hides the tag.
        let mut mask = [0; 16];
        mask.copy_from_slice(&counter.apply(aes, &[0; 16]));
        Self { counter, check: Check::new(factor), mask, additional: 0, text: 0 }
    }

    fn authenticate(&mut self, bytes: &[u8]) {
        self.additional += bytes.len() as u64;
        self.check.update(bytes);
    }

    fn update(&mut self, aes: &Aes, direction: Direction, bytes: &[u8]) -> Vec<u8> {
        if self.text == 0 {
            self.check.fill_up();
        }
        self.text += bytes.len() as u64;
        let output = self.counter.apply(aes, bytes);
        self.check.update(if direction == Direction::Encrypt { &output } else { bytes });
        output
    }

    fn tag(&self) -> Block {
        let mut check = self.check.clone();
        check.fill_up();
        mixed(check.finish(bits(self.additional), bits(self.text)), self.mask)
    }
}

fn bits(bytes: u64) -> u64 {
    bytes.wrapping_mul(8)
}

/// GHASH.
#[derive(Clone)]
struct Check {
    factor: u128,
    sum: u128,
    held: Block,
    count: usize,
}

impl Check {
    fn new(factor: u128) -> Self {
        Self { factor, sum: 0, held: [0; 16], count: 0 }
    }

    fn update(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.held[self.count] = byte;
            self.count += 1;
            if self.count == 16 {
                self.take(u128::from_be_bytes(self.held));
                self.count = 0;
            }
        }
    }

    /// Fills the block that was begun with zeros.
    fn fill_up(&mut self) {
        if self.count > 0 {
            self.held[self.count..].fill(0);
            self.take(u128::from_be_bytes(self.held));
            self.count = 0;
        }
    }

    /// Multiplies in the field, without branches on what is secret.
    fn take(&mut self, block: u128) {
        const REDUCTION: u128 = 0xe1 << 120;
        let (x, mut factor, mut product) = (self.sum ^ block, self.factor, 0);
        for bit in (0..128).rev() {
            product ^= factor & (x >> bit & 1).wrapping_neg();
            factor = factor >> 1 ^ REDUCTION & (factor & 1).wrapping_neg();
        }
        self.sum = product;
    }

    fn finish(mut self, additional: u64, text: u64) -> Block {
        self.take(u128::from(additional) << 64 | u128::from(text));
        self.sum.to_be_bytes()
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
fn stream<'js>(
    ctx: Ctx<'js>,
    mode: String,
    encrypt: bool,
    key: Bytes<'js>,
    iv: Bytes<'js>,
    width: u32,
) -> Result<Option<Function<'js>>> {
    let direction = if encrypt { Direction::Encrypt } else { Direction::Decrypt };
    let stream = Stream::new(&mode, direction, content(&key), content(&iv), width);
    stream.map(|stream| handle(&ctx, stream)).transpose()
}

fn handle<'js>(ctx: &Ctx<'js>, stream: Stream) -> Result<Function<'js>> {
    let stream = RefCell::new(stream);
    let call = move |ctx: Ctx<'js>, what: u8, bytes: MaybeBytes<'js>| -> Made<'js> {
        let mut stream = stream.borrow_mut();
        let given = optional(&bytes);
        let output = match what {
            0 => Some(stream.update(given.unwrap_or_default())),
            1 => stream.finish(given),
            2 => {
                stream.authenticate(given.unwrap_or_default());
                None
            }
            3 => stream.tag().map(|tag| tag.to_vec()),
            _ => {
                stream.pad_nothing();
                None
            }
        };
        made(ctx, output)
    };
    Function::new(ctx.clone(), call)
}

#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
fn gcm<'js>(
    ctx: Ctx<'js>,
    encrypt: bool,
    key: Bytes<'js>,
    iv: Bytes<'js>,
    data: Bytes<'js>,
    additional: Bytes<'js>,
    tag_length: usize,
) -> Made<'js> {
    let direction = if encrypt { Direction::Encrypt } else { Direction::Decrypt };
    let (key, iv) = (content(&key), content(&iv));
    made(ctx, whole(direction, key, iv, content(&data), content(&additional), tag_length))
}

/// All of GCM at once: the text with its tag behind it, or the other way round.
pub fn whole(
    direction: Direction,
    key: &[u8],
    iv: &[u8],
    data: &[u8],
    additional: &[u8],
    tag_length: usize,
) -> Option<Vec<u8>> {
    if let Some((key, nonce)) = usual(key, iv)
        && tag_length == 16
    {
        let mut data = data.to_vec();
        let additional = aead::Aad::from(additional);
        match direction {
            Direction::Encrypt => {
                key.seal_in_place_append_tag(nonce, additional, &mut data).ok()?;
            }
            Direction::Decrypt => {
                let length = key.open_in_place(nonce, additional, &mut data).ok()?.len();
                data.truncate(length);
            }
        }
        return Some(data);
    }
    let mut stream = Stream::new("gcm", direction, key, iv, 32)?;
    stream.authenticate(additional);
    match direction {
        Direction::Encrypt => {
            let mut output = stream.update(data);
            output.extend(stream.tag()?.get(..tag_length)?);
            Some(output)
        }
        Direction::Decrypt => {
            let (text, tag) = data.split_at_checked(data.len().checked_sub(tag_length)?)?;
            let output = stream.update(text);
            stream.finish(Some(tag)).map(|_| output)
        }
    }
}

/// Key and nonce, when they are of the lengths that ring has.
fn usual(key: &[u8], iv: &[u8]) -> Option<(aead::LessSafeKey, aead::Nonce)> {
    let algorithm = match key.len() {
        16 => &aead::AES_128_GCM,
        32 => &aead::AES_256_GCM,
        _ => return None,
    };
    let nonce = aead::Nonce::try_assume_unique_for_key(iv).ok()?;
    let key = aead::UnboundKey::new(algorithm, key).ok()?;
    Some((aead::LessSafeKey::new(key), nonce))
}

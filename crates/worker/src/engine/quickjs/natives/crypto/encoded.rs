//! Keys as they are passed around: PKCS #8 and SubjectPublicKeyInfo, and what of DER that takes.

use rquickjs::{Array, Ctx, Function, Object, Result, TypedArray};

use super::{Bytes, Made, MaybeBytes, content, made, optional};

/// `native.readPrivateKey(der)` gives `[kind, private, public]`, `native.readPublicKey(der)`
/// `[kind, null, public]`; `native.writePrivateKey(kind, private, public)` and
/// `native.writePublicKey(kind, public)` are the way back. `native.readNumbers(der)` and
/// `native.writeNumbers(numbers)`: whole numbers, not negative, in a sequence. Null for what is none.
pub fn add<'js>(ctx: &Ctx<'js>, native: &Object<'js>) -> Result<()> {
    native.set("readPrivateKey", Function::new(ctx.clone(), read_private))?;
    native.set("readPublicKey", Function::new(ctx.clone(), read_public))?;
    native.set("writePrivateKey", Function::new(ctx.clone(), write_private))?;
    native.set("writePublicKey", Function::new(ctx.clone(), write_public))?;
    native.set("readNumbers", Function::new(ctx.clone(), read_numbers))?;
    native.set("writeNumbers", Function::new(ctx.clone(), write_numbers))
}

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Ec(Curve),
    Ed25519,
    Rsa,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Curve {
    P256,
    P384,
}

const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
const P384: &[u8] = &[0x2b, 0x81, 4, 0, 0x22];
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Ec(Curve::P256) => "P-256",
            Self::Ec(Curve::P384) => "P-384",
            Self::Ed25519 => "Ed25519",
            Self::Rsa => "RSA",
        }
    }

    fn named(name: &str) -> Option<Self> {
        [Self::Ec(Curve::P256), Self::Ec(Curve::P384), Self::Ed25519, Self::Rsa]
            .into_iter()
            .find(|kind| kind.name() == name)
    }

    fn read(algorithm: &[u8]) -> Option<Self> {
        let mut reader = Reader(algorithm);
        match reader.take(tag::OBJECT)? {
            EC => match reader.take(tag::OBJECT)? {
                P256 => Some(Self::Ec(Curve::P256)),
                P384 => Some(Self::Ec(Curve::P384)),
                _ => None,
            },
            ED25519 => Some(Self::Ed25519),
            RSA => Some(Self::Rsa),
            _ => None,
        }
    }

    fn written(self) -> Vec<u8> {
        let parts = match self {
            Self::Ec(Curve::P256) => [item(tag::OBJECT, EC), item(tag::OBJECT, P256)].concat(),
            Self::Ec(Curve::P384) => [item(tag::OBJECT, EC), item(tag::OBJECT, P384)].concat(),
            Self::Ed25519 => item(tag::OBJECT, ED25519),
            Self::Rsa => [item(tag::OBJECT, RSA), item(tag::NULL, &[])].concat(),
        };
        item(tag::SEQUENCE, &parts)
    }
}

mod tag {
    pub const NUMBER: u8 = 2;
    pub const BITS: u8 = 3;
    pub const BYTES: u8 = 4;
    pub const NULL: u8 = 5;
    pub const OBJECT: u8 = 6;
    pub const SEQUENCE: u8 = 0x30;
    pub const CURVE: u8 = 0xa0;
    pub const PUBLIC: u8 = 0xa1;
}

/// A key that was read. Of RSA both halves are in the form of PKCS #1.
pub struct Key {
    pub kind: Kind,
    pub private: Vec<u8>,
    pub public: Option<Vec<u8>>,
}

/// Reads PKCS #8.
pub fn private(der: &[u8]) -> Option<Key> {
    let mut outer = Reader(der);
    let mut key = Reader(outer.take(tag::SEQUENCE)?);
    outer.end()?;
    let version = key.take(tag::NUMBER)?;
    let kind = Kind::read(key.take(tag::SEQUENCE)?)?;
    let held = key.take(tag::BYTES)?;
    if !matches!(version, [0 | 1]) {
        return None;
    }
    let (private, public) = match kind {
        Kind::Ec(_) => {
            let mut inner = Reader(Reader(held).take(tag::SEQUENCE)?);
            inner.take(tag::NUMBER)?;
            let private = inner.take(tag::BYTES)?.to_vec();
            let _ = inner.take(tag::CURVE);
            let public = inner.take(tag::PUBLIC).and_then(|bits| Reader(bits).take(tag::BITS));
            (private, public.and_then(|bits| bits.strip_prefix(&[0])).map(<[u8]>::to_vec))
        }
        Kind::Ed25519 => (Reader(held).take(tag::BYTES)?.to_vec(), None),
        Kind::Rsa => {
            let numbers = numbers(held)?;
            (held.to_vec(), Some(sequence(numbers.get(1..3)?)))
        }
    };
    Some(Key { kind, private, public })
}

/// Reads SubjectPublicKeyInfo.
fn public(der: &[u8]) -> Option<Key> {
    let mut outer = Reader(der);
    let mut key = Reader(outer.take(tag::SEQUENCE)?);
    outer.end()?;
    let kind = Kind::read(key.take(tag::SEQUENCE)?)?;
    let public = key.take(tag::BITS)?.strip_prefix(&[0])?.to_vec();
    key.end()?;
    Some(Key { kind, private: Vec::new(), public: Some(public) })
}

/// What is left of DER that is being read.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// The content of the next item; `None` when it is another, or not whole.
    fn take(&mut self, tag: u8) -> Option<&'a [u8]> {
        let (&[found, first], rest) = self.0.split_first_chunk()?;
        if found != tag {
            return None;
        }
        let (length, rest) = if first < 0x80 {
            (usize::from(first), rest)
        } else {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            if digits.len() > 4 {
                return None;
            }
            let length = digits.iter().fold(0, |sum, &digit| sum << 8 | usize::from(digit));
            (length, rest)
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some(content)
    }

    fn end(&self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}

fn item(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut item = vec![tag];
    match content.len() {
        short @ 0..0x80 => item.extend(u8::try_from(short)),
        long => {
            let digits = long.to_be_bytes();
            let zeros = digits.iter().take_while(|digit| **digit == 0).count();
            item.extend(u8::try_from(0x80 | (digits.len() - zeros)));
            item.extend(&digits[zeros..]);
        }
    }
    item.extend(content);
    item
}

/// A number that is not negative, without needless zeros.
fn number(digits: &[u8]) -> Vec<u8> {
    let zeros = digits.iter().take_while(|digit| **digit == 0).count();
    let digits = &digits[zeros..];
    let needs_zero = digits.first().is_none_or(|first| *first >= 0x80);
    let sign: &[u8] = if needs_zero { &[0] } else { &[] };
    item(tag::NUMBER, &[sign, digits].concat())
}

/// A signature of ECDSA in DER.
pub fn two_numbers(r: &[u8], s: &[u8]) -> Vec<u8> {
    sequence(&[r, s])
}

fn sequence(numbers: &[impl AsRef<[u8]>]) -> Vec<u8> {
    let numbers: Vec<u8> = numbers.iter().flat_map(|each| number(each.as_ref())).collect();
    item(tag::SEQUENCE, &numbers)
}

/// The numbers of a sequence that holds nothing else, without the zeros before them.
fn numbers(der: &[u8]) -> Option<Vec<&[u8]>> {
    let mut outer = Reader(der);
    let mut inner = Reader(outer.take(tag::SEQUENCE)?);
    outer.end()?;
    let mut numbers = Vec::new();
    while inner.end().is_none() {
        let digits = inner.take(tag::NUMBER)?;
        let zeros = digits.iter().take_while(|digit| **digit == 0).count();
        if digits.first().is_none_or(|first| *first >= 0x80) {
            return None;
        }
        numbers.push(&digits[zeros..]);
    }
    Some(numbers)
}

#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
fn read_private<'js>(ctx: Ctx<'js>, der: Bytes<'js>) -> Result<Option<Array<'js>>> {
    parts(&ctx, private(content(&der)))
}

#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
fn read_public<'js>(ctx: Ctx<'js>, der: Bytes<'js>) -> Result<Option<Array<'js>>> {
    parts(&ctx, public(content(&der)))
}

fn parts<'js>(ctx: &Ctx<'js>, key: Option<Key>) -> Result<Option<Array<'js>>> {
    let Some(key) = key else { return Ok(None) };
    let parts = Array::new(ctx.clone())?;
    parts.set(0, key.kind.name())?;
    parts.set(1, TypedArray::<u8>::new_copy(ctx.clone(), key.private)?)?;
    parts.set(2, made(ctx.clone(), key.public)?)?;
    Ok(Some(parts))
}

#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
fn write_private<'js>(
    ctx: Ctx<'js>,
    kind: String,
    private: Bytes<'js>,
    public: MaybeBytes<'js>,
) -> Made<'js> {
    let (private, public) = (content(&private), optional(&public).unwrap_or_default());
    let der = Kind::named(&kind).map(|kind| {
        let held = match kind {
            Kind::Ec(_) => {
                let bits = item(tag::BITS, &[&[0], public].concat());
                let parts =
                    [item(tag::NUMBER, &[1]), item(tag::BYTES, private), item(tag::PUBLIC, &bits)];
                item(tag::SEQUENCE, &parts.concat())
            }
            Kind::Ed25519 => item(tag::BYTES, private),
            Kind::Rsa => private.to_vec(),
        };
        let parts = [item(tag::NUMBER, &[0]), kind.written(), item(tag::BYTES, &held)];
        item(tag::SEQUENCE, &parts.concat())
    });
    made(ctx, der)
}

#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
fn write_public<'js>(ctx: Ctx<'js>, kind: String, public: Bytes<'js>) -> Made<'js> {
    let der = Kind::named(&kind).map(|kind| {
        let bits = item(tag::BITS, &[&[0], content(&public)].concat());
        item(tag::SEQUENCE, &[kind.written(), bits].concat())
    });
    made(ctx, der)
}

#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
fn read_numbers<'js>(ctx: Ctx<'js>, der: Bytes<'js>) -> Result<Option<Vec<TypedArray<'js, u8>>>> {
    let Some(numbers) = numbers(content(&der)) else { return Ok(None) };
    let copied = numbers.into_iter().map(|digits| TypedArray::new_copy(ctx.clone(), digits));
    copied.collect::<Result<Vec<_>>>().map(Some)
}

fn write_numbers<'js>(ctx: Ctx<'js>, numbers: Vec<Bytes<'js>>) -> Made<'js> {
    let numbers: Vec<&[u8]> = numbers.iter().map(content).collect();
    made(ctx, Some(sequence(&numbers)))
}

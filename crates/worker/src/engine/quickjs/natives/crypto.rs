//! What `crypto` of the web and of Node are made of: bytes in, bytes out. The prelude knows whose key
//! may do what; here are only the computations, most of them ring's.

mod cipher;
mod derive;
mod digest;
mod encoded;
mod rsa;
mod signature;

use rquickjs::function::Opt;
use rquickjs::{Ctx, Exception, Function, Object, Result, TypedArray};

use crate::sys;

use super::content;

/// The most random bytes of one call.
const MOST_RANDOM: usize = 1 << 30;

/// Adds the functions. Those that fail on what a program gives them give null: the prelude knows
/// what to call that.
pub fn add<'js>(ctx: &Ctx<'js>, native: &Object<'js>) -> Result<()> {
    look_at_the_processor();
    native.set("randomBytes", Function::new(ctx.clone(), random_bytes))?;
    native.set("equalBytes", Function::new(ctx.clone(), equal))?;
    digest::add(ctx, native)?;
    derive::add(ctx, native)?;
    cipher::add(ctx, native)?;
    signature::add(ctx, native)?;
    rsa::add(ctx, native)?;
    encoded::add(ctx, native)
}

/// The library does so once, here in the zygote: no child may ask the kernel for anything.
fn look_at_the_processor() {
    let _ = ring::digest::digest(&ring::digest::SHA256, b"");
}

/// Bytes of a program, as its array holds them.
type Bytes<'js> = TypedArray<'js, u8>;

/// Bytes that may be missing.
type MaybeBytes<'js> = Opt<Option<TypedArray<'js, u8>>>;

/// What a function that may fail gives.
type Made<'js> = Result<Option<TypedArray<'js, u8>>>;

fn made<'js>(ctx: Ctx<'js>, bytes: Option<impl AsRef<[u8]>>) -> Made<'js> {
    bytes.map(|bytes| TypedArray::new_copy(ctx, bytes.as_ref())).transpose()
}

fn optional<'a>(bytes: &'a MaybeBytes<'_>) -> Option<&'a [u8]> {
    bytes.0.as_ref().and_then(Option::as_ref).map(content)
}

/// Random bytes of the system; `None` when it has none to give.
fn random(count: usize) -> Option<Vec<u8>> {
    let mut bytes = vec![0; count];
    // More would not come at once.
    for chunk in bytes.chunks_mut(256) {
        sys::random(chunk).ok()?;
    }
    Some(bytes)
}

fn random_bytes(ctx: Ctx<'_>, count: usize) -> Result<TypedArray<'_, u8>> {
    let bytes = if count <= MOST_RANDOM { random(count) } else { None };
    let bytes =
        bytes.ok_or_else(|| Exception::throw_range(&ctx, "no random bytes of this number"))?;
    TypedArray::new_copy(ctx, bytes)
}

#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
fn equal(a: Bytes<'_>, b: Bytes<'_>) -> bool {
    same(content(&a), content(&b))
}

/// Whether both are the same, in a time that does not tell where they differ.
fn same(a: &[u8], b: &[u8]) -> bool {
    let differences = a.iter().zip(b).fold(0, |seen, (a, b)| seen | (a ^ b));
    a.len() == b.len() && std::hint::black_box(differences) == 0
}

#[cfg(test)]
mod tests;

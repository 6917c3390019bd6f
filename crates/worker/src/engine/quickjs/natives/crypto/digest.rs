//! Digests and keyed digests, in parts.

use std::cell::RefCell;

use md5::{Digest, Md5};
use ring::digest;
use rquickjs::function::Opt;
use rquickjs::{Ctx, Function, IntoJs, Object, Result, Value};

use super::{Bytes, Made, MaybeBytes, content, made, optional};

/// A digest that is being taken.
#[derive(Clone)]
pub enum Hash {
    Md5(Md5),
    Ring(digest::Context),
}

impl Hash {
    /// Begins the one of this name, in lower case and without a hyphen.
    pub fn named(name: &str) -> Option<Self> {
        let algorithm = match name {
            "md5" => return Some(Self::Md5(Md5::new())),
            "sha1" => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            "sha256" => &digest::SHA256,
            "sha384" => &digest::SHA384,
            "sha512" => &digest::SHA512,
            "sha512-256" => &digest::SHA512_256,
            _ => return None,
        };
        Some(Self::Ring(digest::Context::new(algorithm)))
    }

    pub fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Md5(hash) => Digest::update(hash, bytes),
            Self::Ring(context) => context.update(bytes),
        }
    }

    pub fn finish(self) -> Vec<u8> {
        match self {
            Self::Md5(hash) => hash.finalize().to_vec(),
            Self::Ring(context) => context.finish().as_ref().to_vec(),
        }
    }

    /// Bytes that it takes at a time: what a key of a keyed digest is made as long as.
    fn block(&self) -> usize {
        match self {
            Self::Md5(_) => 64,
            Self::Ring(context) => context.algorithm().block_len(),
        }
    }
}

/// A digest, keyed or not (RFC 2104).
#[derive(Clone)]
pub struct State {
    inner: Hash,
    outer: Option<Hash>,
}

impl State {
    pub fn new(name: &str, key: Option<&[u8]>) -> Option<Self> {
        let mut inner = Hash::named(name)?;
        let Some(key) = key else { return Some(Self { inner, outer: None }) };
        let mut outer = inner.clone();
        let mut block = if key.len() > inner.block() {
            let mut hash = inner.clone();
            hash.update(key);
            hash.finish()
        } else {
            key.to_vec()
        };
        block.resize(inner.block(), 0);
        let padded = |pad: u8| block.iter().map(|byte| byte ^ pad).collect::<Vec<u8>>();
        inner.update(&padded(0x36));
        outer.update(&padded(0x5c));
        Some(Self { inner, outer: Some(outer) })
    }

    pub fn update(&mut self, bytes: &[u8]) {
        self.inner.update(bytes);
    }

    pub fn finish(self) -> Vec<u8> {
        let inner = self.inner.finish();
        match self.outer {
            None => inner,
            Some(mut outer) => {
                outer.update(&inner);
                outer.finish()
            }
        }
    }
}

/// `native.digest(name, bytes, key)` is a whole digest; `native.hasher(name, key)` gives a function
/// of `(what, bytes)`: 0 takes bytes, 1 gives the digest, 2 gives another such function that goes on
/// from here. Both are null for a name that is none.
pub fn add<'js>(ctx: &Ctx<'js>, native: &Object<'js>) -> Result<()> {
    native.set("digest", Function::new(ctx.clone(), whole))?;
    native.set("hasher", Function::new(ctx.clone(), hasher))
}

#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
fn whole<'js>(ctx: Ctx<'js>, name: String, bytes: Bytes<'js>, key: MaybeBytes<'js>) -> Made<'js> {
    let state = State::new(&name, optional(&key));
    let digest = state.map(|mut state| {
        state.update(content(&bytes));
        state.finish()
    });
    made(ctx, digest)
}

#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
fn hasher<'js>(ctx: Ctx<'js>, name: String, key: MaybeBytes<'js>) -> Result<Option<Function<'js>>> {
    State::new(&name, optional(&key)).map(|state| handle(&ctx, state)).transpose()
}

fn handle<'js>(ctx: &Ctx<'js>, state: State) -> Result<Function<'js>> {
    let state = RefCell::new(state);
    let call = move |ctx: Ctx<'js>, what: u8, bytes: Opt<Bytes<'js>>| -> Result<Value<'js>> {
        match what {
            0 => {
                if let Some(bytes) = &bytes.0 {
                    state.borrow_mut().update(content(bytes));
                }
                Ok(Value::new_undefined(ctx))
            }
            1 => {
                let digest = state.borrow().clone().finish();
                made(ctx.clone(), Some(digest))?.into_js(&ctx)
            }
            _ => handle(&ctx, state.borrow().clone())?.into_js(&ctx),
        }
    };
    Function::new(ctx.clone(), call)
}

//! What the prelude's web platform asks of Rust: URLs, query strings, texts in all the encodings of
//! the web, and a search for bytes.

use std::cell::RefCell;

use encoding_rs::{Decoder, DecoderResult, Encoding};
use rquickjs::function::Opt;
use rquickjs::{Array, Ctx, Exception, Function, Object, Result, TypedArray};
use url::form_urlencoded;

use super::url::{Part, Record};

mod pattern;

/// Adds `native.web`.
pub fn add<'js>(ctx: &Ctx<'js>, native: &Object<'js>) -> Result<()> {
    pattern::warm_up();
    let web = Object::new(ctx.clone())?;
    web.set("parseUrl", Function::new(ctx.clone(), parse_url))?;
    web.set("changeUrl", Function::new(ctx.clone(), change_url))?;
    web.set("parseQuery", Function::new(ctx.clone(), parse_query))?;
    web.set("writeQuery", Function::new(ctx.clone(), write_query))?;
    web.set("encodingName", Function::new(ctx.clone(), encoding_name))?;
    web.set("decoder", Function::new(ctx.clone(), decoder))?;
    web.set("indexOf", Function::new(ctx.clone(), index_of))?;
    web.set("parsePattern", Function::new(ctx.clone(), pattern::parse))?;
    web.set("patternInput", Function::new(ctx.clone(), pattern::input))?;
    web.set("version", env!("CARGO_PKG_VERSION"))?;
    native.set("web", web)
}

/// The parts of a URL, in the order in which the prelude reads them.
fn parts<'js>(ctx: &Ctx<'js>, url: &Record) -> Result<Array<'js>> {
    let marked = |mark: char, tail: &Option<String>| match tail.as_deref() {
        None | Some("") => String::new(),
        Some(tail) => format!("{mark}{tail}"),
    };
    let parts = Array::new(ctx.clone())?;
    parts.set(0, url.href())?;
    parts.set(1, url.origin())?;
    parts.set(2, format!("{}:", url.scheme))?;
    parts.set(3, url.username.as_str())?;
    parts.set(4, url.password.as_str())?;
    parts.set(5, url.host.as_deref().unwrap_or_default())?;
    parts.set(6, url.port.map(|port| port.to_string()).unwrap_or_default())?;
    parts.set(7, &*url.pathname())?;
    parts.set(8, marked('?', &url.query))?;
    parts.set(9, marked('#', &url.fragment))?;
    Ok(parts)
}

#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
fn parse_url(ctx: Ctx<'_>, text: String, base: Opt<Option<String>>) -> Result<Option<Array<'_>>> {
    let base = match base.0.flatten() {
        None => None,
        Some(base) => match Record::parse(&base, None) {
            Ok(base) => Some(base),
            Err(_) => return Ok(None),
        },
    };
    Record::parse(&text, base.as_ref()).ok().map(|url| parts(&ctx, &url)).transpose()
}

#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
fn change_url(ctx: Ctx<'_>, href: String, part: String, value: String) -> Result<Array<'_>> {
    let unknown = || Exception::throw_internal(&ctx, "no such part of a URL");
    let mut url = Record::parse(&href, None).map_err(|_| unknown())?;
    url.set(Part::named(&part).ok_or_else(unknown)?, &value);
    parts(&ctx, &url)
}

/// Names and values by turns.
#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
fn parse_query(query: String) -> Vec<String> {
    let pairs = form_urlencoded::parse(query.as_bytes());
    pairs.flat_map(|(name, value)| [name.into_owned(), value.into_owned()]).collect()
}

#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
fn write_query(pairs: Vec<String>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for pair in pairs.chunks_exact(2) {
        query.append_pair(&pair[0], &pair[1]);
    }
    query.finish()
}

/// The name that an encoding's label stands for. Those that are refused for safety have none.
#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
fn encoding_name(label: String) -> Option<String> {
    let encoding = Encoding::for_label_no_replacement(label.as_bytes())?;
    Some(encoding.name().to_ascii_lowercase())
}

/// A function of bytes, and whether they are the last, that gives their text; null where they are
/// malformed and that is fatal.
fn decoder<'js>(
    ctx: Ctx<'js>,
    name: String,
    fatal: bool,
    keeps_mark: bool,
) -> Result<Function<'js>> {
    let encoding = Encoding::for_label(name.as_bytes())
        .ok_or_else(|| Exception::throw_internal(&ctx, "unknown encoding"))?;
    let decoder = RefCell::new(if keeps_mark {
        encoding.new_decoder_without_bom_handling()
    } else {
        encoding.new_decoder_with_bom_removal()
    });
    Function::new(ctx, move |bytes: Option<TypedArray<'js, u8>>, last: bool| {
        let bytes = bytes.as_ref().map_or(&[][..], super::content);
        decode(&mut decoder.borrow_mut(), bytes, fatal, last)
    })
}

fn decode(decoder: &mut Decoder, bytes: &[u8], fatal: bool, last: bool) -> Option<String> {
    let mut text = String::new();
    if fatal {
        text.reserve(decoder.max_utf8_buffer_length_without_replacement(bytes.len())?);
        let (result, _) = decoder.decode_to_string_without_replacement(bytes, &mut text, last);
        return matches!(result, DecoderResult::InputEmpty).then_some(text);
    }
    text.reserve(decoder.max_utf8_buffer_length(bytes.len())?);
    let _ = decoder.decode_to_string(bytes, &mut text, last);
    Some(text)
}

/// Where bytes are found first, from a place on; -1 for nowhere.
#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
fn index_of(bytes: TypedArray<'_, u8>, wanted: TypedArray<'_, u8>, from: usize) -> f64 {
    let (bytes, wanted) = (super::content(&bytes), super::content(&wanted));
    let rest = bytes.get(from..).unwrap_or_default();
    if wanted.is_empty() {
        return -1.0;
    }
    let found = rest.windows(wanted.len()).position(|window| window == wanted);
    found.map_or(-1.0, |at| (from + at) as f64)
}

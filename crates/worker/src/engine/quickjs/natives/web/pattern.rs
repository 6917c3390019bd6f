//! `URLPattern`: what a pattern is, and what of a URL it is held against. The matching itself is the
//! engine's regular expressions'. What goes to and fro is JSON.

use rquickjs::function::Opt;
use rquickjs::{Ctx, Exception, Result};
use serde_json::Value;
use urlpattern::quirks::{self, EcmaRegexp, StringOrInit};
use urlpattern::{Error, UrlPatternOptions};

/// Takes a pattern apart, in the zygote: the library asks once how many processors there are, which no
/// child may.
pub fn warm_up() {
    let pattern = StringOrInit::String("http{s}?://a/:b".into());
    let init = quirks::process_construct_pattern_input(pattern, None);
    let parse = |init| quirks::parse_pattern::<EcmaRegexp>(init, UrlPatternOptions::default());
    drop(init.and_then(parse));
}

/// The parts of a pattern, each with its regular expression and the names of its groups.
#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
pub fn parse(
    ctx: Ctx<'_>,
    input: String,
    base: Option<String>,
    ignore_case: bool,
) -> Result<String> {
    let options = UrlPatternOptions { ignore_case, ..UrlPatternOptions::default() };
    let parsed = given(&ctx, &input).and_then(|input| {
        quirks::process_construct_pattern_input(input, base.as_deref())
            .and_then(|init| quirks::parse_pattern::<EcmaRegexp>(init, options))
            .map_err(|error| refused(&ctx, &error))
    });
    serde_json::to_string(&parsed?).map_err(|_| Exception::throw_internal(&ctx, "no JSON"))
}

/// The parts of what a pattern is held against; null when it is no URL.
#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
pub fn input(ctx: Ctx<'_>, input: String, base: Opt<Option<String>>) -> Result<Option<String>> {
    let base = base.0.flatten();
    let input = given(&ctx, &input)?;
    let matched = quirks::process_match_input(input, base.as_deref())
        .map_err(|error| refused(&ctx, &error))?;
    let parts = matched.and_then(|(input, _)| quirks::parse_match_input(input));
    Ok(parts.and_then(|parts| serde_json::to_string(&parts).ok()))
}

/// A string, or an object of parts.
fn given<'a>(ctx: &Ctx<'_>, json: &'a str) -> Result<StringOrInit<'a>> {
    let unreadable = |_| Exception::throw_internal(ctx, "no input of a pattern");
    Ok(match serde_json::from_str(json).map_err(unreadable)? {
        Value::String(text) => StringOrInit::String(text.into()),
        init => StringOrInit::Init(serde_json::from_value(init).map_err(unreadable)?),
    })
}

fn refused(ctx: &Ctx<'_>, error: &Error) -> rquickjs::Error {
    Exception::throw_type(ctx, &format!("Invalid URL pattern: {error}"))
}

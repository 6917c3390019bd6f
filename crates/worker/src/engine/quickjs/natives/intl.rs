//! What `Intl` needs beyond JavaScript: its tables, time zones, the order of texts and where they may
//! be cut. The formats themselves are in `prelude/intl_*.js`.

mod collation;
mod segments;
mod tables;
mod zones;

use rquickjs::{Ctx, Exception, Function, Object, Result, TypedArray};

/// Adds the functions to the object that prelude files get as `native`.
pub fn add<'js>(ctx: &Ctx<'js>, native: &Object<'js>) -> Result<()> {
    native.set("intlTable", Function::new(ctx.clone(), |name: String| tables::text(&name)))?;
    native.set("zoneName", Function::new(ctx.clone(), |name: String| zones::name(&name)))?;
    native.set("zoneNames", Function::new(ctx.clone(), zones::names))?;
    native.set("zoneAt", Function::new(ctx.clone(), zone_at))?;
    native.set("collator", Function::new(ctx.clone(), collator))?;
    native.set("collate", Function::new(ctx.clone(), collate))?;
    native.set("segment", Function::new(ctx.clone(), segment))
}

/// Twice the seconds that the zone is ahead of UTC then, and one more in its summer time.
#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
fn zone_at(ctx: Ctx<'_>, name: String, seconds: f64) -> Result<i32> {
    let (offset, summer) = zones::at(&name, seconds).ok_or_else(|| {
        Exception::throw_range(&ctx, &format!("Invalid time zone specified: {name}"))
    })?;
    Ok(offset * 2 + i32::from(summer))
}

/// The number of a collator for `collate`.
#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
fn collator(
    ctx: Ctx<'_>,
    tag: String,
    strength: u8,
    by_case: bool,
    without_punctuation: bool,
) -> Result<usize> {
    collation::open(&tag, strength, by_case, without_punctuation)
        .map_err(|message| Exception::throw_range(&ctx, &message))
}

/// -1, 0 or 1.
#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
fn collate(number: usize, left: String, right: String) -> i8 {
    collation::compare(number, &left, &right)
}

/// Where segments end, in UTF-16 code units, twice each; one more where the segment is a word.
#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
fn segment(ctx: Ctx<'_>, kind: u8, text: String) -> Result<TypedArray<'_, u32>> {
    TypedArray::new(ctx, segments::ends(kind, &text))
}

//! What a token says of its bearer: for whom it is, until when, and who that makes the bearer here.

use serde_json::{Map, Value};
use types::{Principal, scope};

use crate::token::Wrong;

/// The most audiences, scopes and roles of one token that are looked at.
const MAX_LIST: usize = 256;
/// The longest name of a tenant, a subject or a role, in bytes.
const MAX_NAME: usize = 256;
/// The tenant of whoever starts us at a terminal: no issuer gives it away.
const OURS: &str = "local";

/// What the claims of an issuer's tokens have to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// The issuer, letter by letter.
    pub issuer: String,
    /// One of these has to be among the audiences.
    pub audience: Vec<String>,
    /// Seconds that the issuer's clock may differ from ours.
    pub skew: u64,
    /// Which claims say who the bearer is.
    pub mapping: Mapping,
}

/// Which claims say who the bearer is. A name is looked for whole first, then by its parts between
/// dots: `https://example.com/roles`, `realm_access.roles`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// The tenant.
    pub tenant: TenantOf,
    /// The subject.
    pub subject: String,
    /// The scopes, of all claims together.
    pub scopes: Vec<String>,
    /// The roles, of all claims together.
    pub roles: Vec<String>,
    /// Whether the scope `admin`, which is over all tenants, is taken from a token.
    pub may_admin: bool,
}

/// Where the tenant comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TenantOf {
    /// It is the same for all tokens of the issuer.
    All(String),
    /// A claim says it.
    Claim(String),
}

/// A token that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Who the bearer is.
    pub principal: Principal,
    /// When it ends, in seconds since 1970.
    pub expires: u64,
    /// From when on it is not taken any more, where its issuer has said so.
    pub ends: Option<u64>,
}

/// Whether a token with these claims is taken now, in seconds since 1970.
///
/// # Errors
///
/// Why it is not.
pub fn check(claims: &Map<String, Value>, expected: &Expected, now: u64) -> Result<Checked, Wrong> {
    if claims.get("iss").and_then(Value::as_str) != Some(&expected.issuer) {
        return Err(Wrong::Issuer);
    }
    let audience = words(claims.get("aud").ok_or(Wrong::Audience)?, Split::Never)?;
    if !audience.iter().any(|one| expected.audience.iter().any(|ours| ours == one)) {
        return Err(Wrong::Audience);
    }
    let expires = seconds(claims, "exp")?.ok_or(Wrong::Claims)?;
    let ends = expires.saturating_add(expected.skew);
    if now >= ends {
        return Err(Wrong::Expired);
    }
    let ahead = now.saturating_add(expected.skew);
    for begin in ["nbf", "iat"] {
        if seconds(claims, begin)?.is_some_and(|begin| begin > ahead) {
            return Err(Wrong::NotYet);
        }
    }
    if claims.get("cnf").is_some_and(|bound| !bound.is_null()) {
        return Err(Wrong::Bound);
    }
    Ok(Checked { principal: principal(claims, &expected.mapping)?, expires, ends: Some(ends) })
}

fn principal(claims: &Map<String, Value>, mapping: &Mapping) -> Result<Principal, Wrong> {
    let tenant = match &mapping.tenant {
        TenantOf::All(tenant) => tenant.clone(),
        TenantOf::Claim(claim) => name(claims, claim)?,
    };
    if tenant == OURS {
        return Err(Wrong::Claims);
    }
    let mut scopes: Vec<String> = Vec::new();
    for word in all(claims, &mapping.scopes, Split::AtSpaces)? {
        let taken = scope::ALL.contains(&word) && (word != scope::ADMIN || mapping.may_admin);
        if taken && !scopes.iter().any(|known| known == word) {
            scopes.push(word.to_owned());
        }
    }
    let mut roles: Vec<String> = Vec::new();
    for role in all(claims, &mapping.roles, Split::Never)? {
        if !is_name(role) {
            return Err(Wrong::Claims);
        }
        if !roles.iter().any(|known| known == role) {
            roles.push(role.to_owned());
        }
    }
    Ok(Principal { tenant, subject: name(claims, &mapping.subject)?, scopes, roles })
}

/// Whether a text holds several words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Split {
    AtSpaces,
    Never,
}

/// The words of several claims. A claim that is not there has none; one of another shape, or one of
/// which a part would be left out, is an error: a role that is not seen may be one that forbids.
fn all<'a>(
    claims: &'a Map<String, Value>,
    names: &[String],
    split: Split,
) -> Result<Vec<&'a str>, Wrong> {
    let mut found = Vec::new();
    for value in names.iter().filter_map(|name| find(claims, name)) {
        found.extend(words(value, split)?);
    }
    if found.len() > MAX_LIST { Err(Wrong::Claims) } else { Ok(found) }
}

fn words(value: &Value, split: Split) -> Result<Vec<&str>, Wrong> {
    match value {
        Value::Null => Ok(Vec::new()),
        Value::String(text) if split == Split::AtSpaces => {
            Ok(text.split(' ').filter(|word| !word.is_empty()).collect())
        }
        Value::String(text) => Ok(vec![text]),
        Value::Array(items) if items.len() <= MAX_LIST => {
            items.iter().map(|item| item.as_str().ok_or(Wrong::Claims)).collect()
        }
        _ => Err(Wrong::Claims),
    }
}

fn name(claims: &Map<String, Value>, claim: &str) -> Result<String, Wrong> {
    let found = find(claims, claim).and_then(Value::as_str).filter(|text| is_name(text));
    found.map(str::to_owned).ok_or(Wrong::Claims)
}

fn is_name(text: &str) -> bool {
    (1..=MAX_NAME).contains(&text.len()) && !text.chars().any(char::is_control)
}

fn find<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    if let Some(whole) = claims.get(name) {
        return Some(whole);
    }
    let mut parts = name.split('.');
    let first = claims.get(parts.next()?)?;
    parts.try_fold(first, |value, part| value.get(part))
}

/// A time in seconds since 1970, of which fractions are dropped.
fn seconds(claims: &Map<String, Value>, name: &str) -> Result<Option<u64>, Wrong> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it was looked at")]
    let whole = |value: f64| (0.0..1e15).contains(&value).then_some(value as u64);
    match claims.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Number(number)) => {
            let seconds = number.as_u64().or_else(|| whole(number.as_f64()?));
            seconds.map(Some).ok_or(Wrong::Claims)
        }
        Some(_) => Err(Wrong::Claims),
    }
}

//! How keys look: for people a table, for programs JSON. A key itself is on standard output alone.

use std::fmt::Write as _;

use jiff::Timestamp;
use policy::keys::ApiKey;
use serde_json::{Value, json};
use store::sql::Key;

use crate::cli::render::{Rendered, Style, visible};
use crate::identity::state_of;

const HEADS: [&str; 8] =
    ["PREFIX", "NAME", "TENANT", "SUBJECT", "SCOPES", "ROLES", "EXPIRES", "LAST USED"];

/// A new key, this once.
pub fn created(secret: &ApiKey, key: &Key, old: Option<(&str, i64)>, as_json: bool) -> Rendered {
    if as_json {
        let mut value = json_of(key);
        value["key"] = json!(secret.reveal());
        if let Some((_, until)) = old {
            value["replacedHoldsUntil"] = json!(moment(until));
        }
        return Rendered::out(format!("{value:#}\n"));
    }
    let mut told = format!(
        "key {} of {} in tenant {}: {}; {}\n",
        key.prefix,
        visible(&key.subject),
        visible(&key.tenant),
        key.scopes.join(", "),
        key.expires_at.map_or("it has no end".to_owned(), |end| format!("until {}", moment(end))),
    );
    if let Some((prefix, until)) = old {
        let _ = writeln!(told, "key {prefix}, which it replaces, holds until {}", moment(until));
    }
    told.push_str(
        "It is shown this once. Send it as `Authorization: Bearer ...` or as `X-API-Key: ...`\n",
    );
    Rendered { out: format!("{}\n", secret.reveal()), err: told }
}

/// The keys.
pub fn list(keys: &[Key], now: i64, as_json: bool, style: Style) -> Rendered {
    if as_json {
        let keys: Vec<_> = keys.iter().map(json_of).collect();
        return Rendered::out(format!("{:#}\n", Value::from(keys)));
    }
    if keys.is_empty() {
        return Rendered::err("there are no keys: make one with `code-executor keys create`\n");
    }
    let rows: Vec<_> = keys.iter().map(|key| row(key, now)).collect();
    let width = |column: usize| {
        let heads = HEADS[column].chars().count();
        rows.iter().map(|row| row[column].chars().count()).fold(heads, usize::max)
    };
    let widths: Vec<_> = (0..HEADS.len()).map(width).collect();
    let line = |cells: &[String]| {
        let cells = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let mut out = style.out.bold(&line(&HEADS.map(str::to_owned))) + "\n";
    for row in &rows {
        out.push_str(&line(row));
        out.push('\n');
    }
    Rendered::out(out)
}

fn row(key: &Key, now: i64) -> [String; 8] {
    let all = |items: &[String]| if items.is_empty() { "-".to_owned() } else { items.join(",") };
    let day = |time: Option<i64>, none: &str| {
        let text = time.map(moment);
        text.map_or(none.to_owned(), |text| text[..16.min(text.len())].replace('T', " "))
    };
    let end = match state_of(key, now) {
        Err("revoked") => "revoked".to_owned(),
        _ => day(key.expires_at, "never"),
    };
    [
        key.prefix.clone(),
        visible(&key.name).into_owned(),
        visible(&key.tenant).into_owned(),
        visible(&key.subject).into_owned(),
        all(&key.scopes),
        visible(&all(&key.roles)).into_owned(),
        end,
        day(key.last_used_at, "-"),
    ]
}

fn json_of(key: &Key) -> Value {
    json!({
        "prefix": key.prefix,
        "name": key.name,
        "tenant": key.tenant,
        "subject": key.subject,
        "scopes": key.scopes,
        "roles": key.roles,
        "createdAt": moment(key.created_at),
        "expiresAt": key.expires_at.map(moment),
        "revokedAt": key.revoked_at.map(moment),
        "lastUsedAt": key.last_used_at.map(moment),
        "replaces": key.replaces,
    })
}

fn moment(milliseconds: i64) -> String {
    let moment = Timestamp::from_millisecond(milliseconds);
    moment.map_or_else(|_| milliseconds.to_string(), |moment| format!("{moment:.0}"))
}

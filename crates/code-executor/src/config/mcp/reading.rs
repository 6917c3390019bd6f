//! From the fields of one entry to what it names, in whichever dialect it is written.

use upstream::HttpStyle;
use upstream::oauth::Grant;

use crate::config::document::{Json, Member};
use crate::config::error::Problem;
use crate::config::mcp::dialect::{Dialect, Owner};
use crate::config::mcp::entry::{Entry, Http, OAuth, OpenApi, Program, Role};
use crate::config::mcp::fields::Fields;

/// The longest name of a server, in characters.
const MAX_NAME: usize = 256;
/// How much of a longer one is shown.
const SHOWN_NAME: usize = 60;

/// Where an entry is read.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    /// How messages name the object it stands in.
    pub list: &'a str,
    /// Whose way of writing it is.
    pub dialect: Dialect,
    /// Whose file it is.
    pub owner: Owner,
}

/// Reads one member of an object that holds servers.
pub fn entry(reading: Reading<'_>, member: &Member, problems: &mut Vec<Problem>) -> Option<Entry> {
    let entry = |name: &str, role| Entry {
        name: name.to_owned(),
        place: member.place.clone(),
        role,
        start_timeout_ms: None,
        call_timeout_ms: None,
    };
    let name = &member.name;
    if let Some((shown, reason)) = unusable_name(name) {
        return Some(entry(&shown, Role::Unusable(reason)));
    }
    let path = format!("{}.{name}", reading.list);
    let Json::Object(fields) = &member.node.value else {
        let what = format!("`{path}` is {}; it must be an object", member.node.kind());
        problems.push(Problem::at(&member.node.place, what));
        return None;
    };
    let mut fields = Fields { path, fields, problems };
    if is_off(reading, &mut fields) {
        return Some(entry(name, Role::OptedOut));
    }
    Some(Entry {
        start_timeout_ms: fields
            .milliseconds("startTimeoutMs")
            .or_else(|| fields.milliseconds("startup_timeout_ms"))
            .or_else(|| fields.seconds("startup_timeout_sec")),
        call_timeout_ms: fields
            .milliseconds("callTimeoutMs")
            .or_else(|| fields.milliseconds("timeoutMs"))
            .or_else(|| fields.seconds("tool_timeout_sec")),
        ..entry(name, role(reading, &mut fields))
    })
}

/// Whether an entry is not for us. What a client switches off in a file that is its own is off, and
/// in one that is read by us as well is meant for that client.
fn is_off(reading: Reading<'_>, fields: &mut Fields<'_>) -> bool {
    match fields.boolean("codeExecutor") {
        Some(wanted) => !wanted,
        None => match (reading.dialect, reading.owner) {
            (Dialect::Codex, Owner::Ours) => fields.boolean("enabled") == Some(false),
            (_, Owner::Another) => {
                fields.boolean("enabled") == Some(false) || fields.boolean("disabled") == Some(true)
            }
            (_, Owner::Ours) => false,
        },
    }
}

/// A name that cannot be one, as it is shown, and why. It costs that server alone.
fn unusable_name(name: &str) -> Option<(String, String)> {
    if name.is_empty() {
        return Some(("\"\"".to_owned(), "its name is empty; give it one".to_owned()));
    }
    if let Some((end, _)) = name.char_indices().nth(MAX_NAME) {
        let shown = name[..end].chars().take(SHOWN_NAME).collect::<String>() + "…";
        let reason = format!("its name is longer than {MAX_NAME} characters; shorten it");
        return Some((shown, reason));
    }
    name.contains(char::is_control).then(|| {
        let shown = name.chars().take(SHOWN_NAME).collect();
        (shown, "its name has control characters; take them out".to_owned())
    })
}

/// The keys under which clients write an endpoint, and what each says of its transport.
const URLS: [(&str, HttpStyle); 3] =
    [("url", HttpStyle::Auto), ("httpUrl", HttpStyle::Streamable), ("serverUrl", HttpStyle::Auto)];

/// What is wrong with an entry that could be two things.
const AMBIGUOUS: &str = "it has a command and a url; say with `type` which one counts";

fn role(reading: Reading<'_>, fields: &mut Fields<'_>) -> Role {
    let kind = fields.text("type");
    let command = fields.text("command").filter(|command| !command.is_empty());
    let mut url = None;
    for (key, style) in URLS {
        url = url.or_else(|| Some((fields.text(key).filter(|url| !url.is_empty())?, style)));
    }
    if let Some(document) = fields.text("openapi") {
        return match (command, url) {
            (None, None) => openapi(fields, document),
            _ => Role::Unusable("it has `openapi` beside a command or a url".to_owned()),
        };
    }
    let style = match kind.as_deref() {
        None => match (&command, &url) {
            (Some(_), Some(_)) => return Role::Unusable(AMBIGUOUS.to_owned()),
            (_, None) => return program(reading, fields, command),
            (None, Some((_, style))) => *style,
        },
        Some("stdio") => return program(reading, fields, command),
        Some("http") => HttpStyle::Auto,
        Some("streamable-http" | "streamableHttp" | "streamable_http") => HttpStyle::Streamable,
        Some("sse") => HttpStyle::Sse,
        Some(_) => {
            let known = "stdio, http, sse, streamable-http";
            return Role::Unusable(format!("its type is none of {known}"));
        }
    };
    match url {
        Some((url, _)) => http(fields, url, style),
        None => Role::Unusable("it has no url".to_owned()),
    }
}

fn program(reading: Reading<'_>, fields: &mut Fields<'_>, command: Option<String>) -> Role {
    let handed = match reading.dialect {
        Dialect::Codex => fields.texts("env_vars"),
        _ => Vec::new(),
    };
    let program = Program {
        args: fields.texts("args"),
        env: fields.pairs("env"),
        handed,
        env_file: fields.text("envFile"),
        cwd: fields.text("cwd"),
        command: command.unwrap_or_default(),
    };
    if program.command.is_empty() {
        let reason = match fields.get("type") {
            Some(_) => "its type is stdio and it has no command",
            None => "it has neither a command nor a url",
        };
        return Role::Unusable(reason.to_owned());
    }
    Role::Program(program)
}

fn http(fields: &mut Fields<'_>, url: String, style: HttpStyle) -> Role {
    let mut headers = fields.pairs("headers");
    headers.extend(fields.pairs("http_headers"));
    let variables = fields.pairs("env_http_headers").into_iter();
    headers.extend(variables.map(|(name, variable)| (name, format!("${{{variable}}}"))));
    if let Some(variable) = fields.text("bearer_token_env_var") {
        headers.push(("Authorization".to_owned(), format!("Bearer ${{{variable}}}")));
    }
    match fields.inner("oauth").map(oauth).transpose() {
        Ok(login) => Role::Http(Http { url, headers, style, oauth: login.unwrap_or_default() }),
        Err(reason) => Role::Unusable(reason),
    }
}

fn openapi(fields: &mut Fields<'_>, document: String) -> Role {
    let (base_url, headers) = (fields.text("baseUrl"), fields.pairs("headers"));
    let (include, exclude) = fields
        .inner("operations")
        .map(|mut operations| (operations.texts("include"), operations.texts("exclude")))
        .unwrap_or_default();
    Role::OpenApi(OpenApi { document, base_url, headers, include, exclude })
}

fn oauth(mut fields: Fields<'_>) -> Result<OAuth, String> {
    let grant = match fields.text("grant").as_deref() {
        None | Some("authorization_code") => Grant::Login,
        Some("client_credentials") => Grant::ClientCredentials,
        Some(_) => {
            let known = "authorization_code, client_credentials";
            return Err(format!("its `oauth.grant` is none of {known}"));
        }
    };
    Ok(OAuth {
        client_id: fields.text("clientId"),
        client_secret: fields.text("clientSecret"),
        issuer: fields.text("issuer"),
        client_metadata_url: fields.text("clientMetadataUrl"),
        scopes: fields.words("scopes"),
        callback_port: fields.port("callbackPort"),
        grant,
    })
}

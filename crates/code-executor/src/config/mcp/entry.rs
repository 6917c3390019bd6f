//! One server of a list, before any variable is filled in.

use upstream::HttpStyle;
use upstream::oauth::Grant;

use crate::config::document::{Json, Member};
use crate::config::error::{Place, Problem};
use crate::config::mcp::fields::Fields;
use crate::config::mcp::web::shown_host;

/// The longest name of a server, in characters.
const MAX_NAME: usize = 256;
/// How much of a longer one is shown.
const SHOWN_NAME: usize = 60;

/// One server as a file names it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Where it is named.
    pub place: Place,
    /// What we do with it.
    pub role: Role,
    /// How long it may take to start.
    pub start_timeout_ms: Option<u64>,
    /// How long a call may take.
    pub call_timeout_ms: Option<u64>,
}

/// What we do with an entry.
#[derive(Debug, Clone, PartialEq)]
pub enum Role {
    /// A program to start.
    Program(Program),
    /// A server over HTTP.
    Http(Http),
    /// Not for us: `codeExecutor` is `false`.
    OptedOut,
    /// Not understood; these words say why.
    Unusable(String),
}

/// A program to start, its variables not yet filled in.
#[derive(Clone, PartialEq, Default)]
pub struct Program {
    /// The program.
    pub command: String,
    /// Its arguments.
    pub args: Vec<String>,
    /// Its environment, in the order of the file.
    pub env: Vec<(String, String)>,
    /// Its directory.
    pub cwd: Option<String>,
}

/// A server over HTTP, its variables not yet filled in.
#[derive(Clone, PartialEq, Default)]
pub struct Http {
    /// Its endpoint.
    pub url: String,
    /// Headers of every request, in the order of the file.
    pub headers: Vec<(String, String)>,
    /// Which of the two transports it has.
    pub style: HttpStyle,
    /// What is said of its login.
    pub oauth: OAuth,
}

/// What is said of a server's login, its variables not yet filled in.
#[derive(Clone, PartialEq, Default)]
pub struct OAuth {
    /// The id its provider knows us by.
    pub client_id: Option<String>,
    /// The password that goes with it.
    pub client_secret: Option<String>,
    /// A document that describes us.
    pub client_metadata_url: Option<String>,
    /// The scopes to ask for.
    pub scopes: Vec<String>,
    /// The port the browser comes back to.
    pub callback_port: Option<u16>,
    /// How tokens are had.
    pub grant: Grant,
}

impl Role {
    /// What it starts or reaches, in a word: never an argument, nor more of a URL than its host.
    pub fn brief(&self) -> String {
        match self {
            Self::Program(program) => program.command.clone(),
            Self::Http(http) => shown_host(&http.url),
            Self::OptedOut | Self::Unusable(_) => String::new(),
        }
    }

    /// What it starts or reaches, as it is written in the file: for whoever is to trust it.
    pub fn whole(&self) -> String {
        match self {
            Self::Program(program) => {
                let words = std::iter::once(&program.command).chain(&program.args);
                words.map(String::as_str).collect::<Vec<_>>().join(" ")
            }
            Self::Http(http) => http.url.clone(),
            Self::OptedOut | Self::Unusable(_) => String::new(),
        }
    }
}

impl std::fmt::Debug for Program {
    /// Arguments and values may be secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Program").field("command", &self.command).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Http {
    /// The URL and the headers' values may be secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Http").field("style", &self.style).finish_non_exhaustive()
    }
}

/// Reads one member of the object `list`, which holds a file's servers.
pub fn entry(list: &str, member: &Member, problems: &mut Vec<Problem>) -> Option<Entry> {
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
    let path = format!("{list}.{name}");
    let Json::Object(fields) = &member.node.value else {
        let what = format!("`{path}` is {}; it must be an object", member.node.kind());
        problems.push(Problem::at(&member.node.place, what));
        return None;
    };
    let mut fields = Fields { path, fields, problems };
    Some(Entry {
        start_timeout_ms: fields.milliseconds("startTimeoutMs"),
        call_timeout_ms: fields
            .milliseconds("callTimeoutMs")
            .or_else(|| fields.milliseconds("timeoutMs")),
        ..entry(name, role(&mut fields))
    })
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

fn role(fields: &mut Fields<'_>) -> Role {
    if fields.boolean("codeExecutor") == Some(false) {
        return Role::OptedOut;
    }
    let kind = fields.text("type");
    let (command, url) = (fields.text("command"), fields.text("url"));
    let style = match kind.as_deref() {
        None => None,
        Some("stdio") => return program(fields, command),
        Some("http") => Some(HttpStyle::Auto),
        Some("streamable-http" | "streamableHttp" | "streamable_http") => {
            Some(HttpStyle::Streamable)
        }
        Some("sse") => Some(HttpStyle::Sse),
        Some(_) => {
            return Role::Unusable(
                "its type is none of stdio, http, sse, streamable-http".to_owned(),
            );
        }
    };
    match (style, &command, url) {
        (Some(style), _, url) => http(fields, url, style),
        (None, Some(command), Some(_)) if !command.is_empty() => {
            let reason = "it has a command and a url; say with `type` which one counts";
            Role::Unusable(reason.to_owned())
        }
        (None, _, Some(url)) => http(fields, Some(url), HttpStyle::Auto),
        (None, _, None) => program(fields, command),
    }
}

fn program(fields: &mut Fields<'_>, command: Option<String>) -> Role {
    let program = Program {
        args: fields.texts("args"),
        env: fields.pairs("env"),
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

fn http(fields: &mut Fields<'_>, url: Option<String>, style: HttpStyle) -> Role {
    let headers = fields.pairs("headers");
    let oauth = match fields.inner("oauth").map(oauth).transpose() {
        Ok(oauth) => oauth.unwrap_or_default(),
        Err(reason) => return Role::Unusable(reason),
    };
    match url.filter(|url| !url.is_empty()) {
        Some(url) => Role::Http(Http { url, headers, style, oauth }),
        None => Role::Unusable("it has no url".to_owned()),
    }
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
        client_metadata_url: fields.text("clientMetadataUrl"),
        scopes: fields.words("scopes"),
        callback_port: fields.port("callbackPort"),
        grant,
    })
}

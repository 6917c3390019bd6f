//! `code-executor upstreams login NAME` and `logout NAME`. No token or code is ever printed; the
//! page's URL is, and holds nothing that is of use to anybody else.

use std::io::Write as _;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use upstream::ServerConfig;
use upstream::oauth::{self, Begun, Error, Granted, LoggedOut, Login};

use crate::cli::Exit;
use crate::cli::render::visible;
use crate::cli::upstreams::browser::{self, Opened};
use crate::cli::upstreams::{LoginArguments, LogoutArguments};
use crate::config::{Inputs, Settings};

/// Logs in to a server.
pub async fn login(
    arguments: LoginArguments,
    settings: Settings,
    _inputs: &Inputs,
) -> anyhow::Result<Exit> {
    let shown = Shown { server: arguments.name.clone(), json: arguments.json };
    let Some(server) = named(&settings, &arguments.name) else {
        return shown.unknown(&settings);
    };
    let logging_in = async {
        match oauth::login(server, &settings.upstream).await? {
            Begun::Done(granted) => Ok(granted),
            Begun::Browser(login) => {
                shown.page(&login, arguments.no_browser);
                login.finish(Duration::from_millis(arguments.timeout)).await
            }
        }
    };
    // Dropping the login closes its port; nothing is kept before the token is.
    let finished = tokio::select! {
        finished = logging_in => finished,
        _ = tokio::signal::ctrl_c() => return shown.interrupted(),
    };
    match finished {
        Ok(granted) => shown.granted(&granted),
        Err(error) => shown.failed(&error),
    }
}

/// Forgets a login.
pub async fn logout(
    arguments: LogoutArguments,
    settings: Settings,
    _inputs: &Inputs,
) -> anyhow::Result<Exit> {
    let shown = Shown { server: arguments.name.clone(), json: arguments.json };
    let Some(server) = named(&settings, &arguments.name) else {
        return shown.unknown(&settings);
    };
    match oauth::logout(server, &settings.upstream).await {
        Ok(left) => shown.logged_out(left),
        Err(error) => shown.failed(&error),
    }
}

fn named<'a>(settings: &'a Settings, name: &str) -> Option<&'a ServerConfig> {
    settings.upstream.servers.iter().find(|server| server.name == name)
}

/// What is said about one server, in words or in lines of JSON.
struct Shown {
    server: String,
    json: bool,
}

impl Shown {
    fn say(&self, words: &str, value: Value) -> anyhow::Result<()> {
        let mut out = std::io::stdout().lock();
        if self.json {
            writeln!(out, "{value}")?
        } else {
            writeln!(out, "{words}")?
        }
        Ok(out.flush()?)
    }

    /// Where to go. A closed standard output does not end a login that a browser can still finish.
    fn page(&self, login: &Login, no_browser: bool) {
        let (url, issuer) = (login.url().as_str(), visible(login.issuer()));
        let opened = if no_browser || self.json { Opened::No } else { browser::open(url) };
        let server = visible(&self.server);
        let first = match opened {
            Opened::Yes => {
                format!("Your browser shows the login to {server} by {issuer}. If not, open:")
            }
            Opened::No => {
                format!("To log in to {server} by {issuer}, open in a browser of this machine:")
            }
        };
        let value = json!({
            "event": "waiting", "server": self.server, "issuer": login.issuer(), "url": url,
        });
        let _ = self.say(&format!("{first}\n\n{url}\n"), value);
    }

    fn granted(&self, granted: &Granted) -> anyhow::Result<Exit> {
        let Granted { issuer, scopes, expires_at, renewable } = granted;
        let server = visible(&self.server);
        let mut words = format!("Logged in to {server} by {}.", visible(issuer));
        if !scopes.is_empty() {
            words.push_str(&format!(" Scopes: {}.", visible(&scopes.join(" "))));
        }
        let expires =
            expires_at.and_then(|at| Timestamp::from_second(i64::try_from(at).ok()?).ok());
        words.push_str(&match (expires, renewable) {
            (_, true) => " The token is renewed as long as the provider lets it be.".to_owned(),
            (Some(at), false) => format!(" The token ends at {at} and cannot be renewed."),
            (None, false) => " The token has no known end.".to_owned(),
        });
        let value = json!({
            "event": "loggedIn", "server": self.server, "issuer": issuer, "scopes": scopes,
            "expiresAt": expires.map(|at| at.to_string()), "renewable": renewable,
        });
        self.say(&words, value)?;
        Ok(Exit::Success)
    }

    fn logged_out(&self, left: LoggedOut) -> anyhow::Result<Exit> {
        let server = visible(&self.server);
        let (words, revoked) = match left {
            LoggedOut::Nothing => (format!("There was no login to {server}."), false),
            LoggedOut::Revoked => {
                (format!("Logged out of {server}: the tokens are revoked and forgotten."), true)
            }
            LoggedOut::Forgotten => (
                format!(
                    "Logged out of {server}: the tokens are forgotten. Its provider could not be \
                     told, so they live until they expire."
                ),
                false,
            ),
        };
        let was = left != LoggedOut::Nothing;
        let event = json!({
            "event": "loggedOut", "server": self.server, "wasLoggedIn": was, "revoked": revoked,
        });
        self.say(&words, event)?;
        Ok(Exit::Success)
    }

    fn failed(&self, error: &Error) -> anyhow::Result<Exit> {
        self.complain(&error.to_string())?;
        Ok(exit_of(error))
    }

    fn interrupted(&self) -> anyhow::Result<Exit> {
        self.complain("interrupted; nothing was changed")?;
        Ok(Exit::Interrupted)
    }

    fn unknown(&self, settings: &Settings) -> anyhow::Result<Exit> {
        let names = settings.upstream.servers.iter().map(|server| visible(&server.name));
        let names: Vec<_> = names.take(20).collect();
        let known = match names.is_empty() {
            true => "none is configured".to_owned(),
            false => format!("configured are {}", names.join(", ")),
        };
        self.complain(&format!("no server has this name: {known}"))?;
        Ok(Exit::Usage)
    }

    fn complain(&self, reason: &str) -> anyhow::Result<()> {
        if self.json {
            let value = json!({"event": "failed", "server": self.server, "error": reason});
            return self.say("", value);
        }
        eprintln!("code-executor: {}: {}", visible(&self.server), visible(reason));
        Ok(())
    }
}

/// `--help` documents the numbers.
fn exit_of(error: &Error) -> Exit {
    match error {
        Error::NotHttp { .. } | Error::OwnHeader { .. } => Exit::Usage,
        Error::Refused { .. }
        | Error::Mistrusted { .. }
        | Error::Unsafe { .. }
        | Error::NoIdentity(_) => Exit::ProgramFailed,
        _ => Exit::Unavailable,
    }
}

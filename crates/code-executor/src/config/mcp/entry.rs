//! One server of a list, before any variable is filled in.

use upstream::HttpStyle;
use upstream::oauth::Grant;

use crate::config::error::Place;
use crate::config::mcp::web::shown_host;

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
    /// An HTTP API whose operations are tools.
    OpenApi(OpenApi),
    /// Not for us.
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
    /// Variables of ours that are handed on as they are.
    pub handed: Vec<String>,
    /// A file with more of its environment.
    pub env_file: Option<String>,
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

/// An HTTP API, its variables not yet filled in.
#[derive(Clone, PartialEq, Default)]
pub struct OpenApi {
    /// The file or the URL of its description.
    pub document: String,
    /// Where it is, when not where its description says.
    pub base_url: Option<String>,
    /// Headers of every request, in the order of the file.
    pub headers: Vec<(String, String)>,
    /// The operations that become tools.
    pub include: Vec<String>,
    /// Those that do not.
    pub exclude: Vec<String>,
}

/// What is said of a server's login, its variables not yet filled in.
#[derive(Clone, PartialEq, Default)]
pub struct OAuth {
    /// The id its provider knows us by.
    pub client_id: Option<String>,
    /// The password that goes with it.
    pub client_secret: Option<String>,
    /// The provider's name for itself.
    pub issuer: Option<String>,
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
            Self::OpenApi(api) => {
                let place = api.base_url.as_deref().unwrap_or(&api.document);
                if place.contains("://") { shown_host(place) } else { place.to_owned() }
            }
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
            Self::OpenApi(api) => match &api.base_url {
                Some(url) => format!("{url} as {} says", api.document),
                None => api.document.clone(),
            },
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

impl std::fmt::Debug for OpenApi {
    /// URLs and the headers' values may be secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenApi").finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Http {
    /// The URL and the headers' values may be secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Http").field("style", &self.style).finish_non_exhaustive()
    }
}

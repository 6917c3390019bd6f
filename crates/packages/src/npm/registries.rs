//! Where packages come from, and what proves to each place who asks.

#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsString,
    fmt,
    path::PathBuf,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use url::Url;

use super::{
    Error, Registry,
    npmrc::{Npmrc, Said},
    specifier::Specifier,
};
use crate::{digest::Digest, index::Variables};

/// What npm asks when nobody says otherwise.
const NPM: &str = "https://registry.npmjs.org/";

/// What Deno asks for JSR when nobody says otherwise.
const JSR: &str = "https://jsr.io/";

/// The operator's registries.
pub(super) struct Registries {
    npm: Url,
    /// By scope, with its `@`.
    scopes: BTreeMap<String, Url>,
    jsr: Url,
    /// Beginnings of addresses, without scheme, and the header that is sent there; the longest first.
    credentials: Vec<(String, String)>,
    pub(super) network: Network,
}

/// How the registries are reached.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Network {
    pub(super) http_proxy: Option<String>,
    pub(super) https_proxy: Option<String>,
    /// Hosts that are reached without.
    pub(super) no_proxy: String,
    /// A file of authorities to trust beside the web's and the system's.
    pub(super) ca_file: Option<PathBuf>,
}

impl Registries {
    /// Reads the operator's files and variables.
    pub(super) fn read(environment: &BTreeMap<OsString, OsString>) -> Result<Self, Error> {
        let variables = Variables::new(environment);
        let npmrc = Npmrc::read(&variables)?;
        let mut credentials = Vec::new();
        let mut place = |said: Option<&Said>, usual: &str| {
            let said = said.cloned();
            let usual = || Said { value: usual.to_owned(), origin: String::new() };
            address(&said.unwrap_or_else(usual), &mut credentials)
        };
        let npm = place(npmrc.get("registry"), NPM)?;
        let jsr = variables
            .get("JSR_URL")
            .map(|value| Said { value: value.to_owned(), origin: "JSR_URL".to_owned() });
        let jsr = place(jsr.as_ref(), JSR)?;
        let mut scopes = BTreeMap::new();
        for (key, said) in npmrc.beginning_with("@") {
            let Some(scope) = key.strip_suffix(":registry") else { continue };
            scopes.insert(scope.to_owned(), place(Some(said), NPM)?);
        }
        credentials.extend(told(&npmrc)?);
        credentials.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
        Ok(Self { npm, scopes, jsr, credentials, network: Network::read(&npmrc, &variables) })
    }

    /// Where a package of npm's comes from.
    pub(super) fn of(&self, package: &str) -> &Url {
        let scope = package.split_once('/').map_or("", |(scope, _)| scope);
        self.scopes.get(scope).unwrap_or(&self.npm)
    }

    /// Where the packages of JSR come from.
    pub(super) fn jsr(&self) -> &Url {
        &self.jsr
    }

    /// The `Authorization` for an address: what was said for the longest beginning of it.
    pub(super) fn authorization(&self, url: &Url) -> Option<&str> {
        let address = bare(url);
        let found = self.credentials.iter().find(|(prefix, _)| address.starts_with(prefix));
        found.map(|(_, header)| header.as_str())
    }

    /// The places that these come from, for a message.
    pub(super) fn shown(&self, specifiers: &[Specifier]) -> String {
        let places: BTreeSet<String> = specifiers
            .iter()
            .map(|each| match each.registry() {
                Registry::Npm => shown(self.of(&each.package())),
                Registry::Jsr => shown(&self.jsr),
            })
            .collect();
        places.into_iter().collect::<Vec<_>>().join(", ")
    }

    /// Names what bears on which package is meant; no secret does.
    pub(super) fn add_to(&self, digest: &mut Digest) {
        digest.add(self.npm.as_str()).add(self.jsr.as_str());
        for (scope, url) in &self.scopes {
            digest.add(scope).add(url.as_str());
        }
    }
}

/// Without the credentials.
impl fmt::Debug for Registries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registries")
            .field("npm", &self.npm.as_str())
            .field("jsr", &self.jsr.as_str())
            .finish_non_exhaustive()
    }
}

impl Network {
    fn read(npmrc: &Npmrc, variables: &Variables<'_>) -> Self {
        let variable = |names: [&str; 2]| names.into_iter().find_map(|name| variables.get(name));
        let own = |key: &str| npmrc.get(key).map(|said| said.value.clone());
        let all = || variable(["ALL_PROXY", "all_proxy"]);
        let http = variable(["HTTP_PROXY", "http_proxy"]).or_else(all).map(str::to_owned);
        let https = variable(["HTTPS_PROXY", "https_proxy"]).or_else(all).map(str::to_owned);
        let no_proxy = variable(["NO_PROXY", "no_proxy"]).map(str::to_owned);
        let ca = variable(["DENO_CERT", "NODE_EXTRA_CA_CERTS"])
            .or_else(|| variables.get("SSL_CERT_FILE"));
        Self {
            http_proxy: own("proxy").or(http),
            https_proxy: own("https-proxy").or_else(|| own("proxy")).or(https),
            no_proxy: own("noproxy").or(no_proxy).unwrap_or_default(),
            ca_file: own("cafile").or_else(|| ca.map(str::to_owned)).map(PathBuf::from),
        }
    }
}

/// An address for messages: without credentials, query and fragment.
pub(super) fn shown(url: &Url) -> String {
    let text = url.as_str();
    text[..text.find(['?', '#']).unwrap_or(text.len())].trim_end_matches('/').to_owned()
}

/// Reads the address of a registry, which ends with a slash then; credentials in it are taken out.
fn address(said: &Said, credentials: &mut Vec<(String, String)>) -> Result<Url, Error> {
    let wrong =
        |reason: &str| Error::Registries { origin: said.origin.clone(), reason: reason.to_owned() };
    let plain = "a registry's address is neither http nor https; write it such as \
                 https://registry.example.com/npm/";
    let mut url = Url::parse(&said.value).map_err(|_| wrong(plain))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(wrong(plain));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("a registry's address has a `?` or `#`; write it without"));
    }
    let decode =
        |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    let (username, password) = (decode(url.username()), url.password().map(decode));
    if (url.set_username(""), url.set_password(None)) != (Ok(()), Ok(())) {
        return Err(wrong(plain));
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    if !username.is_empty() || password.is_some() {
        credentials.push((bare(&url), basic(&username, &password.unwrap_or_default())));
    }
    Ok(url)
}

/// What `.npmrc` says for beginnings of addresses: `//host/path/:_authToken` and the like.
fn told(npmrc: &Npmrc) -> Result<Vec<(String, String)>, Error> {
    let mut credentials = Vec::new();
    for (key, said) in npmrc.beginning_with("//") {
        let Some((prefix, what)) = key.rsplit_once(':') else { continue };
        let header = match what {
            "_authToken" => format!("Bearer {}", said.value),
            "_auth" => format!("Basic {}", said.value),
            "_password" => {
                let decoded =
                    STANDARD.decode(&said.value).ok().and_then(|it| String::from_utf8(it).ok());
                let password = decoded.ok_or_else(|| Error::Registries {
                    origin: said.origin.clone(),
                    reason: "a `_password` is not in base64; encode it, or use `_authToken`"
                        .to_owned(),
                })?;
                let Some(username) = npmrc.get(&format!("{prefix}:username")) else { continue };
                basic(&username.value, &password)
            }
            _ => continue,
        };
        if !header.bytes().all(|byte| (b' '..0x7f).contains(&byte)) {
            return Err(Error::Registries {
                origin: said.origin.clone(),
                reason: format!("a `{what}` holds what no header can; look at how it is written"),
            });
        }
        let end = if prefix.ends_with('/') { "" } else { "/" };
        credentials.push((format!("{prefix}{end}"), header));
    }
    Ok(credentials)
}

fn basic(username: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{username}:{password}")))
}

/// An address as `.npmrc` has it before credentials: without its scheme.
fn bare(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("//{host}:{port}{}", url.path()),
        None => format!("//{host}{}", url.path()),
    }
}

//! How indexes are reached: certificates, proxies, time limits, whom to trust blindly, `keyring`.

use std::{ffi::OsString, path::Path};

use toml::Value;

use super::{Error, Said, Settings, Variables, absolute, address, pip::Pip, uv_toml::UvToml};

const PROXIES: [(&str, &str, &str); 3] = [
    ("HTTP_PROXY", "http_proxy", "http-proxy"),
    ("HTTPS_PROXY", "https_proxy", "https-proxy"),
    ("ALL_PROXY", "all_proxy", ""),
];

/// Completes what `uv` is told.
pub(super) fn tell(
    variables: &Variables<'_>,
    uv_toml: &UvToml,
    pip: &Pip,
    settings: &mut Settings,
) -> Result<(), Error> {
    certificates(variables, pip, settings)?;
    proxies(variables, uv_toml, pip, settings);
    trusted_hosts(variables, pip, settings);
    choices(variables, pip, settings)
}

/// The authorities: `uv`'s own variables, then `pip`'s setting, then what `pip`'s library reads.
fn certificates(
    variables: &Variables<'_>,
    pip: &Pip,
    settings: &mut Settings,
) -> Result<(), Error> {
    for name in ["SSL_CERT_FILE", "SSL_CLIENT_CERT"] {
        if let Some(value) = variables.get(name) {
            let said = Said { value: value.to_owned(), origin: name.to_owned() };
            set(settings, name, &file(variables, &said)?);
        }
    }
    let is_said = |name: &str| variables.raw(name).is_some();
    if !is_said("SSL_CERT_FILE") && !is_said("SSL_CERT_DIR") {
        let of_library = ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"].into_iter().find_map(|name| {
            Some(Said { value: variables.get(name)?.to_owned(), origin: name.to_owned() })
        });
        if let Some(said) = pip.get("cert").cloned().or(of_library) {
            let path = file(variables, &said)?;
            let is_folder = Path::new(&path).is_dir();
            set(settings, if is_folder { "SSL_CERT_DIR" } else { "SSL_CERT_FILE" }, &path);
        }
    }
    if !is_said("SSL_CLIENT_CERT")
        && let Some(said) = pip.get("client-cert")
    {
        let path = file(variables, said)?;
        set(settings, "SSL_CLIENT_CERT", &path);
    }
    Ok(())
}

/// A certificate file that is there: `uv` only warns about one that is not, and goes on without.
fn file(variables: &Variables<'_>, said: &Said) -> Result<String, Error> {
    let path = absolute(variables, &said.value).filter(|path| path.exists());
    path.and_then(|path| Some(path.to_str()?.to_owned())).ok_or_else(|| Error::Index {
        origin: said.origin.clone(),
        reason: format!(
            "the certificate {} is not there; name an existing file by its whole path",
            said.value.escape_debug()
        ),
    })
}

/// A proxy of `pip`'s counts for everything, as it does there. Otherwise the environment's count,
/// and those of `uv.toml` where it has none.
fn proxies(variables: &Variables<'_>, uv_toml: &UvToml, pip: &Pip, settings: &mut Settings) {
    if let Some(said) = pip.get("proxy") {
        for name in ["no_proxy", "NO_PROXY", "ALL_PROXY", "all_proxy", "http_proxy", "https_proxy"]
        {
            settings.variables.remove(std::ffi::OsStr::new(name));
        }
        let proxy = if said.value.contains("://") {
            said.value.clone()
        } else {
            format!("http://{}", said.value)
        };
        set(settings, "HTTP_PROXY", &proxy);
        set(settings, "HTTPS_PROXY", &proxy);
        hide(settings, &proxy);
        return;
    }
    for (upper, lower, key) in PROXIES {
        let inherited = [upper, lower].into_iter().find_map(|name| variables.get(name));
        if let Some(proxy) = inherited {
            hide(settings, proxy);
        } else if let Some(said) = uv_toml.text(key) {
            set(settings, upper, &said.value);
            hide(settings, &said.value);
        }
    }
    let has_exceptions = ["NO_PROXY", "no_proxy"].iter().any(|name| variables.get(name).is_some());
    let exceptions = uv_toml.texts("no-proxy");
    if !has_exceptions && !exceptions.is_empty() {
        set(settings, "NO_PROXY", &exceptions.join(","));
    }
}

fn hide(settings: &mut Settings, url: &str) {
    for secret in address::secrets(url) {
        settings.mask.hide(&secret);
    }
}

/// Hosts whose certificates nobody checks, by the operator's word.
fn trusted_hosts(variables: &Variables<'_>, pip: &Pip, settings: &mut Settings) {
    let key = "allow-insecure-host";
    let mut hosts = match settings.file.remove(key) {
        Some(Value::Array(hosts)) => hosts,
        _ => Vec::new(),
    };
    let named = variables.get("UV_INSECURE_HOST").unwrap_or_default();
    let of_uv = named.split_ascii_whitespace().map(str::to_owned);
    let of_pip = pip.list("trusted-host").into_iter().map(|said| said.value);
    for host in of_uv.chain(of_pip) {
        let host = address::host(&host).unwrap_or(&host).to_owned();
        let host = Value::String(host);
        if !hosts.contains(&host) {
            hosts.push(host);
        }
    }
    if !hosts.is_empty() {
        settings.file.insert(key.to_owned(), Value::Array(hosts));
    }
}

/// What is left of `pip`'s settings that has a meaning for `uv`, unless `uv` was told itself.
fn choices(variables: &Variables<'_>, pip: &Pip, settings: &mut Settings) -> Result<(), Error> {
    let is_open = |settings: &Settings, name: &str, key: &str| {
        variables.raw(name).is_none() && !settings.file.contains_key(key)
    };
    let timeout = pip.get("timeout").or_else(|| pip.get("default-timeout"));
    if let Some(seconds) = timeout.and_then(|said| said.value.parse::<f64>().ok())
        && is_open(settings, "UV_HTTP_TIMEOUT", "")
        && seconds >= 1.0
    {
        set(settings, "UV_HTTP_TIMEOUT", &format!("{seconds:.0}"));
    }
    if let Some(retries) = pip.get("retries").and_then(|said| said.value.parse::<u32>().ok())
        && is_open(settings, "UV_HTTP_RETRIES", "")
    {
        set(settings, "UV_HTTP_RETRIES", &retries.to_string());
    }
    if let Some(said) = pip.get("keyring-provider")
        && is_open(settings, "UV_KEYRING_PROVIDER", "keyring-provider")
    {
        // `uv` knows the command only; `pip`'s other ways find the same credentials.
        let is_off = said.value == "disabled";
        set(settings, "UV_KEYRING_PROVIDER", if is_off { "disabled" } else { "subprocess" });
    }
    if pip.is_on("pre") && is_open(settings, "UV_PRERELEASE", "prerelease") {
        set(settings, "UV_PRERELEASE", "allow");
    }
    if let Some(said) = pip.get("constraint")
        && is_open(settings, "UV_CONSTRAINT", "constraint-dependencies")
    {
        let mut files = Vec::new();
        for path in said.value.split_whitespace() {
            let Some(path) = absolute(variables, path).filter(|path| path.is_file()) else {
                return Err(Error::Index {
                    origin: said.origin.clone(),
                    reason: "a constraint file is not there; name existing files by their whole \
                             paths"
                        .to_owned(),
                });
            };
            files.push(path.display().to_string());
        }
        set(settings, "UV_CONSTRAINT", &files.join(" "));
    }
    Ok(())
}

fn set(settings: &mut Settings, name: &str, value: &str) {
    settings.variables.insert(OsString::from(name), OsString::from(value));
}

//! Where a token may travel and a provider may be: the rules for URLs and addresses.

use std::net::IpAddr;

use url::{Host, Url};

use crate::oauth::Error;

/// The longest URL that is taken from anybody.
const MAX_URL_BYTES: usize = 4096;

/// Whose servers may be asked, which depends on where the MCP server itself is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// The MCP server is somewhere on the web: so is everything it names.
    Public,
    /// The MCP server is on this machine or in a private network: so may be what it names.
    Private,
}

impl Reach {
    /// What a server at these addresses may name. One that has a public address among private ones
    /// is on the web: whoever owns its name may add any address to it.
    pub(crate) fn of(addresses: &[IpAddr]) -> Self {
        let private = |address: &IpAddr| !egress::is_public(*address);
        match !addresses.is_empty() && addresses.iter().all(private) {
            true => Self::Private,
            false => Self::Public,
        }
    }

    /// Whether this address may be asked. A cloud's metadata service never is.
    pub(crate) fn allows(self, address: IpAddr) -> bool {
        match self {
            Self::Public => egress::is_public(address),
            Self::Private => !egress::is_metadata(address),
        }
    }
}

/// Reads a URL that somebody gave for `what`. It has to be `https`, or `http` on this machine.
pub(crate) fn endpoint(what: &'static str, text: &str) -> Result<Url, Error> {
    let told = |reason| Error::Unsafe { what, url: "a URL of its own".to_owned(), reason };
    if text.len() > MAX_URL_BYTES {
        return Err(told("its URL is longer than 4096 bytes"));
    }
    let url = Url::parse(text).map_err(|_| told("that is not a URL"))?;
    safe(what, &url)?;
    Ok(url)
}

/// Whether a secret may be sent there.
pub(crate) fn safe(what: &'static str, url: &Url) -> Result<(), Error> {
    let refused = |reason| Err(Error::Unsafe { what, url: shown(url), reason });
    if !url.username().is_empty() || url.password().is_some() {
        return refused("its URL holds a user or a password");
    }
    match url.scheme() {
        "https" => Ok(()),
        "http" if is_loopback(url) => Ok(()),
        _ => refused("it must begin with https://, or with http:// on this machine"),
    }
}

/// Whether a URL names this machine by a loopback address or as `localhost`.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// A URL without what may be secret.
pub(crate) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    let _ = url.set_username("");
    let _ = url.set_password(None);
    error_text(url.as_str())
}

fn error_text(url: &str) -> String {
    super::error::shown(url)
}

/// What RFC 8707 calls the resource: the server's URL, without a fragment.
pub(crate) fn resource_of(server: &Url) -> Url {
    let mut resource = server.clone();
    resource.set_fragment(None);
    resource
}

/// Whether protection that is described for `resource` is that of `server`: the same origin, and the
/// same path or one above it.
pub(crate) fn covers(resource: &Url, server: &Url) -> bool {
    if resource.origin() != server.origin() || !resource.origin().is_tuple() {
        return false;
    }
    if resource.query().is_some() && resource.query() != server.query() {
        return false;
    }
    let above = resource.path().trim_end_matches('/');
    let rest = server.path().strip_prefix(above);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::{Reach, covers, endpoint};

    #[test]
    fn a_token_travels_encrypted_or_not_at_all() {
        for good in ["https://h/x", "http://127.0.0.1:8080/x", "http://localhost/", "http://[::1]/"]
        {
            assert!(endpoint("it", good).is_ok(), "{good}");
        }
        let bad = [
            "http://h/x",
            "http://127.0.0.1.h/",
            "http://localhost.h/",
            "ftp://h/",
            "file:///etc",
            "https://user:hunter2@h/",
            "javascript:alert(1)",
            "x",
            "",
        ];
        for bad in bad {
            let error = endpoint("it", bad).expect_err(bad).to_string();
            assert!(!error.contains("hunter2"), "{error}");
        }
        assert!(endpoint("it", &format!("https://h/{}", "x".repeat(5000))).is_err());
    }

    #[test]
    fn a_description_is_of_the_server_or_of_what_is_above_it() {
        let server = Url::parse("https://h/a/mcp").expect("a URL");
        for good in ["https://h/a/mcp", "https://h:443/a/mcp/", "https://h", "https://h/a"] {
            assert!(covers(&Url::parse(good).expect(good), &server), "{good}");
        }
        for bad in ["https://h/a/m", "https://h/b", "http://h/a/mcp", "https://h:1/a", "https://i/"]
        {
            assert!(!covers(&Url::parse(bad).expect(bad), &server), "{bad}");
        }
    }

    #[test]
    fn a_server_on_the_web_names_nothing_private_and_nobody_names_metadata() {
        let ask = |address: &str| {
            let address = address.parse().expect("an address");
            (Reach::Public.allows(address), Reach::Private.allows(address))
        };
        assert_eq!(ask("1.1.1.1"), (true, true));
        for private in ["127.0.0.1", "10.0.0.1", "192.168.1.1", "::1", "::ffff:10.0.0.1"] {
            assert_eq!(ask(private), (false, true), "{private}");
        }
        for metadata in ["169.254.169.254", "::ffff:169.254.169.254", "fd00:ec2::254"] {
            assert_eq!(ask(metadata), (false, false), "{metadata}");
        }
    }

    #[test]
    fn a_server_on_the_web_is_not_private_by_one_address_of_its_name() {
        let of = |addresses: &[&str]| {
            let read = |text: &&str| text.parse().expect("an address");
            Reach::of(&addresses.iter().map(read).collect::<Vec<_>>())
        };
        assert_eq!(of(&[]), Reach::Public);
        assert_eq!(of(&["1.1.1.1", "10.0.0.1"]), Reach::Public);
        assert_eq!(of(&["10.0.0.1", "2606:4700::1111"]), Reach::Public);
        assert_eq!(of(&["10.0.0.1", "::1"]), Reach::Private);
    }
}

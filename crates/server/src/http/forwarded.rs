//! Who stands behind a proxy that the operator trusts: what its headers say of where a request comes from.
//!
//! A header is believed as far as it was written by who is believed: it is read from its end, where the
//! proxy that we see wrote, back to the first address that is no trusted proxy's. What comes before that
//! anybody may have written, as they may a header that the proxy does not write: the operator names the one
//! that it does, and no other is read. It says where a request is counted and what is put on record; nobody
//! who comes through such a proxy is the local user, header or not.

use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use types::{ErrorCode, Refusal};

use crate::http::app::App;
use crate::http::identity::Sender;
use crate::http::listen::Peer;
use crate::http::problem::Problem;

/// The most proxies one behind the other.
const MOST: usize = 32;

/// The one header in which the proxies say who came to them. Others may come from clients as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`.
    #[default]
    XForwardedFor,
    /// `Forwarded`, of RFC 7239.
    Forwarded,
}

impl ForwardedHeader {
    fn name(self) -> &'static str {
        match self {
            Self::XForwardedFor => "x-forwarded-for",
            Self::Forwarded => "forwarded",
        }
    }
}

/// A network, such as `10.0.0.0/8` or `2001:db8::/32`; a single address is one, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    /// Whether an address is in it.
    pub(crate) fn holds(self, address: IpAddr) -> bool {
        let (own, other, length) = match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                (u128::from(own.to_bits()), u128::from(other.to_bits()), 32)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => (own.to_bits(), other.to_bits(), 128),
            _ => return false,
        };
        let free = u32::from(length - self.bits);
        // All bits are free: a shift by as many is none.
        own.checked_shr(free).unwrap_or(0) == other.checked_shr(free).unwrap_or(0)
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "{text:?} is no network: write an address, or one with a length such as 10.0.0.0/8"
            )
        };
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), |bits| bits.parse::<u8>().map_err(|_| wrong()))?;
        if bits > most {
            return Err(wrong());
        }
        let network = Self { address, bits };
        let free = u32::from(most - bits);
        let rest = match address {
            IpAddr::V4(own) => u128::from(own.to_bits()),
            IpAddr::V6(own) => own.to_bits(),
        };
        if rest & 1u128.checked_shl(free).map_or(u128::MAX, |one| one - 1) != 0 {
            return Err(format!(
                "{text:?} has bits beyond its length: write the network's own address, or a length that \
                 takes all of it"
            ));
        }
        Ok(network)
    }
}

/// The middleware: notes where a request comes from, and holds those behind a proxy to the part of all
/// that one address may have.
pub(crate) async fn place<B: Send + Sync + 'static>(
    State(app): State<Arc<App<B>>>,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(Peer(peer)) = request.extensions().get::<Peer>().copied() else {
        return Problem::invalid("nobody is there").into_response();
    };
    let (proxies, header) = (&app.http.trusted_proxies, app.http.forwarded_header);
    let sender = sender(request.headers(), peer.ip(), proxies, header);
    request.extensions_mut().insert(sender);
    if !sender.forwarded {
        return next.run(request).await;
    }
    let Some(place) = app.crowd.enter(sender.address) else {
        let what = "as many requests of this address are being answered as one may have";
        return Problem::from(Refusal::new(ErrorCode::Busy, what)).into_response();
    };
    let mut response = next.run(request).await;
    // Held to the end of the answer.
    response.extensions_mut().insert(Arc::new(place));
    response
}

/// Where a request comes from: the other end of its connection, or whoever a chain of trusted proxies
/// says in that header stands behind it.
fn sender(
    headers: &HeaderMap,
    peer: IpAddr,
    trusted: &[Network],
    header: ForwardedHeader,
) -> Sender {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.holds(address));
    let peer = peer.to_canonical();
    let mut sender = Sender { peer, address: peer, forwarded: is_trusted(peer) };
    if !sender.forwarded {
        return sender;
    }
    for named in names(headers, header).take(MOST) {
        let Some(address) = named.and_then(|name| address(&name)) else { break };
        sender.address = address;
        if !is_trusted(address) {
            break;
        }
    }
    sender
}

/// What each proxy said of who came to it, the last first; `None` for what cannot be read.
fn names(headers: &HeaderMap, header: ForwardedHeader) -> impl Iterator<Item = Option<String>> {
    let values: Vec<&HeaderValue> = headers.get_all(header.name()).iter().collect();
    values.into_iter().rev().flat_map(move |value| {
        let text = value.to_str().unwrap_or("?");
        let read = move |part: &str| match header {
            ForwardedHeader::Forwarded => of_forwarded(part),
            ForwardedHeader::XForwardedFor => Some(part.trim().to_owned()),
        };
        text.rsplit(',').map(read).collect::<Vec<_>>()
    })
}

/// The `for` of one element of RFC 7239.
fn of_forwarded(element: &str) -> Option<String> {
    element.split(';').find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        name.trim().eq_ignore_ascii_case("for").then(|| value.trim().trim_matches('"').to_owned())
    })
}

/// An address with or without a port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = match text.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?.0,
        None if text.matches(':').count() == 1 => text.split_once(':')?.0,
        None => text,
    };
    bare.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use axum::http::{HeaderMap, HeaderName, HeaderValue};

    use super::ForwardedHeader::{self, Forwarded, XForwardedFor};
    use super::{Network, Sender, sender};

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    fn of(peer: &str, headers: &[(&'static str, &str)]) -> (IpAddr, bool) {
        read(XForwardedFor, peer, headers)
    }

    fn read(
        header: ForwardedHeader,
        peer: &str,
        headers: &[(&'static str, &str)],
    ) -> (IpAddr, bool) {
        let trusted = ["127.0.0.1", "10.0.0.0/8", "2001:db8::/32"];
        let trusted: Vec<Network> =
            trusted.iter().map(|text| text.parse().expect("a network")).collect();
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let value = HeaderValue::from_str(value).expect("a value");
            map.append(HeaderName::from_static(name), value);
        }
        let Sender { address, forwarded, .. } = sender(&map, ip(peer), &trusted, header);
        (address, forwarded)
    }

    #[test]
    fn headers_are_read_from_their_end_as_far_as_they_are_believed() {
        let xff = "x-forwarded-for";
        assert_eq!(of("192.0.2.1", &[(xff, "198.51.100.7")]), (ip("192.0.2.1"), false));
        assert_eq!(of("192.0.2.1", &[]), (ip("192.0.2.1"), false));
        assert_eq!(of("127.0.0.1", &[]), (ip("127.0.0.1"), true), "also when it says nothing");
        assert_eq!(of("127.0.0.1", &[(xff, "198.51.100.7")]), (ip("198.51.100.7"), true));
        let spoofed = [(xff, "127.0.0.1, 203.0.113.9, 10.1.2.3")];
        assert_eq!(of("127.0.0.1", &spoofed), (ip("203.0.113.9"), true));
        let lines = [(xff, "127.0.0.1"), (xff, "203.0.113.9"), (xff, "10.1.2.3")];
        assert_eq!(of("::ffff:10.9.9.9", &lines), (ip("203.0.113.9"), true));
        assert_eq!(of("10.0.0.1", &[(xff, "nonsense, 10.1.2.3")]), (ip("10.1.2.3"), true));
        assert_eq!(of("10.0.0.1", &[(xff, "")]), (ip("10.0.0.1"), true));
        assert_eq!(of("10.0.0.1", &[(xff, "203.0.113.9:4711")]), (ip("203.0.113.9"), true));
    }

    #[test]
    fn the_header_that_the_proxies_write_is_read_and_no_other() {
        let both =
            [("x-forwarded-for", "1.1.1.1"), ("forwarded", "For=\"[2001:db9::7]:80\";proto=https")];
        assert_eq!(of("10.0.0.1", &both), (ip("1.1.1.1"), true));
        assert_eq!(read(Forwarded, "10.0.0.1", &both), (ip("2001:db9::7"), true));
        assert_eq!(of("10.0.0.1", &both[1..]), (ip("10.0.0.1"), true), "nor where it is alone");
        assert_eq!(read(Forwarded, "10.0.0.1", &both[..1]), (ip("10.0.0.1"), true));
    }

    #[test]
    fn forwarded_is_read_the_same_way() {
        let of = |headers: &[(&'static str, &str)]| read(Forwarded, "10.0.0.1", headers);
        let chain = [("forwarded", "for=192.0.2.43, for=10.0.0.2;by=x, for=\"[2001:db8::1]\"")];
        assert_eq!(of(&chain), (ip("192.0.2.43"), true));
        let hidden = [("forwarded", "for=192.0.2.43, for=_hidden, for=10.0.0.2")];
        assert_eq!(of(&hidden), (ip("10.0.0.2"), true), "no further than is known");
    }

    #[test]
    fn networks_are_read_whole() {
        for good in
            ["10.0.0.0/8", "0.0.0.0/0", "::/0", "192.0.2.1", "192.0.2.1/32", "2001:db8::/32"]
        {
            good.parse::<Network>().expect(good);
        }
        for bad in
            ["", "10.0.0.0/33", "10.0.0.1/8", "10.0.0.0/", "localhost", "10.0.0.0/8/8", "::/129"]
        {
            bad.parse::<Network>().expect_err(bad);
        }
        let all: Network = "0.0.0.0/0".parse().expect("a network");
        assert!(all.holds(ip("203.0.113.9")) && !all.holds(ip("2001:db8::1")));
    }
}

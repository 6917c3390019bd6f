//! Which addresses may be dialled for a program, and the proof that one was checked.
//!
//! The rule is a positive one: an address is refused unless it is known to be globally routable.
//! What carries another address inside (IPv4-mapped, -compatible, -translated, NAT64, 6to4, Teredo,
//! ISATAP) is judged by what it carries, or refused altogether where no honest site is reached so.

#[cfg(test)]
mod tests;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// An address that passed the check. There is no other way to make one, and nothing else is dialled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Checked(SocketAddr);

impl Checked {
    /// What to dial.
    pub fn get(self) -> SocketAddr {
        self.0
    }

    /// An address that a name led to or that a program wrote. `own` are this host's addresses.
    pub(crate) fn public(address: IpAddr, port: u16, own: &[IpAddr]) -> Result<Self, Refused> {
        let address = address.to_canonical();
        if let Some(refused) = refusal(address) {
            return Err(refused);
        }
        let carried = carried(address);
        let is_own = |own: &IpAddr| {
            let own = own.to_canonical();
            own == address || carried.is_some_and(|carried| own == IpAddr::V4(carried))
        };
        if own.iter().any(is_own) {
            return Err(Refused::Own);
        }
        Ok(Self(SocketAddr::new(address, port)))
    }

    /// An address of a host that the operator wrote down. It may be private or this host's own, and
    /// is still no metadata service, in no wrapping.
    pub(crate) fn operators(address: IpAddr, port: u16) -> Result<Self, Refused> {
        let address = address.to_canonical();
        match refusal(address) {
            Some(Refused::Metadata) => Err(Refused::Metadata),
            _ if address.is_unspecified() || address.is_multicast() => Err(Refused::NotGlobal),
            _ => Ok(Self(SocketAddr::new(address, port))),
        }
    }

    /// The loopback addresses, for `localhost` with a port that the operator granted.
    pub(crate) fn localhost(port: u16) -> [Self; 2] {
        [
            Self(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)),
            Self(SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), port)),
        ]
    }
}

/// Why an address is not dialled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// A cloud's metadata or host service.
    Metadata,
    /// Not globally routable, or not known to be.
    NotGlobal,
    /// One of this host's own.
    Own,
}

/// Metadata and host services of clouds. Most lie in ranges that are refused anyway; they are named
/// so that none depends on that.
const METADATA_V4: &[Ipv4Addr] = &[
    Ipv4Addr::new(169, 254, 169, 254),
    Ipv4Addr::new(169, 254, 170, 2),
    Ipv4Addr::new(168, 63, 129, 16),
    Ipv4Addr::new(192, 0, 0, 192),
    Ipv4Addr::new(100, 100, 100, 200),
];

/// Network and prefix length.
const METADATA_V6: &[(Ipv6Addr, u32)] = &[
    (Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0xfd20, 0x00ce, 0, 0, 0, 0, 0, 0x0254), 128),
];

/// IANA's special-purpose registry, with what is deprecated or of no use to a program.
const NOT_GLOBAL_V4: &[(Ipv4Addr, u32)] = &[
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 31, 196, 0), 24),
    (Ipv4Addr::new(192, 52, 193, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(192, 175, 48, 0), 24),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// All that is handed out as global unicast.
const GLOBAL_V6: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// What within it is not a site: protocol assignments (Teredo, benchmarking, ORCHID), documentation,
/// 6to4, AS112.
const NOT_GLOBAL_V6: &[(Ipv6Addr, u32)] = &[
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0x0db8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x2620, 0x004f, 0x8000, 0, 0, 0, 0, 0), 48),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// NAT64's well-known prefix: how an IPv6-only network reaches IPv4 sites.
const NAT64: (Ipv6Addr, u32) = (Ipv6Addr::new(0x0064, 0xff9b, 0, 0, 0, 0, 0, 0), 96);

/// Whether an address is globally routable, as far as the address itself says.
pub fn is_public(address: IpAddr) -> bool {
    refusal(address).is_none()
}

/// Whether an address is a cloud's metadata or host service, in whatever wrapping.
pub fn is_metadata(address: IpAddr) -> bool {
    refusal(address) == Some(Refused::Metadata)
}

/// Why this address may not be dialled, or nothing if it may, as far as the address itself says.
pub(crate) fn refusal(address: IpAddr) -> Option<Refused> {
    match address.to_canonical() {
        IpAddr::V4(address) => refusal_v4(address),
        IpAddr::V6(address) => refusal_v6(address),
    }
}

fn refusal_v4(address: Ipv4Addr) -> Option<Refused> {
    if METADATA_V4.contains(&address) {
        return Some(Refused::Metadata);
    }
    NOT_GLOBAL_V4.iter().any(|range| within_v4(address, *range)).then_some(Refused::NotGlobal)
}

fn refusal_v6(address: Ipv6Addr) -> Option<Refused> {
    if METADATA_V6.iter().any(|range| within_v6(address, *range)) {
        return Some(Refused::Metadata);
    }
    let inner = carried(address.into()).and_then(refusal_v4);
    if within_v6(address, NAT64) {
        return inner;
    }
    let is_global = within_v6(address, GLOBAL_V6)
        && !NOT_GLOBAL_V6.iter().any(|range| within_v6(address, *range));
    // What it carries says more than that it is not global: metadata stays metadata in any wrapping.
    if is_global { inner } else { Some(inner.unwrap_or(Refused::NotGlobal)) }
}

/// The IPv4 address inside an IPv6 one, by whichever scheme put it there.
fn carried(address: IpAddr) -> Option<Ipv4Addr> {
    let IpAddr::V6(address) = address else { return None };
    let segments = address.segments();
    let joined = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    let last = joined(segments[6], segments[7]);
    match segments {
        // -compatible, -mapped, -translated.
        [0, 0, 0, 0, 0, 0, _, _]
        | [0, 0, 0, 0, 0, 0xffff, _, _]
        | [0, 0, 0, 0, 0xffff, 0, _, _] => Some(last),
        // NAT64: well-known, and local use with a 96-bit prefix.
        [0x0064, 0xff9b, 0, 0, 0, 0, _, _] | [0x0064, 0xff9b, 1, _, _, _, _, _] => Some(last),
        // 6to4.
        [0x2002, high, low, ..] => Some(joined(high, low)),
        // Teredo: the client's address, inverted.
        [0x2001, 0, _, _, _, _, high, low] => Some(joined(!high, !low)),
        // ISATAP, with and without the bit for a globally unique identifier.
        [_, _, _, _, 0 | 0x0200, 0x5efe, _, _] => Some(last),
        _ => None,
    }
}

fn within_v4(address: Ipv4Addr, (network, length): (Ipv4Addr, u32)) -> bool {
    let shift = u32::BITS - length;
    address.to_bits().checked_shr(shift) == network.to_bits().checked_shr(shift)
}

fn within_v6(address: Ipv6Addr, (network, length): (Ipv6Addr, u32)) -> bool {
    let shift = u128::BITS - length;
    address.to_bits().checked_shr(shift) == network.to_bits().checked_shr(shift)
}

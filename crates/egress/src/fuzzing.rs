//! What must hold for whatever a program writes where a URL or a host belongs: driven by the fuzzer
//! (`cargo xtask fuzz`) and by property tests, and in no build that ships. A broken property is a
//! panic. Which addresses are public is told here once more, in other words than `address` has.

#[cfg(test)]
mod tests;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::address::Checked;
use crate::host::Host;
use crate::rule::HostRule;
use crate::target::Target;
use crate::{Error, Grant};

/// Lines: a URL, where it redirects to, and rules for hosts, asked for and allowed.
pub fn urls(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let lines: Vec<&str> = text.split('\n').take(12).collect();
    let [url, location, rules @ ..] = lines.as_slice() else { return };
    let rules: Vec<HostRule> = rules.iter().filter_map(|rule| rule.parse().ok()).collect();
    rules.iter().for_each(rule);
    let grants = granted(&rules);
    let Ok(target) = Target::parse(url) else { return };
    self::target(&target, &grants);
    if let Ok(redirected) = target.join(location) {
        self::target(&redirected, &grants);
    }
}

/// An IPv4 or IPv6 address: dialled only if it is public, and under no spelling if it is not.
pub fn addresses(data: &[u8]) {
    if let Some(octets) = data.first_chunk::<16>() {
        address(IpAddr::V6(Ipv6Addr::from(*octets)));
    }
    if let Some(octets) = data.first_chunk::<4>() {
        let v4 = Ipv4Addr::from(*octets);
        address(IpAddr::V4(v4));
        for carrier in carriers(v4) {
            address(IpAddr::V6(carrier));
        }
        spellings(v4).iter().for_each(|spelling| spelt(spelling, v4));
    }
}

/// A rule reads back as itself, and names no address that is not public.
fn rule(rule: &HostRule) {
    let shown = rule.to_string();
    assert_eq!(shown.parse::<HostRule>().as_ref(), Ok(rule), "{shown}");
    let host = shown.strip_prefix('[').and_then(|rest| rest.split(']').next());
    let host = host.unwrap_or_else(|| shown.split(':').next().unwrap_or_default());
    assert!(host.parse::<IpAddr>().map_or(true, is_public), "{shown} grants a private address");
    assert!(legacy(host).is_none_or(|it| is_public(it.into())), "{shown} grants a private address");
}

/// What is allowed of what is asked for is within both.
fn granted(rules: &[HostRule]) -> Vec<Grant> {
    let of = |rules: &[HostRule]| {
        Grant::parse(&rules.iter().map(HostRule::to_string).collect::<Vec<_>>())
            .expect("each is one")
    };
    let (asked, allowed) = rules.split_at(rules.len() / 2);
    let (asked, allowed) = (of(asked), of(allowed));
    let (effective, _) = Grant::narrow(&allowed, &asked);
    vec![effective, asked, allowed]
}

fn target(target: &Target, grants: &[Grant]) {
    let shown = target.shown();
    let again = Target::parse(&shown).unwrap_or_else(|error| panic!("{shown} is refused: {error}"));
    assert_eq!(again.origin(), target.origin(), "{shown}");
    assert!(shown.starts_with("http://") || shown.starts_with("https://"), "{shown}");
    assert!(target.path_and_query().starts_with('/'), "{shown}");
    for part in [target.path_and_query(), target.authority()] {
        assert!(part.bytes().all(|byte| byte.is_ascii_graphic()), "{part:?} splits a request");
    }
    assert!(!target.authority().contains('@'), "{shown}");
    if let Host::Name(name) = &target.origin().host {
        assert!(legacy(name).is_none(), "{name} is an address to some resolvers");
    }
    let [effective, asked, allowed] = grants else { return };
    let allows = |grant: &Grant| grant.check(&shown).is_ok();
    assert!(!allows(effective) || (allows(asked) && allows(allowed)), "{shown} is beyond a grant");
    if allows(asked)
        && let Host::Address(address) = target.origin().host
    {
        assert!(is_public(address), "{shown} was granted");
    }
}

fn address(address: IpAddr) {
    let checked = Checked::public(address, 443, &[]);
    if let Ok(checked) = checked {
        assert!(is_public(address), "{address} would be dialled");
        assert_eq!(checked.get().ip(), address.to_canonical());
        assert!(Checked::public(address, 443, &[address]).is_err(), "{address} is this machine");
    }
    if !is_public(address) {
        let host = Host::Address(address).to_string();
        assert!(host.parse::<HostRule>().is_err(), "{host} can be granted");
        assert!(format!("{host}:8080").parse::<HostRule>().is_err(), "{host} can be granted");
    }
}

/// One spelling of an address: refused, or the address itself.
fn spelt(spelling: &str, meant: Ipv4Addr) {
    if let Ok(rule) = spelling.parse::<HostRule>() {
        assert!(is_public(meant.into()), "{spelling} can be granted, as {rule}");
    }
    for url in [format!("http://{spelling}/"), format!("https://{spelling}:8443/x")] {
        match Target::parse(&url).map(|target| target.origin().host.clone()) {
            Ok(Host::Address(address)) => {
                assert_eq!(address, IpAddr::V4(meant), "{url}");
                let everything = Grant::parse(&["*.example.com", "localhost:80"]).expect("rules");
                let refused = everything.check(&url);
                assert!(matches!(refused, Err(Error::Denied { .. })), "{url}");
            }
            Ok(Host::Localhost) => panic!("{url} is localhost"),
            Ok(Host::Name(name)) => assert!(legacy(&name).is_none(), "{url} is {name}"),
            Err(_) => {}
        }
    }
}

/// How people and libraries have written an IPv4 address.
fn spellings(address: Ipv4Addr) -> Vec<String> {
    let [a, b, c, d] = address.octets();
    let whole = u32::from(address);
    let fullwidth = |text: String| -> String {
        text.chars()
            .map(|it| {
                char::from_u32(it as u32 + 0xfee0).filter(|_| it.is_ascii_digit()).unwrap_or(it)
            })
            .collect()
    };
    vec![
        address.to_string(),
        format!("{address}."),
        format!("{whole}"),
        format!("0x{whole:x}"),
        format!("0X{whole:X}"),
        format!("0{whole:o}"),
        format!("0{a:o}.0{b:o}.0{c:o}.0{d:o}"),
        format!("0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}"),
        format!("000{a:o}.{b}.0x{c:x}.{d}"),
        format!("{a}.{b}.{}", u16::from_be_bytes([c, d])),
        format!("{a}.{}", whole & 0x00ff_ffff),
        format!("{a}。{b}．{c}｡{d}"),
        fullwidth(address.to_string()),
        format!("{a}.{b}.{c}.%3{}", d % 10),
        format!("%3{}.{b}.{c}.{d}", a % 10),
        format!("user@{address}"),
        format!("example.com@{address}"),
        format!("{address}#@example.com"),
        format!("{address}%2f.example.com"),
        format!("[::ffff:{address}]"),
        format!("[::{address}]"),
        format!("[64:ff9b::{address}]"),
        format!("[::ffff:{a:02x}{b:02x}:{c:02x}{d:02x}]"),
    ]
}

/// IPv6 addresses that carry an IPv4 one.
fn carriers(address: Ipv4Addr) -> Vec<Ipv6Addr> {
    let [a, b, c, d] = address.octets();
    let (high, low) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
    vec![
        address.to_ipv6_mapped(),
        Ipv6Addr::new(0, 0, 0, 0, 0, 0, high, low),
        Ipv6Addr::new(0, 0, 0, 0, 0xffff, 0, high, low),
        Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
        Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, high, low),
        Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
        Ipv6Addr::new(0x2001, 0, 1, 2, 3, 4, !high, !low),
        Ipv6Addr::new(0x2a00, 1, 2, 3, 0, 0x5efe, high, low),
        Ipv6Addr::new(0x2a00, 1, 2, 3, 0x0200, 0x5efe, high, low),
    ]
}

/// Whether an address is a public site's, and so is what it carries.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => {
            if let Some(inner) = address.to_ipv4_mapped() {
                return is_public_v4(inner);
            }
            let octets = address.octets();
            let at = |from: usize| {
                Ipv4Addr::new(octets[from], octets[from + 1], octets[from + 2], octets[from + 3])
            };
            if octets.starts_with(&[0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0]) {
                return is_public_v4(at(12));
            }
            let is_isatap = matches!(octets[8..12], [0 | 2, 0, 0x5e, 0xfe]);
            let is_special = octets.starts_with(&[0x20, 0x01]) && octets[2] < 2
                || octets.starts_with(&[0x20, 0x01, 0x0d, 0xb8])
                || octets.starts_with(&[0x20, 0x02])
                || octets.starts_with(&[0x3f, 0xff]) && octets[2] < 0x10
                || is_isatap && !is_public_v4(at(12));
            octets[0] & 0xe0 == 0x20 && !is_special
        }
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
        || address.is_documentation()
        || a == 0
        || a >= 240
        || (a == 100 && b & 0xc0 == 64)
        || (a == 198 && b & 0xfe == 18)
        || (a, b, c) == (192, 0, 0);
    // Azure's host service stands in a public range.
    !is_special && address != Ipv4Addr::new(168, 63, 129, 16)
}

/// What `inet_aton` makes of a text: one to four numbers, each decimal, octal or hexadecimal.
fn legacy(text: &str) -> Option<Ipv4Addr> {
    let parts: Vec<&str> = text.split('.').collect();
    let mut numbers = Vec::new();
    for part in &parts {
        let lower = part.to_ascii_lowercase();
        let number = match lower.strip_prefix("0x") {
            Some(digits) => u64::from_str_radix(digits, 16).ok()?,
            None if lower.len() > 1 && lower.starts_with('0') => {
                u64::from_str_radix(&lower, 8).ok()?
            }
            None => lower.parse().ok()?,
        };
        numbers.push(number);
    }
    let (last, first) = numbers.split_last()?;
    if first.len() > 3 || first.iter().any(|&it| it > 255) || *last >= 1 << (8 * (4 - first.len()))
    {
        return None;
    }
    let high: u64 = first.iter().enumerate().map(|(at, it)| it << (24 - 8 * at)).sum();
    Some(Ipv4Addr::from(u32::try_from(high + last).ok()?))
}

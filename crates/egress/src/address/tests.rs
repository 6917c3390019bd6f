//! The classifier, range by range, and one property: what carries a refused address is refused.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;

use super::{Checked, Refused, refusal};

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap_or_else(|_| panic!("{text} is no address"))
}

#[test]
fn both_ends_of_every_range_are_refused() {
    let refused = [
        "0.0.0.0",
        "0.255.255.255",
        "10.0.0.0",
        "10.255.255.255",
        "100.64.0.0",
        "100.127.255.255",
        "127.0.0.0",
        "127.0.0.1",
        "127.255.255.255",
        "169.254.0.0",
        "169.254.255.255",
        "172.16.0.0",
        "172.31.255.255",
        "192.0.0.0",
        "192.0.0.9",
        "192.0.0.255",
        "192.0.2.1",
        "192.31.196.1",
        "192.52.193.1",
        "192.88.99.1",
        "192.168.0.0",
        "192.168.255.255",
        "192.175.48.1",
        "198.18.0.0",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.255",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.0",
        "255.255.255.255",
        "::",
        "::1",
        "::2",
        "100::1",
        "100:0:0:1::1",
        "2001::1",
        "2001:1ff:ffff::1",
        "2001:2::1",
        "2001:10::1",
        "2001:20::1",
        "2001:db8::1",
        "2002::1",
        "2620:4f:8000::1",
        "3fff::1",
        "3fff:fff::1",
        "4000::1",
        "5f00::1",
        "fc00::1",
        "fdff::1",
        "fe80::1",
        "febf::1",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
        "1fff::1",
        "64:ff9b:1::1",
        "64:ff9b:1::7f00:1",
        "64:ff9b:2::1",
    ];
    for address in refused {
        assert!(refusal(ip(address)).is_some(), "{address} was let through");
    }
}

#[test]
fn neighbours_of_the_ranges_are_public() {
    let public = [
        "1.0.0.0",
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "203.0.112.255",
        "203.0.114.0",
        "223.255.255.255",
        "2001:200::1",
        "2001:4860:4860::8888",
        "2606:4700:4700::1111",
        "2a00:1450::1",
        "3ffe::1",
        "64:ff9b::101:101",
        "::ffff:1.1.1.1",
    ];
    for address in public {
        assert_eq!(refusal(ip(address)), None, "{address} was refused");
    }
}

#[test]
fn metadata_is_called_by_its_name_in_every_wrapping() {
    let metadata = [
        "169.254.169.254",
        "169.254.170.2",
        "168.63.129.16",
        "192.0.0.192",
        "100.100.100.200",
        "fd00:ec2::254",
        "fd00:ec2:1::1",
        "fd20:ce::254",
        "::ffff:169.254.169.254",
        "::169.254.169.254",
        "::ffff:0:169.254.169.254",
        "64:ff9b::169.254.169.254",
        "64:ff9b::a83f:8110",
        "64:ff9b:1::169.254.169.254",
        "2002:a9fe:a9fe::1",
        "2001:0:4136:e378:8000:63bf:5601:5601",
        "2a00:1450::5efe:a9fe:a9fe",
        "2a00:1450::200:5efe:a9fe:a9fe",
    ];
    for address in metadata {
        assert_eq!(refusal(ip(address)), Some(Refused::Metadata), "{address}");
    }
}

#[test]
fn an_address_of_this_host_is_refused_in_every_wrapping() {
    let own = [ip("81.2.69.142"), ip("2a02:c7d::1")];
    for address in ["81.2.69.142", "::ffff:81.2.69.142", "64:ff9b::81.2.69.142", "2a02:c7d::1"] {
        assert_eq!(Checked::public(ip(address), 80, &own), Err(Refused::Own), "{address}");
    }
    assert!(Checked::public(ip("81.2.69.143"), 80, &own).is_ok());
    let own_mapped = [ip("::ffff:81.2.69.142")];
    assert_eq!(Checked::public(ip("81.2.69.142"), 80, &own_mapped), Err(Refused::Own));
}

#[test]
fn a_mapped_address_is_dialled_as_what_was_judged() {
    let checked = Checked::public(ip("::ffff:1.1.1.1"), 443, &[]).unwrap();
    assert_eq!(checked.get().to_string(), "1.1.1.1:443");
}

#[test]
fn an_operators_own_host_may_be_private_and_never_metadata() {
    for address in ["10.0.0.5", "127.0.0.1", "::1", "192.168.1.1", "1.1.1.1", "fd12:3456::1"] {
        assert!(Checked::operators(ip(address), 80).is_ok(), "{address}");
    }
    let metadata =
        ["169.254.169.254", "::ffff:169.254.169.254", "fd00:ec2::254", "100.100.100.200"];
    for address in metadata {
        assert_eq!(Checked::operators(ip(address), 80), Err(Refused::Metadata), "{address}");
    }
    for address in ["0.0.0.0", "::", "224.0.0.1", "ff02::1"] {
        assert_eq!(Checked::operators(ip(address), 80), Err(Refused::NotGlobal), "{address}");
    }
}

fn wrapped(inner: Ipv4Addr) -> Vec<Ipv6Addr> {
    let bits = u128::from(inner.to_bits());
    let at = |prefix: &str| {
        let prefix: Ipv6Addr = prefix.parse().unwrap();
        Ipv6Addr::from_bits(prefix.to_bits() | bits)
    };
    vec![
        inner.to_ipv6_mapped(),
        at("::"),
        at("::ffff:0:0:0"),
        at("64:ff9b::"),
        at("64:ff9b:1::"),
        Ipv6Addr::from_bits((0x2002_u128 << 112) | (bits << 80)),
        Ipv6Addr::from_bits((0x2001_0000_u128 << 96) | (!bits & 0xffff_ffff)),
        at("2a00:1450::5efe:0:0"),
    ]
}

proptest! {
    #[test]
    fn what_carries_a_refused_address_is_refused(bits: u32) {
        let inner = Ipv4Addr::from_bits(bits);
        if let Some(refused) = refusal(inner.into()) {
            for outer in wrapped(inner) {
                prop_assert!(refusal(outer.into()).is_some(), "{outer} carries {inner}, {refused:?}");
            }
        }
    }

    #[test]
    fn the_standard_library_agrees_about_what_is_private(bits: u32) {
        let address = Ipv4Addr::from_bits(bits);
        let is_special = address.is_private() || address.is_loopback() || address.is_link_local()
            || address.is_broadcast() || address.is_documentation() || address.is_multicast()
            || address.is_unspecified();
        prop_assert!(!is_special || refusal(address.into()).is_some());
    }

    #[test]
    fn ipv6_outside_global_unicast_is_refused(bits: u128) {
        let address = Ipv6Addr::from_bits(bits);
        let is_candidate = address.segments()[0] & 0xe000 == 0x2000
            || address.to_ipv4_mapped().is_some()
            || address.segments()[..6] == [0x64, 0xff9b, 0, 0, 0, 0];
        prop_assert!(is_candidate || refusal(address.into()).is_some());
    }
}

//! What a failure says.

use std::path::Path;

use rustix::io::Errno;

use super::{Call, Code, Failure};

#[test]
fn a_failure_reads_as_nodes_own() {
    let failure = Call::new("open", Path::new("/x")).fail(Errno::NOENT);
    assert_eq!(failure.message(), "ENOENT: no such file or directory, open '/x'");
    let call = Call::with_destination("rename", Path::new("/a"), Path::new("/b"));
    assert_eq!(
        call.fail(Errno::NOTEMPTY).message(),
        "ENOTEMPTY: directory not empty, rename '/a' -> '/b'"
    );
}

#[test]
fn the_detail_is_beside_the_message() {
    let failure = Failure::not_permitted("chmod", Path::new("/x"));
    assert_eq!(failure.message(), "EPERM: operation not permitted, chmod '/x'");
    assert_eq!(
        failure.to_string(),
        "EPERM: operation not permitted, chmod '/x' (programs may not do this)"
    );
    assert_eq!(failure.code.number(), 1);
}

#[test]
fn leaving_the_directory_is_a_refusal_and_another_device_is_none() {
    let call = Call::new("open", Path::new("/x"));
    assert_eq!(call.fail_to_reach(Errno::XDEV).code, Code::Access);
    assert_eq!(call.fail(Errno::XDEV).code, Code::CrossDevice);
}

#[test]
fn an_error_without_a_name_here_is_an_input_output_error() {
    let failure = Call::new("open", Path::new("/x")).fail(Errno::STALE);
    assert_eq!(failure.code, Code::Io);
    assert!(failure.detail.is_some());
}

//! The guest library of Python programs, by its own tests: in an interpreter without a sandbox, with
//! a host that the tests play.

use std::path::Path;
use std::process::Command;

use testkit::Fixtures;

#[test]
fn the_guest_library_passes_its_own_tests() {
    let tests =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../worker/src/engine/cpython/guest_tests");
    let run = Command::new(Fixtures::locate().python())
        .args(["-B", "-m", "unittest"])
        .current_dir(tests)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{told}");
    // None was found is not a pass.
    assert!(!told.contains("Ran 0 tests"), "{told}");
}

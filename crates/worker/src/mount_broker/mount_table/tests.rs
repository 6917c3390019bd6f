//! The mount table is read as the kernel writes it.

use super::*;

const TABLE: &[u8] = b"21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
22 21 0:20 / /proc rw,nosuid - proc proc rw
23 21 0:21 / /srv/my\\040data/sys rw shared:7 master:2 - sysfs sysfs rw
24 21 0:22 / /srv/plain rw - tmpfs proc rw
";

#[test]
fn a_kernels_file_system_below_a_directory_is_found() {
    let found = |below: &str| find_kernels(TABLE, Path::new(below));
    assert_eq!(found("/srv/my data"), Some((PathBuf::from("/srv/my data/sys"), "sysfs")));
    assert_eq!(found("/srv/my data/sys"), Some((PathBuf::from("/srv/my data/sys"), "sysfs")));
    assert_eq!(found("/"), Some((PathBuf::from("/proc"), "proc")));
    assert_eq!(found("/srv/my"), None, "another directory that begins alike");
    assert_eq!(found("/srv/plain"), None, "its kind counts, not its name");
    assert_eq!(find_kernels(b"\n \nx - proc\n", Path::new("/")), None);
}

#[test]
fn escapes_are_undone() {
    assert_eq!(unescape(b"/a\\134b\\011c"), PathBuf::from("/a\\b\tc"));
    assert_eq!(unescape(b"/a\\9x"), PathBuf::from("/a\\9x"));
    assert_eq!(unescape(b"/a\\"), PathBuf::from("/a\\"));
}

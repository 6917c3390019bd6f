//! What else is mounted in a directory: the kernel's own file systems are shown to no program.

use std::ffi::OsStr;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::mount_broker::kernel;

/// File systems whose files are the kernel's own, by name and magic number.
const KERNEL_FILE_SYSTEMS: [(&str, u64); 17] = [
    ("proc", 0x9fa0),
    ("sysfs", 0x6265_6572),
    ("devpts", 0x1cd1),
    ("cgroup", 0x0027_e0eb),
    ("cgroup2", 0x6367_7270),
    ("debugfs", 0x6462_6720),
    ("tracefs", 0x7472_6163),
    ("securityfs", 0x7363_6673),
    ("configfs", 0x6265_6570),
    ("bpf", 0xcafe_4a11),
    ("selinuxfs", 0xf97c_ff8c),
    ("binfmt_misc", 0x4249_4e4d),
    ("efivarfs", 0xde5e_81e4),
    ("pstore", 0x6165_676c),
    ("mqueue", 0x1980_0202),
    ("fusectl", 0x6573_5543),
    ("nsfs", 0x6e73_6673),
];

/// Refuses a directory that is one of the kernel's own, or that one is mounted in.
pub fn is_clear(directory: &OwnedFd, path: &Path) -> Result<(), String> {
    if is_kernels(directory)? {
        return Err("is the kernel's own window, which no program gets".to_owned());
    }
    let table = std::fs::read("/proc/self/mountinfo")
        .map_err(|error| format!("cannot be mounted: the mount table cannot be read ({error})"))?;
    match find_kernels(&table, path) {
        None => Ok(()),
        Some((place, kind)) => Err(format!(
            "has a file system of the kernel in it ({kind} at {}); ask for directories that have none",
            place.display()
        )),
    }
}

fn is_kernels(directory: &OwnedFd) -> Result<bool, String> {
    let magic =
        kernel::magic_number(directory).map_err(|errno| format!("cannot be looked at: {errno}"))?;
    Ok(KERNEL_FILE_SYSTEMS.iter().any(|(_, known)| *known == magic))
}

/// The first mount of a kernel's file system below a path.
fn find_kernels(table: &[u8], below: &Path) -> Option<(PathBuf, &'static str)> {
    table.split(|byte| *byte == b'\n').find_map(|line| {
        let mut fields = line.split(|byte| *byte == b' ');
        let place = unescape(fields.nth(4)?);
        // Optional fields end with a dash; the kind is next.
        let kind = fields.skip_while(|field| *field != b"-").nth(1)?;
        let (known, _) = KERNEL_FILE_SYSTEMS.iter().find(|(known, _)| known.as_bytes() == kind)?;
        place.starts_with(below).then_some((place, *known))
    })
}

/// A path of the mount table, in which some bytes are written as octal numbers.
fn unescape(field: &[u8]) -> PathBuf {
    let mut bytes = Vec::with_capacity(field.len());
    let mut rest = field;
    while let Some((&first, after)) = rest.split_first() {
        let escaped = after
            .get(..3)
            .filter(|_| first == b'\\')
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 8).ok());
        bytes.push(escaped.unwrap_or(first));
        rest = if escaped.is_some() { &after[3..] } else { after };
    }
    PathBuf::from(OsStr::from_bytes(&bytes))
}

#[cfg(test)]
mod tests;

//! Where the kernel lets us make a group: its two versions, and what was delegated to us. Reads
//! `/proc` and `/sys/fs/cgroup`, and decides nothing but the place.

use std::fs;
use std::path::{Path, PathBuf};

/// The controllers without which a group bounds too little to count.
const CONTROLLERS: [&str; 2] = ["memory", "pids"];

/// Which of the kernel's two kinds of group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// A hierarchy for each controller.
    One,
    /// One hierarchy for all.
    Two,
}

/// A group below which ours is made, in one hierarchy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parent {
    /// The kind.
    pub version: Version,
    /// The controller in a hierarchy of its own; empty for the hierarchy of all.
    pub controller: &'static str,
    /// Where it is in the file system.
    pub directory: PathBuf,
    /// What `/proc/<pid>/cgroup` calls it.
    pub name: String,
}

/// A mounted hierarchy: `name` is the group that is seen at its mount point.
#[derive(Debug, PartialEq, Eq)]
struct Mount {
    version: Version,
    controllers: Vec<String>,
    name: String,
    place: PathBuf,
}

/// Where a group may be made that has both controllers, or why nowhere.
pub fn parents() -> Result<Vec<Parent>, String> {
    let read = |path: &str| fs::read_to_string(path).map_err(|error| format!("{path}: {error}"));
    find(&read("/proc/self/mountinfo")?, &read("/proc/self/cgroup")?)
}

/// The same, from what the kernel says of mounts and of our own groups.
pub fn find(mountinfo: &str, own: &str) -> Result<Vec<Parent>, String> {
    let mounts: Vec<Mount> = mountinfo.lines().filter_map(mount).collect();
    let first = |controller: &str| {
        mounts.iter().find(|mount| {
            mount.version == Version::One && mount.controllers.iter().any(|one| one == controller)
        })
    };
    let of_their_own = CONTROLLERS.map(first);
    if let [Some(_), Some(_)] = of_their_own {
        let parents = of_their_own.iter().zip(CONTROLLERS);
        return parents
            .map(|(mount, controller)| {
                let mount = mount.ok_or("its hierarchy vanished")?;
                let name = own_group(own, Some(controller))?;
                let directory = directory(mount, &name)?;
                Ok(Parent { version: Version::One, controller, directory, name })
            })
            .collect();
    }
    let Some(unified) = mounts.iter().find(|mount| mount.version == Version::Two) else {
        return Err(
            "no cgroup file system is mounted with the memory and pids controllers; mount \
                    cgroup2 at /sys/fs/cgroup"
                .to_owned(),
        );
    };
    let name = own_group(own, None)?;
    let directory = directory(unified, &name)?;
    let place = delegated(&directory, &unified.place)?;
    let up = directory.strip_prefix(&place).map_or(0, |below| below.components().count());
    let name = ancestor(&name, up);
    Ok(vec![Parent { version: Version::Two, controller: "", directory: place, name }])
}

/// `a/b/c`, so many steps up.
fn ancestor(name: &str, steps: usize) -> String {
    let mut name = name.trim_end_matches('/');
    for _ in 0..steps {
        name = name.rsplit_once('/').map_or("", |(above, _)| above);
    }
    if name.is_empty() { "/".to_owned() } else { name.to_owned() }
}

/// The nearest group, from our own upwards, whose children have both controllers and where we may
/// make one. A group that has a limit is never left: one beside it would escape that limit.
fn delegated(own: &Path, top: &Path) -> Result<PathBuf, String> {
    let mut why = None;
    for place in own.ancestors().take_while(|place| place.starts_with(top)) {
        match usable(place) {
            Ok(()) => return Ok(place.to_owned()),
            Err(reason) => why = why.or(Some(reason)),
        }
        let limited = ["memory.max", "pids.max"].into_iter().find(|file| {
            fs::read_to_string(place.join(file)).is_ok_and(|limit| limit.trim() != "max")
        });
        // A slice of a user has a bound on processes by default; leaving it below itself is none.
        if let Some(file) = limited.filter(|file| *file == "memory.max") {
            let place = place.display();
            let why = why.unwrap_or_default();
            return Err(format!("{why}; no group is made above {place}, whose {file} is set"));
        }
    }
    let why = why.unwrap_or_else(|| format!("{} is outside of {}", own.display(), top.display()));
    Err(why)
}

/// Whether children of a group get both controllers and may be made by us; the controllers are
/// switched on where that was left to us.
fn usable(place: &Path) -> Result<(), String> {
    use rustix::fs::{Access, access};
    let shown = place.display();
    let words = |file: &str| -> Vec<String> {
        let text = fs::read_to_string(place.join(file)).unwrap_or_default();
        text.split_whitespace().map(str::to_owned).collect()
    };
    let has_both = |words: &[String]| CONTROLLERS.iter().all(|one| words.iter().any(|w| w == one));
    if !has_both(&words("cgroup.controllers")) {
        return Err(format!("{shown} does not have the memory and pids controllers"));
    }
    for file in ["", "cgroup.procs"] {
        access(place.join(file), Access::WRITE_OK).map_err(|errno| match errno {
            rustix::io::Errno::ROFS => format!("{shown} is mounted read-only"),
            errno => format!("{shown} was not delegated to us ({errno})"),
        })?;
    }
    if has_both(&words("cgroup.subtree_control")) {
        return Ok(());
    }
    let control = place.join("cgroup.subtree_control");
    if fs::write(&control, "+memory +pids").is_ok() {
        return Ok(());
    }
    // A group with processes of its own cannot have groups with controllers below it. Where those
    // processes are us alone, we can step aside.
    let ourselves = std::process::id().to_string();
    if words("cgroup.procs") == [ourselves.as_str()] {
        step_aside(place, &ourselves).map_err(|error| format!("{shown}: {error}"))?;
    }
    fs::write(&control, "+memory +pids")
        .map_err(|error| format!("{}: {error}; other processes are in it", control.display()))
}

/// Moves this process into a group of its own below the one it is in.
fn step_aside(place: &Path, ourselves: &str) -> std::io::Result<()> {
    let aside = place.join("code-executor.host");
    match fs::create_dir(&aside) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    fs::write(aside.join("cgroup.procs"), ourselves)
}

/// A line of `mountinfo`, if a cgroup hierarchy is mounted there.
fn mount(line: &str) -> Option<Mount> {
    let (before, after) = line.split_once(" - ")?;
    let mut before = before.split(' ').skip(3);
    let (name, place) = (before.next()?, before.next()?);
    let mut after = after.split(' ');
    let (kind, options) = (after.next()?, after.nth(1)?);
    let version = match kind {
        "cgroup" => Version::One,
        "cgroup2" => Version::Two,
        _ => return None,
    };
    let controllers = options.split(',').map(str::to_owned).collect();
    let (name, place) = (name.to_owned(), PathBuf::from(place));
    Some(Mount { version, controllers, name, place })
}

/// The group we are in: of a controller in a hierarchy of its own, or in the hierarchy of all.
pub fn own_group(text: &str, controller: Option<&str>) -> Result<String, String> {
    let found = text.lines().find_map(|line| {
        let mut parts = line.splitn(3, ':');
        let (_, controllers, name) = (parts.next()?, parts.next()?, parts.next()?);
        let is_it = match controller {
            Some(wanted) => controllers.split(',').any(|one| one == wanted),
            None => controllers.is_empty(),
        };
        is_it.then(|| name.to_owned())
    });
    let which = controller.unwrap_or("version 2");
    found.ok_or_else(|| format!("we are in no group of {which}"))
}

/// Where a group is seen, given what is seen at the mount point.
fn directory(mount: &Mount, name: &str) -> Result<PathBuf, String> {
    let place = mount.place.display();
    let outside = || format!("our own group, {name}, is not visible at {place}");
    let below = match mount.name.as_str() {
        "/" => name,
        seen => name.strip_prefix(seen).ok_or_else(outside)?,
    };
    let below = below.trim_start_matches('/');
    if below.split('/').any(|part| part == "..") {
        return Err(outside());
    }
    Ok(if below.is_empty() { mount.place.clone() } else { mount.place.join(below) })
}

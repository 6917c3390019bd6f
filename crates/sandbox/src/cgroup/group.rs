//! The group itself: made when the first zygote starts, joined by each launcher, verified, removed.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::cgroup::CgroupLimits;
use crate::cgroup::hierarchy::{self, Parent, Version};

/// The beginning of the name of every group of ours; the host's pid and start time follow.
const PREFIX: &str = "code-executor.";

/// A handle to the group; cheap to clone. Nothing is made until the first zygote wants it.
#[derive(Debug, Clone)]
pub struct Cgroup(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    limits: CgroupLimits,
    made: Mutex<Option<Vec<Place>>>,
    members: AtomicUsize,
    // Deaths for want of memory that are accounted for.
    seen: AtomicU64,
}

/// Our group in one hierarchy.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    version: Version,
    controller: &'static str,
    directory: PathBuf,
    name: String,
}

/// One zygote's stay in the group, ended when this is dropped.
#[derive(Debug)]
pub struct Member {
    group: Cgroup,
    places: Vec<Place>,
}

impl Cgroup {
    /// A group that has not been made.
    pub fn new(limits: CgroupLimits) -> Self {
        let (members, seen) = (AtomicUsize::new(0), AtomicU64::new(0));
        Self(Arc::new(Inner { limits, made: Mutex::default(), members, seen }))
    }

    /// Makes the group if it is not there, and room in it for one more zygote.
    pub(crate) fn enter(&self) -> Result<Member, String> {
        let mut made = self.0.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(places) = &*made
            && places.iter().all(|place| place.directory.is_dir())
        {
            return Ok(self.member(places));
        }
        let parents = hierarchy::parents()?;
        let places = make(&parents, self.0.limits)?;
        self.0.seen.store(deaths(&places), SeqCst);
        *made = Some(places.clone());
        Ok(self.member(&places))
    }

    /// Removes the group once nobody is in it any more.
    pub(crate) async fn remove(&self, patience: Duration) {
        let give_up = Instant::now() + patience;
        while self.0.members.load(SeqCst) == 0 && !self.0.try_remove() {
            if Instant::now() > give_up {
                return;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    fn member(&self, places: &[Place]) -> Member {
        self.0.members.fetch_add(1, SeqCst);
        Member { group: self.clone(), places: places.to_vec() }
    }
}

impl Inner {
    /// Whether nothing is left of it.
    fn try_remove(&self) -> bool {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(places) = &mut *made else { return true };
        places.retain(|place| {
            let removed = fs::remove_dir(&place.directory);
            removed.is_err_and(|error| error.kind() != ErrorKind::NotFound)
        });
        let gone = places.is_empty();
        if gone {
            *made = None;
        }
        gone
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // What a process that is just ending still holds is left to the next host's start.
        self.try_remove();
    }
}

impl Member {
    /// The files to which a launcher writes itself before it forks.
    pub(crate) fn files(&self) -> Vec<String> {
        let file = |place: &Place| place.directory.join("cgroup.procs").display().to_string();
        self.places.iter().map(file).collect()
    }

    /// Whether a process, and with it all it has forked since, is in the group, and the limits are
    /// what they should be.
    pub(crate) fn verify(&self, pid: u32) -> Result<(), String> {
        let file = format!("/proc/{pid}/cgroup");
        let text = fs::read_to_string(&file).map_err(|error| format!("{file}: {error}"))?;
        for place in &self.places {
            let controller = Some(place.controller).filter(|name| !name.is_empty());
            let found = hierarchy::own_group(&text, controller)?;
            if found != place.name {
                return Err(format!("the zygote is in {found}, not in {}", place.name));
            }
            check_limits(place, self.group.0.limits)?;
        }
        Ok(())
    }

    /// Whether the kernel has ended a process of the group, for want of memory in it, that was not
    /// asked about before.
    pub(crate) fn take_death(&self) -> bool {
        let seen = &self.group.0.seen;
        let counted = deaths(&self.places);
        let next = |seen: u64| (seen < counted).then_some(seen + 1);
        seen.fetch_update(SeqCst, SeqCst, next).is_ok()
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        self.group.0.members.fetch_sub(1, SeqCst);
    }
}

/// Makes a group below each parent, with its limits; all of them, or none.
fn make(parents: &[Parent], limits: CgroupLimits) -> Result<Vec<Place>, String> {
    let mut places = Vec::new();
    for parent in parents {
        clear_leftovers(&parent.directory);
        match make_one(parent, limits) {
            Ok(place) => places.push(place),
            Err(reason) => {
                for place in places {
                    let _ = fs::remove_dir(place.directory);
                }
                return Err(reason);
            }
        }
    }
    Ok(places)
}

fn make_one(parent: &Parent, limits: CgroupLimits) -> Result<Place, String> {
    let ours = name_of(std::process::id()).ok_or("our own start time is unknown")?;
    let directory = parent.directory.join(&ours);
    match fs::create_dir(&directory) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            return Err(format!("no group can be made in {}: {error}", parent.directory.display()));
        }
        _ => {}
    }
    let name = format!("{}/{ours}", parent.name.trim_end_matches('/'));
    let Parent { version, controller, .. } = *parent;
    let place = Place { version, controller, directory, name };
    let set = limits_of(&place, limits).iter().try_for_each(|limit| limit.set(&place.directory));
    set.and_then(|()| check_limits(&place, limits)).inspect_err(|_| {
        let _ = fs::remove_dir(&place.directory);
    })?;
    Ok(place)
}

/// A file of a group and the number in it.
struct Limit {
    file: &'static str,
    value: u64,
    /// Kernels without swap accounting do not have it.
    optional: bool,
}

impl Limit {
    fn set(&self, directory: &Path) -> Result<(), String> {
        let file = directory.join(self.file);
        if self.optional && !file.exists() {
            return Ok(());
        }
        let failed = |error| format!("{}: {error}", file.display());
        fs::write(&file, self.value.to_string()).map_err(failed)
    }

    /// The kernel rounds memory down to pages.
    fn check(&self, directory: &Path) -> Result<(), String> {
        let file = directory.join(self.file);
        let text = match fs::read_to_string(&file) {
            Err(_) if self.optional => return Ok(()),
            Err(error) => return Err(format!("{}: {error}", file.display())),
            Ok(text) => text,
        };
        match text.trim().parse::<u64>() {
            Ok(found) if found <= self.value => Ok(()),
            _ => Err(format!("{} is {}, not {}", file.display(), text.trim(), self.value)),
        }
    }
}

fn limits_of(place: &Place, limits: CgroupLimits) -> Vec<Limit> {
    let CgroupLimits { memory_bytes: memory, tasks } = limits;
    let needed = |file, value| Limit { file, value, optional: false };
    let optional = |file, value| Limit { file, value, optional: true };
    match (place.version, place.controller) {
        (Version::One, "memory") => vec![
            needed("memory.limit_in_bytes", memory),
            optional("memory.memsw.limit_in_bytes", memory),
        ],
        (Version::One, _) => vec![needed("pids.max", tasks)],
        (Version::Two, _) => vec![
            needed("memory.max", memory),
            optional("memory.swap.max", 0),
            // Only the process that uses most is ended, not everybody's.
            optional("memory.oom.group", 0),
            needed("pids.max", tasks),
        ],
    }
}

fn check_limits(place: &Place, limits: CgroupLimits) -> Result<(), String> {
    limits_of(place, limits).iter().try_for_each(|limit| limit.check(&place.directory))
}

/// Processes that the kernel has ended for want of memory in the group.
fn deaths(places: &[Place]) -> u64 {
    let count = |place: &Place| {
        let file = match place.version {
            Version::One => "memory.oom_control",
            Version::Two => "memory.events",
        };
        let text = fs::read_to_string(place.directory.join(file)).ok()?;
        text.lines().find_map(|line| line.strip_prefix("oom_kill ")?.trim().parse().ok())
    };
    places.iter().find_map(count).unwrap_or(0)
}

/// Removes groups of hosts that are gone. One that is not empty stays.
fn clear_leftovers(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let pid = name
            .to_str()
            .and_then(|name| name.strip_prefix(PREFIX)?.split_once('.')?.0.parse().ok());
        if let Some(pid) = pid
            && name_of(pid).is_none_or(|living| *living != *name)
        {
            let _ = fs::remove_dir(entry.path());
        }
    }
}

/// The name of the group of a host that lives.
fn name_of(pid: u32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name of the program may hold anything; what follows it is numbers. The 22nd of all.
    let began = stat.rsplit_once(") ")?.1.split(' ').nth(19)?;
    Some(format!("{PREFIX}{pid}.{began}"))
}

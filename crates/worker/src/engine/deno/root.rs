//! What a child of Deno sees: its executable with its libraries, our JavaScript, its packages, and a
//! scratch of its own.

use std::ffi::{CStr, CString};
use std::path::Path;

use wire::control::DenoConfig;

use crate::engine::deno::grants::Granted;
use crate::engine::deno::guest;
use crate::lockdown::mounts;
use crate::lockdown::tree::Tree;

/// Deno itself: a program need not know where its machine has it.
pub const EXECUTABLE: &str = "/bin/deno";

/// Paths at which no granted directory can be shown.
pub const TAKEN: [&str; 7] = ["/bin", PACKAGES, "/dev", GUEST, "/proc", "/program", SCRATCH];

/// Places of a program's own in which granted directories may lie, or over which.
pub const OWN_PLACES: [&str; 2] = ["/workspace", "/tmp"];

/// Where a program's own places are. One in which a granted directory lies is not at its path: Landlock
/// lets all below a place be written to, and a read-only mount does not keep a FIFO from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Places {
    /// Where it starts.
    pub workspace: &'static CStr,
    /// For what it does not keep.
    pub temporary: &'static CStr,
}

impl Places {
    /// The places beside what a program was granted.
    pub fn beside(granted: Option<&Granted>) -> Self {
        let is_taken = |place| granted.is_some_and(|granted| granted.has_one_in(place));
        Self {
            workspace: if is_taken("/workspace") { c"/.scratch/workspace" } else { c"/workspace" },
            temporary: if is_taken("/tmp") { c"/.scratch/tmp" } else { c"/tmp" },
        }
    }
}

/// Our JavaScript.
const GUEST: &str = "/guest";

/// Packages, as `DENO_DIR` has them.
const PACKAGES: &str = "/deno";

/// Where the scratch as a whole is mounted. Landlock keeps programs out.
const SCRATCH: &str = "/.scratch";

/// The places of the scratch that a program has.
const PLACES: [&CStr; 3] = [c"workspace", c"tmp", c"program"];

/// What the zygote of these children has for its root, taken while it can be reached.
pub fn collect(deno: &DenoConfig) -> Result<Tree, String> {
    let mut tree = libraries(deno)?;
    tree.add_directory("/bin");
    tree.add_as(Path::new(&deno.executable), EXECUTABLE)?;
    tree.add_directory(GUEST);
    for (name, text) in guest::FILES {
        tree.add_file(&format!("{GUEST}/{name}"), text.as_bytes());
    }
    match &deno.deno_dir {
        Some(packages) => tree.add_as(Path::new(packages), PACKAGES)?,
        None => tree.add_directory(PACKAGES),
    }
    add_places(&mut tree);
    Ok(tree)
}

/// A root with what Deno loads.
fn libraries(deno: &DenoConfig) -> Result<Tree, String> {
    let others = |path: &&String| **path != deno.executable;
    let libraries: Vec<String> = deno.read_only.iter().filter(others).cloned().collect();
    Tree::collect(&libraries)
}

/// What both roots have. There is no `/proc`, where Deno looks for nothing but its own name.
fn add_places(tree: &mut Tree) {
    for path in ["/program", SCRATCH, "/proc", "/proc/self"] {
        tree.add_directory(path);
    }
    tree.add_link("/proc/self/exe", EXECUTABLE);
}

/// Gives this process, which is in the zygote's root and a mount namespace of its own, a root of its
/// own: the same, with an empty scratch and what its program is granted. Gives where its places are.
pub fn enter_own(deno: &DenoConfig, granted: Option<&mut Granted>) -> Result<Places, String> {
    let mut tree = libraries(deno)?;
    let places = Places::beside(granted.as_deref());
    if let Some(granted) = granted {
        // Where they are once all links are followed, as the host tells granted directories.
        let loaded = tree.mounted();
        granted.add_to(&mut tree, &loaded);
    }
    tree.add_directory("/bin");
    for shown in [EXECUTABLE, GUEST, PACKAGES] {
        tree.add_as(Path::new(shown), shown)?;
    }
    add_places(&mut tree);
    let scratch = mounts::scratch(deno.scratch_bytes, deno.scratch_inodes, &PLACES)
        .map_err(|errno| format!("a scratch file system: {errno}"))?;
    tree.enter_with(|| {
        let failed = |errno| format!("mounting the scratch: {errno}");
        mounts::attach(&scratch, c"./.scratch").map_err(failed)?;
        for name in PLACES {
            let name = name.to_string_lossy();
            let path = |text: String| CString::new(text).unwrap_or_default();
            let shown = path(format!("/{name}"));
            if [c"/program", places.workspace, places.temporary].contains(&shown.as_c_str()) {
                let place = mounts::copy_of(&path(format!("./.scratch/{name}"))).map_err(failed)?;
                mounts::attach(&place, &path(format!("./{name}"))).map_err(failed)?;
            }
        }
        Ok(())
    })?;
    Ok(places)
}

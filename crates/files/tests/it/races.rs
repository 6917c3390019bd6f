//! Another thread swaps what paths lead to while they are used.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use files::{Code, Failure, Kind, WriteOptions};
use rustix::fs::{CWD, FileType, Mode, RenameFlags, mknodat, renameat_with};

use crate::support::{CANARY, Fixture};

const SWAPS: usize = 20_000;

/// Exchanges two names again and again while `work` is repeated; tells how often that was.
fn while_swapped(one: PathBuf, other: PathBuf, mut work: impl FnMut()) -> usize {
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..SWAPS {
                renameat_with(CWD, &one, CWD, &other, RenameFlags::EXCHANGE).expect("swapped");
            }
            over.store(true, Ordering::Release);
        });
        let mut times = 0;
        while !over.load(Ordering::Acquire) {
            work();
            times += 1;
        }
        times
    })
}

fn is_expected(failure: &Failure) -> bool {
    matches!(failure.code, Code::Access | Code::NotFound | Code::Again | Code::Exists)
}

#[test]
fn a_directory_swapped_for_a_link_never_leads_to_the_canary() {
    for target in ["../outside", "sub/../../outside", "absolute"] {
        let fixture = Fixture::new();
        fs::create_dir(fixture.at("swapped")).expect("made");
        fs::write(fixture.at("swapped/secret"), "harmless").expect("written");
        fs::create_dir(fixture.at("swapped/dir")).expect("made");
        let target = if target == "absolute" { fixture.outside("") } else { PathBuf::from(target) };
        symlink(target, fixture.at("link")).expect("made");
        let (mut read, mut refused) = (0, 0);
        let path = Path::new("swapped/secret");
        while_swapped(fixture.at("swapped"), fixture.at("link"), || {
            match fixture.granted.read_file(path) {
                Ok(content) => {
                    assert_ne!(content, CANARY.as_bytes());
                    assert_eq!(content, b"harmless");
                    read += 1;
                }
                Err(failure) => {
                    assert!(is_expected(&failure), "{failure}");
                    refused += 1;
                }
            }
            if let Ok(listing) = fixture.granted.read_dir(Path::new("swapped/dir")) {
                assert_eq!(listing.entries, [], "the one outside is not empty");
            }
            if let Ok(real) = fixture.granted.real_path(path) {
                assert!(real.starts_with(fixture.at("")), "{real:?}");
            }
        });
        assert!(read > 0 && refused > 0, "read {read} times, refused {refused} times");
    }
}

#[test]
fn nothing_is_written_or_removed_through_a_swapped_directory() {
    let fixture = Fixture::new();
    let before = fixture.guarded();
    fs::create_dir(fixture.at("swapped")).expect("made");
    symlink("../outside", fixture.at("link")).expect("made");
    let mut done = 0;
    while_swapped(fixture.at("swapped"), fixture.at("link"), || {
        let granted = &fixture.granted;
        let results = [
            granted.write_file(Path::new("swapped/secret"), b"x", WriteOptions::default()),
            granted.write_file(Path::new("swapped/dir/secret"), b"x", WriteOptions::default()),
            granted.mkdir_all(Path::new("swapped/a/b"), 0o755).map(drop),
            granted.rename(Path::new("swapped/secret"), Path::new("swapped/new")),
            granted.symlink(Path::new("x"), Path::new("swapped/symlink")),
            granted.truncate(Path::new("swapped/new"), 0),
            granted.unlink(Path::new("swapped/new")),
            granted.remove_all(Path::new("swapped/a")),
            granted.remove_all(Path::new("swapped/dir")),
        ];
        done += results.iter().filter(|result| result.is_ok()).count();
    });
    assert!(done > 0);
    assert_eq!(fixture.guarded(), before);
}

#[test]
fn nothing_is_written_where_nothing_ever_is_through_a_swapped_link() {
    let fixture = Fixture::new();
    let before = fixture.guarded();
    fs::create_dir(fixture.at("swapped")).expect("made");
    symlink(".git", fixture.at("link")).expect("made");
    let mut done = 0;
    while_swapped(fixture.at("swapped"), fixture.at("link"), || {
        for name in ["swapped/config", "swapped/new"] {
            let written =
                fixture.granted.write_file(Path::new(name), b"x", WriteOptions::default());
            done += usize::from(written.is_ok());
        }
    });
    assert!(done > 0);
    assert_eq!(fixture.guarded(), before);
}

#[test]
fn a_tree_whose_directories_become_links_is_removed_without_what_they_lead_to() {
    let fixture = Fixture::new();
    let (granted, before) = (&fixture.granted, fixture.guarded());
    let (one, other) = (fixture.at("link"), fixture.at("sub/swapped"));
    let (over, mut removed) = (AtomicBool::new(false), 0);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Acquire) {
                // One of them is gone now and then.
                let _ = renameat_with(CWD, &one, CWD, &other, RenameFlags::EXCHANGE);
            }
        });
        for _ in 0..400 {
            let _ = granted.mkdir_all(Path::new("sub/swapped/tree"), 0o755);
            let _ = granted.remove_all(Path::new("link"));
            let _ = symlink(fixture.outside(""), &one);
            // Removed between the look at the directory and the way into it: time for a swap.
            for number in 0..20 {
                let path = format!("sub/{number}");
                let _ = granted.write_file(Path::new(&path), b"", WriteOptions::default());
            }
            removed += usize::from(granted.remove_all(Path::new("sub")).is_ok());
        }
        over.store(true, Ordering::Release);
    });
    assert!(removed > 0);
    assert_eq!(fixture.guarded(), before);
}

#[test]
fn a_tree_that_is_moved_while_it_is_removed_is_left_where_it_went() {
    const DEPTH: usize = 400;
    const ROUNDS: usize = 40;
    let fixture = Fixture::new();
    // Wherever the removal took a wrong turn upwards, a directory of the name it looks for waits.
    let bystanders = [fixture.path.join("bystander"), fixture.at("bystander")];
    for bystander in &bystanders {
        fs::create_dir(bystander).expect("made");
        fs::write(bystander.join("file"), "").expect("written");
    }
    for _ in 0..ROUNDS {
        let level = |depth: usize| fixture.at(&"z/".repeat(depth));
        fs::create_dir_all(level(DEPTH)).expect("made");
        for depth in 1..100 {
            fs::create_dir(level(depth).join("bystander")).expect("made");
        }
        let mark = level(200).join("mark");
        fs::write(&mark, "").expect("written");
        let removed = thread::scope(|scope| {
            scope.spawn(|| {
                while mark.exists() {
                    std::hint::spin_loop();
                }
                // Too late, when it is gone already.
                let _ = fs::rename(level(100), fixture.at("moved"));
            });
            fixture.granted.remove_all(Path::new("z"))
        });
        for bystander in &bystanders {
            assert!(bystander.join("file").exists(), "{bystander:?} has nothing to do with it");
        }
        let _ = fixture.granted.remove_all(Path::new("moved"));
        if let Err(failure) = removed {
            assert_eq!(failure.code, Code::Busy, "{failure}");
            return;
        }
    }
    panic!("the tree was never moved in time");
}

#[test]
fn a_file_swapped_for_a_pipe_never_blocks() {
    let fixture = Fixture::new();
    mknodat(CWD, fixture.at("pipe"), FileType::Fifo, Mode::RWXU, 0).expect("made");
    let (mut read, path) = (0, Path::new("file"));
    while_swapped(fixture.at("file"), fixture.at("pipe"), || {
        match fixture.granted.read_file(path) {
            Ok(content) => {
                assert_eq!(content, b"text");
                read += 1;
            }
            Err(failure) => assert!(is_expected(&failure), "{failure}"),
        }
        let append = WriteOptions { place: files::WritePlace::At(0), ..WriteOptions::default() };
        if let Err(failure) = fixture.granted.write_file(path, b"text", append) {
            assert!(is_expected(&failure), "{failure}");
        }
    });
    assert!(read > 0);
    let kinds = [path, Path::new("pipe")]
        .map(|path| fixture.granted.lstat(path).expect("both are there").kind);
    assert!(kinds.contains(&Kind::Pipe) && kinds.contains(&Kind::File), "{kinds:?}");
}

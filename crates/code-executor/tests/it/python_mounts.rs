//! Directories as Python programs see them when they are granted, at the sandbox itself: at their own
//! paths, read-only, whatever is in them; and nothing of them in the next child.

use std::fs;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};
use sandbox::{Config, Event, GrantedDirectory, Grants, Launched, Python, PythonOptions, Withheld};
use types::{DangerousPatterns, Limits};
use wire::{FromChild, Start, Task};

use crate::support::BINARY;

/// A directory as the host holds it.
struct Held {
    path: PathBuf,
    names: Vec<PathBuf>,
    fd: OwnedFd,
}

fn hold(path: &Path) -> Held {
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let fd = rustix::fs::open(path, flags, Mode::empty()).expect("the directory is there");
    Held { path: path.to_owned(), names: Vec::new(), fd }
}

/// A place outside of the directories that programs have of their own.
fn place() -> tempfile::TempDir {
    let place = tempfile::tempdir_in("/var/tmp").expect("a place for granted directories");
    fs::set_permissions(place.path(), fs::Permissions::from_mode(0o755))
        .expect("it can be opened to all");
    place
}

fn python(namespaces: bool) -> Python {
    let config = Config { namespaces, ..Config::new(BINARY.into()) };
    // Without a root of its own the interpreter must lie where every user may look.
    let options = PythonOptions {
        python: (!namespaces).then(|| "/usr/bin/python3".into()),
        ..PythonOptions::default()
    };
    Python::new(config, options).expect("a handle")
}

/// What a program came to.
#[derive(Debug)]
struct Ended {
    output: String,
    withheld: Vec<Withheld>,
}

/// Runs a program that must not fail; what it prints is its answer.
async fn run(python: &Python, held: &[&Held], cwd: Option<&Path>, code: &str) -> Ended {
    let directories = held
        .iter()
        .map(|held| GrantedDirectory { path: &held.path, names: &held.names, fd: held.fd.as_fd() })
        .collect();
    let grants = Grants { directories, cwd };
    let Launched { child, withheld } =
        python.launch_granted(None, &grants).await.expect("a child is launched");
    Ended { output: finish(child, code).await, withheld }
}

async fn finish(mut child: sandbox::Child, code: &str) -> String {
    let limits = Limits {
        timeout_ms: 30_000,
        memory_bytes: 256 << 20,
        output_bytes: 100 * 1024,
        result_bytes: 1 << 20,
        tool_calls: 0,
    };
    let start = Start {
        limits,
        task: Task::Run,
        patterns: DangerousPatterns::Off,
        grants: wire::Grants::default(),
        session: false,
        code: format!("{HELPERS}\n{code}"),
    };
    child.send(wire::start_frame(&start));
    let mut output = String::new();
    loop {
        match child.next().await {
            Event::Message(FromChild::Output(text)) => output += &text,
            Event::Message(FromChild::Done(done)) => {
                assert!(done.error.is_none(), "{:?}\n{output}", done.error);
                return output;
            }
            event => panic!("{event:?} {:?}\n{output}", child.exit().await),
        }
    }
}

/// `why(f, ...)`: the name of the error with which a call fails, or `None`.
const HELPERS: &str = "
import errno, os
def why(call, *arguments, **named):
    try:
        call(*arguments, **named)
    except OSError as error:
        return errno.errorcode.get(error.errno, str(error))
    except BaseException as error:
        return type(error).__name__
";

#[tokio::test]
async fn a_granted_directory_is_at_its_own_path() {
    let place = place();
    let root = place.path().join("project");
    fs::create_dir_all(root.join("deep/er")).unwrap();
    fs::write(root.join("deep/er/file.txt"), "content").unwrap();
    fs::write(place.path().join("beside"), "secret").unwrap();
    symlink(place.path().join("beside"), root.join("out")).unwrap();
    let (python, held) = (python(true), hold(&root));
    let code = format!(
        "
root = {root:?}
print(open(root + '/deep/er/file.txt').read())
print(sorted(os.listdir(root)), os.path.realpath(root) == root)
import pathlib, shutil
print([p.name for p in pathlib.Path(root).rglob('*.txt')])
shutil.copytree(root + '/deep', '/workspace/copy')
print(open('/workspace/copy/er/file.txt').read())
print(os.listdir(os.path.dirname(root)), why(open, root + '/out'), why(os.stat, root + '/../beside'))
print(os.getcwd(), why(open, '/etc/shadow'), os.path.exists('/sys'), os.path.exists('/proc'))
open('/tmp/mine', 'w').write('1')
"
    );
    let ended = run(&python, &[&held], None, &code).await;
    assert_eq!(ended.withheld, []);
    assert_eq!(
        ended.output,
        "content\n['deep', 'out'] True\n['file.txt']\ncontent\n['project'] ENOENT ENOENT\n\
         /workspace ENOENT False False\n"
    );
    let next = python.launch(None).await.unwrap();
    let next =
        finish(next, &format!("print(os.path.exists({root:?}), os.path.exists('/var'))")).await;
    assert_eq!(next, "False False\n", "the next child sees nothing of it");
    let (cwd, code) = (root.join("deep"), "print(os.getcwd(), os.listdir())");
    let ended = run(&python, &[&held], Some(&cwd), code).await;
    assert_eq!(ended.output, format!("{}/deep ['er']\n", root.display()));
    python.shutdown().await;
}

#[tokio::test]
async fn nothing_in_it_can_be_changed_or_run() {
    let place = place();
    let root = place.path().join("project");
    fs::create_dir(&root).unwrap();
    fs::set_permissions(&root, fs::Permissions::from_mode(0o777)).unwrap();
    for name in ["file", "other", "program"] {
        fs::write(root.join(name), "#!/bin/sh\n").unwrap();
        fs::set_permissions(root.join(name), fs::Permissions::from_mode(0o4777)).unwrap();
    }
    let is_root = rustix::process::geteuid().is_root();
    let mode = Mode::from_raw_mode(0o666);
    let fifo = rustix::fs::FileType::Fifo;
    rustix::fs::mknodat(rustix::fs::CWD, root.join("fifo"), fifo, mode, 0).unwrap();
    fs::set_permissions(root.join("fifo"), fs::Permissions::from_mode(0o666)).unwrap();
    if is_root {
        let kind = rustix::fs::FileType::CharacterDevice;
        let zero = rustix::fs::makedev(1, 5);
        rustix::fs::mknodat(rustix::fs::CWD, root.join("zero"), kind, mode, zero).unwrap();
    }
    let (python, held) = (python(true), hold(&root));
    let code = format!(
        "
root = {root:?}
f = root + '/file'
tries = dict(
    write=why(open, f, 'r+'), append=why(open, f, 'a'), create=why(open, root + '/new', 'x'),
    truncate=why(os.truncate, f, 0), mkdir=why(os.mkdir, root + '/d'), unlink=why(os.unlink, f),
    rename=why(os.rename, f, root + '/g'), away=why(os.rename, f, '/workspace/g'),
    into=why(os.rename, '/workspace', root + '/w'), link=why(os.link, f, root + '/h'),
    link_out=why(os.link, f, '/workspace/h'), symlink=why(os.symlink, 'x', root + '/s'),
    chmod=why(os.chmod, f, 0o600), utime=why(os.utime, f), rmdir=why(os.rmdir, root),
    fifo=why(os.open, root + '/fifo', os.O_WRONLY | os.O_NONBLOCK),
    fifo_both=why(os.open, root + '/fifo', os.O_RDWR | os.O_NONBLOCK),
    device=why(open, root + '/zero', 'rb') if {device} else 'EACCES',
    tmpfile=why(os.open, root, os.O_TMPFILE | os.O_RDWR),
)
fd = os.open(f, os.O_RDONLY)
tries['fchmod'] = why(os.fchmod, fd, 0o600)
tries['ftruncate'] = why(os.ftruncate, fd, 0)
tries['pwrite'] = why(os.pwrite, fd, b'x', 0)
import mmap
tries['shared'] = why(mmap.mmap, fd, 0, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE)
tries['run'] = why(mmap.mmap, fd, 0, mmap.MAP_PRIVATE, mmap.PROT_READ | mmap.PROT_EXEC)
import ctypes
tries['library'] = why(ctypes.CDLL, f)
for name, reason in tries.items():
    assert reason in ('EROFS', 'EACCES', 'EPERM', 'EXDEV', 'EBUSY', 'EINVAL', 'EBADF', 'PermissionError') \\
        or name == 'library' and reason, (name, reason)
print(tries['write'], tries['run'], tries['device'], tries['fifo'], len(open(f).read()))
",
        device = if is_root { "True" } else { "False" },
    );
    let ended = run(&python, &[&held], None, &code).await;
    assert_eq!(ended.output, "EROFS EPERM EACCES EACCES 10\n");
    assert_eq!(fs::read_dir(&root).unwrap().count(), 4 + usize::from(is_root));
    // What is run leaves no trace but the end of the program.
    let grants = Grants {
        directories: vec![GrantedDirectory { path: &root, names: &[], fd: held.fd.as_fd() }],
        cwd: None,
    };
    let mut child = python.launch_granted(None, &grants).await.unwrap().child;
    let limits = Limits {
        timeout_ms: 5_000,
        memory_bytes: 256 << 20,
        output_bytes: 1024,
        result_bytes: 1024,
        tool_calls: 0,
    };
    child.send(wire::start_frame(&Start {
        limits,
        task: Task::Run,
        patterns: DangerousPatterns::Off,
        grants: wire::Grants::default(),
        session: false,
        code: format!("import os; os.execv({:?}, ['x'])", root.join("program")),
    }));
    while let Event::Message(_) = child.next().await {}
    assert!(matches!(child.exit().await, sandbox::Exit::Signal(31)), "killed by the filter");
    python.shutdown().await;
}

#[tokio::test]
async fn a_directory_that_is_another_one_by_now_is_withheld() {
    let place = place();
    let names = ["gone", "file", "fifo", "link", "other", "fine"];
    let paths: Vec<PathBuf> = names.iter().map(|name| place.path().join(name)).collect();
    for path in &paths {
        fs::create_dir(path).unwrap();
    }
    let held: Vec<Held> = paths.iter().map(|path| hold(path)).collect();
    for path in &paths[..5] {
        fs::remove_dir(path).unwrap();
    }
    fs::write(&paths[1], "").unwrap();
    let fifo = rustix::fs::FileType::Fifo;
    rustix::fs::mknodat(rustix::fs::CWD, &paths[2], fifo, Mode::RUSR, 0).unwrap();
    symlink("/etc", &paths[3]).unwrap();
    // A directory of the same name, which cannot be the same while the old one is held.
    fs::create_dir(&paths[4]).unwrap();
    let python = python(true);
    let code = format!("print(sorted(os.listdir({:?})))", place.path());
    let ended = run(&python, &held.iter().collect::<Vec<_>>(), Some(&paths[0]), &code).await;
    assert_eq!(ended.output, "['fine']\n");
    let reasons: Vec<_> =
        ended.withheld.iter().map(|withheld| (withheld.is_cwd, withheld.reason.as_str())).collect();
    assert_eq!(
        reasons,
        [
            (false, "does not exist any more"),
            (false, "is no directory any more"),
            (false, "is no directory any more"),
            (false, "is no directory any more"),
            (false, "is not the directory any more that was granted"),
            (true, "cannot be entered by a program: No such file or directory"),
        ]
    );
    python.shutdown().await;
}

#[tokio::test]
async fn a_swap_in_between_never_shows_what_was_not_granted() {
    let place = place();
    let (granted, secret) = (place.path().join("granted"), place.path().join("secret"));
    let aside = place.path().join("aside");
    fs::create_dir(&granted).unwrap();
    fs::create_dir(&secret).unwrap();
    fs::write(secret.join("canary"), "").unwrap();
    let (python, held) = (python(true), hold(&granted));
    python.warm().await.unwrap();
    let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let swapper = std::thread::spawn({
        let (granted, stop) = (granted.clone(), stop.clone());
        move || {
            use std::sync::atomic::Ordering::Relaxed;
            while !stop.load(Relaxed) {
                fs::rename(&granted, &aside).unwrap();
                symlink(&secret, &granted).unwrap();
                fs::remove_file(&granted).unwrap();
                fs::rename(&secret, &granted).unwrap();
                fs::rename(&granted, &secret).unwrap();
                fs::rename(&aside, &granted).unwrap();
            }
        }
    });
    let (mut shown, mut withheld) = (0, 0);
    for _ in 0..60 {
        let code =
            format!("print(os.listdir({granted:?}) if os.path.exists({granted:?}) else 'no')");
        let ended = run(&python, &[&held], None, &code).await;
        match ended.output.as_str() {
            "[]\n" => shown += 1,
            "no\n" => withheld += usize::from(!ended.withheld.is_empty()),
            other => panic!("{other} {:?}", ended.withheld),
        }
    }
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    swapper.join().unwrap();
    assert_eq!(shown + withheld, 60);
    python.shutdown().await;
}

#[tokio::test]
async fn many_deep_and_overlapping_directories_are_all_there() {
    let place = place();
    let mut deep = place.path().join("deep");
    for _ in 0..100 {
        deep.push("d");
    }
    fs::create_dir_all(&deep).unwrap();
    fs::write(deep.join("bottom"), "").unwrap();
    let mut paths = vec![deep.clone()];
    for number in 0..29 {
        let path = place.path().join(format!("many/{number}"));
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join("number"), number.to_string()).unwrap();
        paths.push(path);
    }
    let outer = place.path().join("outer");
    fs::create_dir_all(outer.join("inner/most")).unwrap();
    fs::write(outer.join("inner/file"), "both").unwrap();
    paths.extend([outer.join("inner"), outer.clone()]);
    let held: Vec<Held> = paths.iter().map(|path| hold(path)).collect();
    let python = python(true);
    let code = format!(
        "
print(os.listdir({deep:?}), len(os.listdir({many:?})))
print(sum(int(open(f'{many_plain}/{{n}}/number').read()) for n in range(29)))
print(os.listdir({outer:?}), open({outer:?} + '/inner/file').read())
print(why(open, {outer:?} + '/inner/new', 'w'), sorted(os.listdir({base:?})))
",
        many = place.path().join("many"),
        many_plain = place.path().join("many").display(),
        base = place.path(),
    );
    let ended = run(&python, &held.iter().collect::<Vec<_>>(), None, &code).await;
    assert_eq!(ended.withheld, []);
    assert_eq!(
        ended.output,
        "['bottom'] 29\n406\n['inner'] both\nEROFS ['deep', 'many', 'outer']\n"
    );
    python.shutdown().await;
}

#[tokio::test]
async fn other_spellings_lead_there_when_nothing_else_has_the_name() {
    let place = place();
    let root = place.path().join("real");
    fs::create_dir(&root).unwrap();
    fs::write(root.join("file"), "content").unwrap();
    let mut held = hold(&root);
    let spelled = place.path().join("links/spelled");
    let names =
        [&spelled.join("below"), &spelled, &root, Path::new("/usr"), Path::new("/tmp/a/name")];
    held.names = names.iter().map(|name| PathBuf::from(*name)).collect();
    let python = python(true);
    let code = format!(
        "
print(open({spelled:?} + '/file').read(), os.path.realpath({spelled:?}) == {root:?})
print(open('/tmp/a/name/file').read(), os.path.islink('/usr'))
"
    );
    let ended = run(&python, &[&held], None, &code).await;
    assert_eq!(ended.output, "content True\ncontent False\n");
    python.shutdown().await;
}

#[tokio::test]
async fn a_directory_where_programs_have_scratch_stays_read_only() {
    let place = tempfile::tempdir_in("/tmp").unwrap();
    let root = place.path().join("project");
    fs::create_dir(&root).unwrap();
    let mode = Mode::from_raw_mode(0o666);
    let fifo = rustix::fs::FileType::Fifo;
    rustix::fs::mknodat(rustix::fs::CWD, root.join("fifo"), fifo, mode, 0).unwrap();
    fs::set_permissions(root.join("fifo"), fs::Permissions::from_mode(0o666)).unwrap();
    let (python, held) = (python(true), hold(&root));
    let code = format!(
        "
import tempfile
print(os.listdir({root:?}), why(os.open, {root:?} + '/fifo', os.O_RDWR | os.O_NONBLOCK))
print(why(open, {root:?} + '/new', 'w'), why(open, '/tmp/new', 'w'))
with tempfile.NamedTemporaryFile('w') as file:
    file.write('1')
open('/workspace/x', 'w').write('1')
print(os.getcwd())
"
    );
    let ended = run(&python, &[&held], None, &code).await;
    assert_eq!(ended.output, "['fifo'] EACCES\nEROFS EROFS\n/workspace\n");
    python.shutdown().await;
}

#[tokio::test]
async fn what_the_interpreter_needs_of_a_granted_directory_still_runs() {
    let python = python(true);
    // The standard library's extension modules, and with them everything else below.
    let interpreter = python.interpreter().await.unwrap();
    let library = interpreter
        .search_path
        .iter()
        .find(|path| path.ends_with("lib-dynload"))
        .expect("a library of extension modules");
    let library = fs::canonicalize(library).unwrap();
    let parent = library.parent().unwrap();
    for granted in [parent, &library, parent.parent().unwrap()] {
        let held = hold(granted);
        let code = format!(
            "
import importlib
print(importlib.import_module('_lsprof').__name__, len(os.listdir({granted:?})) > 1)
"
        );
        let ended = run(&python, &[&held], None, &code).await;
        assert_eq!(ended.withheld, [], "{granted:?}");
        assert_eq!(ended.output, "_lsprof True\n", "{granted:?}");
    }
    python.shutdown().await;
}

#[tokio::test]
async fn root_reads_what_is_closed_to_others_as_the_owner_does() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let place = place();
    let root = place.path().join("private");
    fs::create_dir(&root).unwrap();
    fs::write(root.join("file"), "mine").unwrap();
    fs::set_permissions(root.join("file"), fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(root.join("theirs"), "").unwrap();
    fs::set_permissions(root.join("theirs"), fs::Permissions::from_mode(0o600)).unwrap();
    std::os::unix::fs::chown(root.join("theirs"), Some(4_321), Some(4_321)).unwrap();
    fs::set_permissions(&root, fs::Permissions::from_mode(0o700)).unwrap();
    fs::set_permissions(place.path(), fs::Permissions::from_mode(0o700)).unwrap();
    let held = hold(&root);
    let code = format!("print(open({root:?} + '/file').read(), why(open, {root:?} + '/theirs'))");
    let (with, without) = (python(true), python(false));
    let ended = run(&with, &[&held], None, &code).await;
    assert_eq!((ended.output.as_str(), ended.withheld.len()), ("mine EACCES\n", 0));
    // Without namespaces there is no mount that could show it so.
    let ended = run(&without, &[&held], None, &format!("print(why(os.listdir, {root:?}))")).await;
    assert_eq!(ended.output, "EACCES\n");
    let reason = &ended.withheld[0].reason;
    assert!(reason.starts_with("cannot be read by a program: Permission denied; "), "{reason}");
    with.shutdown().await;
    without.shutdown().await;
}

#[tokio::test]
async fn without_namespaces_landlock_lets_it_be_read_where_it_is() {
    let place = place();
    fs::set_permissions(place.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let root = place.path().join("project");
    fs::create_dir(&root).unwrap();
    fs::write(root.join("file"), "content").unwrap();
    fs::write(place.path().join("beside"), "secret").unwrap();
    let (python, held) = (python(false), hold(&root));
    let code = format!(
        "
root = {root:?}
print(open(root + '/file').read(), os.listdir(root), os.getcwd() == root)
print(why(open, root + '/../beside'), why(open, root + '/new', 'w'), why(os.unlink, root + '/file'))
print(why(os.listdir, root + '/..'), why(os.chmod, root + '/file', 0o777))
"
    );
    let ended = run(&python, &[&held], Some(&root), &code).await;
    assert_eq!(ended.withheld, []);
    assert_eq!(ended.output, "content ['file'] True\nEACCES EACCES EACCES\nEACCES EPERM\n");
    let next = python.launch(None).await.unwrap();
    assert_eq!(finish(next, &format!("print(why(os.listdir, {root:?}))")).await, "EACCES\n");
    python.shutdown().await;
}

#[tokio::test]
async fn a_kernels_file_system_in_it_is_not_shown() {
    let held = hold(Path::new("/dev"));
    let python = python(true);
    let ended = run(&python, &[&held], None, "print('ran')").await;
    assert_eq!(ended.output, "ran\n");
    let reason = &ended.withheld[0].reason;
    assert!(reason.contains("file system of the kernel in it (devpts at /dev/pts)"), "{reason}");
    python.shutdown().await;
}

#[tokio::test]
async fn what_else_is_mounted_in_it_is_read_only_as_well() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let place = place();
    let root = place.path().join("project");
    fs::create_dir_all(root.join("memory")).unwrap();
    let mounted = std::process::Command::new("mount")
        .args(["-t", "tmpfs", "-o", "mode=0777,size=64k", "tmpfs"])
        .arg(root.join("memory"))
        .status();
    let Ok(true) = mounted.map(|status| status.success()) else {
        return; // Root may not mount everywhere.
    };
    fs::write(root.join("memory/file"), "below").unwrap();
    let (python, held) = (python(true), hold(&root));
    let code = format!(
        "
print(open({root:?} + '/memory/file').read(), why(open, {root:?} + '/memory/new', 'w'))
flags = os.statvfs({root:?} + '/memory').f_flag
print(all(flags & one for one in (os.ST_RDONLY, os.ST_NOSUID, os.ST_NODEV, os.ST_NOEXEC)))
"
    );
    let ended = run(&python, &[&held], None, &code).await;
    python.shutdown().await;
    let unmounted =
        std::process::Command::new("umount").arg(root.join("memory")).status().expect("umount");
    assert!(unmounted.success(), "nothing of ours holds it any more");
    assert_eq!(ended.output, "below EROFS\nTrue\n");
}

#[test]
fn an_ordinary_users_programs_read_what_the_user_may() {
    let workspace = crate::support::workspace();
    workspace.write("data/closed/file", "content");
    workspace.write("data/closed/link", "content");
    let data = workspace.path("data");
    let closed = data.join("closed");
    workspace.write(
        "project/program.py",
        format!(
            "{HELPERS}
assert open({closed:?} + '/file').read() == 'content'
assert why(open, {closed:?} + '/new', 'w') == 'EROFS', why(open, {closed:?} + '/new', 'w')
assert why(open, {closed:?} + '/file', 'a') == 'EROFS'
assert why(os.chmod, {closed:?} + '/file', 0o777) == 'EROFS'
assert sorted(os.listdir({data:?})) == ['closed']
"
        ),
    );
    let granted = closed.display().to_string();
    let arguments = ["bench-floor", "--count", "2", "--read", &granted, "program.py"];
    let (workspace, command) = crate::ordinary_user::as_ordinary_user(workspace, &arguments);
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
    testkit::run(command, testkit::DEFAULT_WAIT).expect_success();
    drop(workspace);
}

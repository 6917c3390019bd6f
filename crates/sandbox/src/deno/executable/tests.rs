//! Finding a Deno, and what a probe makes of what is none.

use std::os::unix::fs::PermissionsExt;

use tempfile::TempDir;

use super::*;

/// An executable file with this text.
fn script(folder: &TempDir, name: &str, text: &str) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

fn said(words: &str) -> String {
    format!("#!/bin/sh\necho '{words}'\n")
}

async fn refused(path: &Path) -> String {
    match Executable::probe(path).await.unwrap_err() {
        Error::Unfit(reason) => reason,
        other => panic!("{other}"),
    }
}

#[test]
fn what_is_named_and_not_there_is_told() {
    let error = Executable::find(Some(Path::new("/nonexistent/deno"))).unwrap_err();
    assert_eq!(error, "executors.typescript.denoPath names /nonexistent/deno, which is no file");
}

#[test]
fn links_are_followed_to_the_executable() {
    let folder = TempDir::new().unwrap();
    let link = folder.path().join("deno");
    std::os::unix::fs::symlink("/bin/sh", &link).unwrap();
    let real = Path::new("/bin/sh").canonicalize().unwrap();
    assert_eq!(Executable::find(Some(&link)), Ok(real));
}

#[test]
fn the_launcher_of_the_npm_package_leads_to_what_it_starts() {
    for place in ["node_modules/@deno", "node_modules/deno/node_modules/@deno"] {
        let folder = TempDir::new().unwrap();
        let launcher = script(&folder, "node_modules/deno/bin.cjs", "#!/usr/bin/env node\n");
        let link = folder.path().join("node_modules/.bin/deno");
        std::fs::create_dir_all(link.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(&launcher, &link).unwrap();
        let architecture = if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" };
        let real = script(&folder, &format!("{place}/linux-{architecture}-glibc/deno"), "");
        assert_eq!(Executable::find(Some(&link)), Ok(real.canonicalize().unwrap()), "{place}");
    }
}

#[test]
fn a_script_of_a_version_manager_is_told_with_what_to_do() {
    let folder = TempDir::new().unwrap();
    let shim = script(&folder, "deno", "#!/bin/sh\nexec manager exec deno \"$@\"\n");
    let error = Executable::find(Some(&shim)).unwrap_err();
    assert!(error.contains("is a script that starts Deno"), "{error}");
    assert!(error.contains("Deno.execPath()"), "{error}");
    let text = script(&folder, "text", "deno");
    let error = Executable::find(Some(&text)).unwrap_err();
    assert!(error.contains("is no executable of this machine"), "{error}");
}

#[tokio::test]
async fn what_is_not_deno_is_told_with_what_it_said() {
    let folder = TempDir::new().unwrap();
    let error = refused(&script(&folder, "python", &said("Python 3.11.2"))).await;
    assert!(
        error.ends_with("is not Deno: asked for its version it says \"Python 3.11.2\""),
        "{error}"
    );
    let error = refused(&script(&folder, "odd", &said("deno of sorts"))).await;
    assert!(error.contains("is not Deno"), "{error}");
    let error = refused(&script(&folder, "mute", "#!/bin/sh\nexit 3\n")).await;
    assert!(error.contains("ends with exit status: 3 and says nothing"), "{error}");
    let error = refused(&script(&folder, "flood", "#!/bin/sh\nyes deno\n")).await;
    assert!(error.contains("is not Deno"), "{error}");
    let error = refused(Path::new("/nonexistent/deno")).await;
    assert!(error.contains("cannot be run: No such file"), "{error}");
    let error = refused(&script(&folder, "broken", "\x7fELF and nothing more")).await;
    assert!(error.contains("cannot be run: "), "{error}");
}

#[tokio::test]
async fn one_that_is_too_old_says_which_it_is() {
    let folder = TempDir::new().unwrap();
    let words = "deno 1.46.3 (stable, release, x86_64-unknown-linux-gnu)";
    let error = refused(&script(&folder, "deno", &said(words))).await;
    assert!(error.contains("is Deno 1.46.3, which is too old; 2.0 and newer"), "{error}");
}

#[test]
fn versions_are_read() {
    assert_eq!(
        version(b"deno 2.1.4 (stable, release, x86_64-unknown-linux-gnu)\nv8 13"),
        Some((2, 1, 4))
    );
    assert_eq!(version(b"deno 2.10.0"), Some((2, 10, 0)));
    assert_eq!(version(b"deno 2.2.0-rc.1+abc\n"), Some((2, 2, 0)));
    for none in
        ["", "deno", "deno 2", "deno 2.1", "Deno 2.1.4", "deno x.y.z", "deno 99999999999.0.0"]
    {
        assert_eq!(version(none.as_bytes()), None, "{none}");
    }
}

#[test]
fn libraries_are_read_off_the_loaders_list() {
    let list = "\tlinux-vdso.so.1 (0x00007ffd)\n\tlibdl.so.2 => /lib/x86_64-linux-gnu/libdl.so.2 (0x00007f)\n\
        \tlibodd.so => not found\n\t/lib64/ld-linux-x86-64.so.2 (0x00007f)\ndeno 2.0.0\n";
    let found: Vec<String> = libraries(list).collect();
    assert_eq!(found, ["/lib/x86_64-linux-gnu/libdl.so.2", "/lib64/ld-linux-x86-64.so.2"]);
}

//! `cargo xtask dist`: the shipped binary, one static file that needs no library of its host.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use crate::process;

/// Links the C library in. Only with an explicit target do build scripts and procedural macros,
/// which cannot be static, keep out of it.
const STATIC: &str =
    "target.'cfg(target_env = \"gnu\")'.rustflags = ['-C', 'target-feature=+crt-static']";

/// Lets functions of equal code share it. Only the linker that this target has by default can.
const FOLD: &[&str] = if cfg!(all(target_arch = "x86_64", target_env = "gnu")) {
    &["--", "-C", "link-arg=-Wl,--icf=all"]
} else {
    &[]
};

/// Builds the shipped binary and says where it is and how large.
pub fn run() -> Result<()> {
    let binary = build()?;
    let size =
        binary.metadata().with_context(|| format!("the build left no {}", binary.display()))?.len();
    eprintln!("{} ({:.1} MB)", binary.display(), size as f64 / 1e6);
    Ok(())
}

/// Builds with the `dist` profile, and says where the binary is.
pub fn build() -> Result<PathBuf> {
    let build = [
        "rustc",
        "--profile",
        "dist",
        "--target",
        "host-tuple",
        "--config",
        STATIC,
        "--package",
        "code-executor",
        "--bin",
        "code-executor",
    ];
    process::run(process::cargo().args(build).args(FOLD))?;
    let target = process::target_directory()?;
    Ok(target.join(host()?).join("dist").join("code-executor"))
}

/// The triple of this machine, as the compiler names it.
fn host() -> Result<String> {
    let output = std::process::Command::new("rustc").args(["--print", "host-tuple"]).output()?;
    ensure!(output.status.success(), "rustc --print host-tuple failed");
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

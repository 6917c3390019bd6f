//! The settings of the packages that programs for Deno import.

use crate::config::reference::Narrowing::{Lower, Never, Raise};
use crate::config::reference::making::*;
use crate::config::reference::{Fallback, Key, Kind, Setting};

/// In the order of the reference page.
pub(super) const NPM: &[Setting] = &[
    choice(
        Key::NpmMode,
        "executors.typescript.deno.packages.mode",
        &["any", "allowlist", "off"],
        "off",
        Raise,
        "Whether programs for Deno may import packages of npm and JSR: none (`off`), those of `allow` \
         and what they depend on themselves (`allowlist`), or any that the registries have.",
    ),
    plain(
        Key::NpmAllow,
        "executors.typescript.deno.packages.allow",
        Kind::List(','),
        Fallback::Nothing,
        Lower,
        "Packages that may be imported where `mode` is `allowlist`, such as `zod`, `@scope/name`, \
         `@scope/*` and `jsr:@std/csv`.",
    ),
    plain(
        Key::NpmCache,
        "executors.typescript.deno.packages.cache",
        Kind::Path,
        Fallback::Unset("$XDG_CACHE_HOME/code-executor/npm"),
        Never,
        "Where installed packages are kept.",
    ),
    integer(
        Key::NpmInstallTimeoutMs,
        "executors.typescript.deno.packages.installTimeoutMs",
        2 * MINUTE,
        (1000, HOUR),
        Lower,
        "Milliseconds that packages may take to come. They are no part of the program's own time.",
    ),
    integer(
        Key::NpmMaxPackages,
        "executors.typescript.deno.packages.maxPackages",
        200,
        (1, 10_000),
        Lower,
        "Packages of one program, those that come along included.",
    ),
    integer(
        Key::NpmMaxBytes,
        "executors.typescript.deno.packages.maxBytes",
        256 * MIB,
        (MIB, 4 * GIB),
        Lower,
        "Size of one program's packages, unpacked, in bytes. Installing them takes as much memory.",
    ),
    integer(
        Key::NpmMaxFiles,
        "executors.typescript.deno.packages.maxFiles",
        30_000,
        (100, 1_000_000),
        Lower,
        "Files and directories of one program's packages.",
    ),
    integer(
        Key::NpmMaxCacheBytes,
        "executors.typescript.deno.packages.maxCacheBytes",
        2 * GIB,
        (MIB, 1024 * GIB),
        Lower,
        "Size of all packages that are kept; those used longest ago make room.",
    ),
];

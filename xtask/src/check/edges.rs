//! The architecture, as rules about who may depend on whom. ARCHITECTURE.md tells the story; this
//! is the part of it that a build can break.

#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};

use anyhow::{Context, Result};
use serde_json::Value;

/// A crate of ours and those of our crates that it may depend on.
struct Room {
    name: &'static str,
    may_use: &'static [&'static str],
}

/// Nobody ships it.
const TESTKIT: &str = "testkit";

const VOCABULARY: &[&str] = &["types", "wire"];

/// Level by level; rooms of one level never see each other. A new crate gets its line here.
const ROOMS: &[Room] = &[
    Room { name: "types", may_use: &[] },
    Room { name: "wire", may_use: &["types"] },
    Room { name: "worker", may_use: VOCABULARY },
    Room { name: "sandbox", may_use: VOCABULARY },
    Room { name: "upstream", may_use: &["types", "wire", "egress"] },
    Room { name: "catalog", may_use: VOCABULARY },
    Room { name: "policy", may_use: VOCABULARY },
    Room { name: "audit", may_use: VOCABULARY },
    Room { name: "packages", may_use: &["types"] },
    Room { name: "files", may_use: &["types"] },
    Room { name: "egress", may_use: &["types"] },
    Room { name: "store", may_use: &["types"] },
    Room {
        name: "gateway",
        may_use: &[
            "types", "wire", "sandbox", "upstream", "catalog", "policy", "audit", "packages",
            "egress", "files", "store",
        ],
    },
    Room { name: "server", may_use: &["types", "wire", "gateway"] },
    Room {
        name: "code-executor",
        may_use: &[
            "types", "wire", "worker", "sandbox", "upstream", "catalog", "policy", "audit",
            "packages", "egress", "files", "store", "gateway", "server",
        ],
    },
    Room { name: TESTKIT, may_use: VOCABULARY },
    Room { name: "xtask", may_use: &["types", TESTKIT] },
];

/// The only rooms that may name MCP's types.
const MCP_ROOMS: &[&str] = &["upstream", "server", "code-executor"];

/// What must not be linked into the code beside untrusted programs, however far down.
const NOT_IN_THE_WORKER: &[&str] = &["tokio", "rmcp", "hyper", "reqwest"];

struct Package<'a> {
    name: &'a str,
    /// What it links in a shipped build; what only its tests use is no concern here.
    links: Vec<&'a str>,
}

/// Every broken rule, in words. The metadata is `cargo metadata`'s, dependencies included.
pub fn violations(metadata: &Value) -> Result<Vec<String>> {
    let packages = packages(metadata)?;
    let ours = ours(metadata)?;
    let mut found = Vec::new();
    for package in packages.values().filter(|package| ours.contains(package.name)) {
        found.extend(broken_edges(package, &ours));
    }
    if ours.contains("worker") {
        found.extend(forbidden_in_the_worker(&packages));
    }
    found.sort();
    Ok(found)
}

fn broken_edges(package: &Package<'_>, ours: &BTreeSet<&str>) -> Vec<String> {
    let name = package.name;
    let Some(room) = ROOMS.iter().find(|room| room.name == name) else {
        return vec![format!("{name}: not in the rules; give it a room in {}", file!())];
    };
    let mut found = Vec::new();
    for link in &package.links {
        if ours.contains(link) && !room.may_use.contains(link) {
            found.push(format!("{name} -> {link}: it may use {:?} only", room.may_use));
        }
        if *link == "rmcp" && !MCP_ROOMS.contains(&name) {
            found.push(format!("{name} -> rmcp: only {MCP_ROOMS:?} may name MCP's types"));
        }
    }
    found
}

fn forbidden_in_the_worker(packages: &HashMap<&str, Package<'_>>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    let mut open: Vec<(&str, String)> = packages
        .iter()
        .filter(|(_, package)| package.name == "worker")
        .map(|(id, _)| (*id, "worker".to_owned()))
        .collect();
    while let Some((id, way)) = open.pop() {
        let Some(package) = packages.get(id) else { continue };
        for name in &package.links {
            let way = format!("{way} -> {name}");
            if NOT_IN_THE_WORKER.contains(name) {
                found.push(format!("{way}: the worker must not link {name}"));
            }
            if seen.insert(*name) {
                open.extend(
                    packages
                        .iter()
                        .filter(|(_, package)| package.name == *name)
                        .map(|(id, _)| (*id, way.clone())),
                );
            }
        }
    }
    found
}

fn ours(metadata: &Value) -> Result<BTreeSet<&str>> {
    let members = metadata["workspace_members"].as_array().context("no workspace_members")?;
    let all = metadata["packages"].as_array().context("no packages")?;
    Ok(all
        .iter()
        .filter(|package| members.contains(&package["id"]))
        .filter_map(|package| package["name"].as_str())
        .collect())
}

fn packages(metadata: &Value) -> Result<HashMap<&str, Package<'_>>> {
    let all = metadata["packages"].as_array().context("no packages")?;
    let names: HashMap<&str, &str> = all
        .iter()
        .filter_map(|package| Some((package["id"].as_str()?, package["name"].as_str()?)))
        .collect();
    let nodes = metadata["resolve"]["nodes"].as_array().context("no resolved dependencies")?;
    let mut packages = HashMap::new();
    for node in nodes {
        let id = node["id"].as_str().context("a node without an id")?;
        let name = names.get(id).copied().context("a node without a package")?;
        let dependencies = node["deps"].as_array().map(Vec::as_slice).unwrap_or_default();
        let links = dependencies
            .iter()
            .filter(|dependency| is_shipped(dependency))
            .filter_map(|dependency| names.get(dependency["pkg"].as_str()?).copied())
            .collect();
        packages.insert(id, Package { name, links });
    }
    Ok(packages)
}

/// Build scripts count: what they link runs on the builder's machine with all its rights.
fn is_shipped(dependency: &Value) -> bool {
    let kinds = dependency["dep_kinds"].as_array().map(Vec::as_slice).unwrap_or_default();
    kinds.iter().any(|kind| kind["kind"] != "dev")
}

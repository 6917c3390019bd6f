//! What is remembered of servers between runs, and by what they are told apart.

use std::collections::{BTreeMap, HashMap};
use std::os::unix::ffi::OsStrExt;

use store::{Approvals, Cache, Digest, Fingerprint, Verdict};
use upstream::{Document, RawTool, Reached, ServerConfig, ToolList};

use super::memory;

/// What is remembered of servers between runs; by default nothing.
#[derive(Debug, Default)]
pub struct Remembered {
    /// Their tools as they were last listed.
    pub cache: Option<Cache>,
    /// Their tools as they were approved.
    pub approvals: Option<Approvals>,
    /// Whether tools that are not as they were approved are blocked.
    pub pin_tools: bool,
    pub(super) servers: HashMap<String, Identity>,
}

/// By what a server is told from others.
#[derive(Debug, Clone, Copy)]
pub(super) struct Identity {
    /// All that reaches it. With other credentials it may list other tools.
    pub(super) definition: Digest,
    /// What reaches it but for credentials, which may be replaced without it being another server.
    pub(super) place: Digest,
}

impl Remembered {
    /// For these servers.
    pub fn new(
        cache: Option<Cache>,
        approvals: Option<Approvals>,
        pin_tools: bool,
        servers: &[ServerConfig],
    ) -> Self {
        let identified = |server: &ServerConfig| (server.name.clone(), Identity::of(server));
        // The first of a name counts, as in the hub.
        let servers = servers.iter().rev().map(identified).collect();
        Self { cache, approvals, pin_tools, servers }
    }

    /// How many tools of a server's list are not as they were approved. Reads files, records nothing.
    pub fn changed(&self, server: &str, list: &ToolList) -> usize {
        let known = self.servers.get(server).zip(self.approvals.as_ref());
        let record = known.and_then(|(identity, approvals)| approvals.read(identity.place).ok()?);
        let Some(record) = record else { return 0 };
        let differs = |tool: &&RawTool| {
            let (tool, digest) = memory::listed(tool);
            record.judge(&tool.name, digest) != Verdict::Approved
        };
        list.tools.iter().filter(differs).count()
    }
}

impl Identity {
    fn of(server: &ServerConfig) -> Self {
        let name = |purpose| Fingerprint::new(purpose).part(&server.name).part(PRINCIPAL);
        let place = place(name("place of a server 1"), &server.reached);
        let definition = place_and_credentials(name("definition of a server 1"), &server.reached);
        Self { definition: definition.finish(), place: place.finish() }
    }
}

/// Whose connection it is: until there are others, ours.
const PRINCIPAL: &str = "local";

fn place(print: Fingerprint, reached: &Reached) -> Fingerprint {
    match reached {
        Reached::Program(program) => print
            .part("program")
            .part(&program.command)
            .parts(&program.args)
            .parts(program.cwd.as_ref().map(|directory| directory.as_os_str().as_bytes())),
        Reached::Http(http) => print.part("http").part(&http.url).part(format!("{:?}", http.style)),
        Reached::OpenApi(api) => {
            let print = match &api.document {
                Document::File(path) => print.part("file").part(path.as_os_str().as_bytes()),
                Document::Url(url) => print.part("url").part(url),
            };
            print.parts(api.base_url.as_deref()).parts(&api.include).parts(&api.exclude)
        }
    }
}

fn place_and_credentials(print: Fingerprint, reached: &Reached) -> Fingerprint {
    let pairs = |print: Fingerprint, pairs: &BTreeMap<String, String>| {
        print.parts(pairs.keys()).parts(pairs.values())
    };
    let print = place(print, reached);
    match reached {
        Reached::Program(program) => pairs(print, &program.env),
        Reached::Http(http) => pairs(print, &http.headers),
        Reached::OpenApi(api) => pairs(print, &api.headers),
    }
}

#[cfg(test)]
mod tests;

//! From the files that name servers to the servers: trusted ones are read and merged, of the others
//! it is said what they would start.

use crate::config::asking::Asker;
use crate::config::document;
use crate::config::env;
use crate::config::error::{Error, Notice, Problem, shown_path};
use crate::config::lists::{self, List};
use crate::config::load::Loading;
use crate::config::mcp::{self, Named, Owner, Servers, Surroundings};
use crate::config::sources::{Source, Standing};
use crate::config::values::Values;

/// The most servers a notice lists.
const LISTED: usize = 20;

impl Loading<'_> {
    /// The servers behind us, of all files. Where two name one server, the first counts.
    pub(super) fn servers(&mut self, values: &Values, config: Option<Standing>) -> Servers {
        if self.inputs.environment.is_set(env::NESTED) {
            let message = "we were started by a code-executor as one of its servers, so no servers \
                           are started from here";
            self.notices.push(Notice::warning(message));
            return Servers::default();
        }
        let found = lists::find(self.inputs, values, config, &self.trust);
        self.problems.extend(found.problems);
        self.notices.extend(found.notices);
        let asker = Asker::new(self.inputs.answering);
        let mut servers = Servers::default();
        for list in &found.lists {
            if list.file.standing == Standing::Untrusted {
                self.announce(list);
            } else {
                self.add(list, &asker, &mut servers);
            }
        }
        servers
    }

    fn add(&mut self, list: &List, asker: &Asker, servers: &mut Servers) {
        let file = &list.file;
        self.sources.push(Source { path: file.path.clone(), standing: file.standing });
        match (self.named(list), list.owner) {
            (Ok(named), _) => {
                servers.add(named.entries, self.surroundings(list, &named.questions, asker));
            }
            (Err(problems), Owner::Ours) => self.problems.extend(problems),
            // What is wrong in another client's file is for that client to complain about.
            (Err(problems), Owner::Another) => {
                let first = problems.first().map_or_else(String::new, Problem::line);
                let message = format!("no servers are taken from there: {first}");
                self.notices.push(Notice::warning(message));
            }
        }
    }

    fn named(&self, list: &List) -> Result<Named, Vec<Problem>> {
        let root = document::parse(&list.file.path, &list.file.bytes).map_err(|it| vec![it])?;
        mcp::named(&root, list.owner, &self.inputs.directory)
    }

    fn surroundings<'b>(
        &'b self,
        list: &'b List,
        questions: &'b [mcp::question::Question],
        asker: &'b Asker,
    ) -> Surroundings<'b> {
        Surroundings {
            base: lists::base(&list.file.path),
            workspace: lists::workspace(&list.file.path, self.inputs),
            environment: &self.inputs.environment,
            questions,
            asker,
            executable: self.inputs.executable.as_deref(),
        }
    }

    /// Says what an untrusted file would start. It is not ours to complain about what is in it.
    fn announce(&mut self, list: &List) {
        let path = shown_path(&list.file.path);
        let Ok(named) = self.named(list) else {
            let message = format!(
                "{path} is not trusted, and not a valid list of servers: nothing of it is started"
            );
            return self.notices.push(Notice::warning(message));
        };
        let asker = Asker::default();
        let wanted = mcp::wanted(&named.entries, self.surroundings(list, &[], &asker));
        let starts: Vec<_> =
            wanted.iter().map(|entry| format!("{} ({})", entry.name, entry.role.brief())).collect();
        if starts.is_empty() {
            return;
        }
        let more = match starts.len().saturating_sub(LISTED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let listed = starts[..starts.len().min(LISTED)].join(", ");
        let discover = if self.inputs.discover { " --discover" } else { "" };
        self.notices.push(Notice::warning(format!(
            "{path} is not trusted, so nothing of it is started or reached. It names {listed}{more}. \
             Run `code-executor trust{discover}` in that directory if you trust it",
        )));
    }
}

/// What a file names, for `code-executor trust`.
pub fn servers_of(
    list: &List,
    inputs: &crate::config::Inputs,
) -> Result<(usize, Vec<mcp::Entry>), Error> {
    let root = document::parse(&list.file.path, &list.file.bytes)?;
    let named = mcp::named(&root, list.owner, &inputs.directory).map_err(Error::from)?;
    let asker = Asker::default();
    let surroundings = Surroundings {
        base: lists::base(&list.file.path),
        workspace: lists::workspace(&list.file.path, inputs),
        environment: &inputs.environment,
        questions: &[],
        asker: &asker,
        executable: inputs.executable.as_deref(),
    };
    let wanted = mcp::wanted(&named.entries, surroundings).into_iter().cloned().collect();
    Ok((named.entries.len(), wanted))
}

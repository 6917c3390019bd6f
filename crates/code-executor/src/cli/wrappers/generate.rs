//! One generation: the servers are asked, and the files made as they should be.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use catalog::wrappers::{self, Server};
use gateway::Gateway;
use types::Language;

use super::arguments::{GenerateArguments, Languages};
use super::disk::Plan;
use super::manifest::{Manifest, NAME, language_of};
use super::report::{Report, Unavailable};
use crate::cli::exec::demo_instead_of_nothing;
use crate::cli::render::Style;
use crate::cli::{Exit, tools};
use crate::compose;
use crate::config::{Inputs, Settings};

/// How long servers may take to end.
pub const DRAIN: Duration = Duration::from_secs(2);

/// Generates, or checks, once.
pub async fn run(
    arguments: &GenerateArguments,
    mut settings: Settings,
    inputs: &Inputs,
) -> anyhow::Result<Exit> {
    let style = Style::of_this_process(&inputs.environment);
    demo_instead_of_nothing(&mut settings)?;
    if let Some(exit) = tools::unknown(arguments.server.as_deref(), &settings) {
        return Ok(exit);
    }
    let names = Names::of(&settings);
    let gateway = compose::gateway(settings).await?;
    if arguments.server.is_none() {
        gateway.connect_all().await;
    }
    let listed = Listed::of(&gateway, &names, arguments.server.as_deref()).await;
    gateway.shutdown(DRAIN).await;
    let target = Target::new(arguments, inputs);
    let generated = match target.generate(&listed, arguments.check) {
        Ok(generated) => generated,
        Err(error) => {
            eprintln!("code-executor: {error:#}");
            return Ok(Exit::Usage);
        }
    };
    let rendered = match arguments.json {
        true => generated.json(false)?,
        false => generated.text(style),
    };
    rendered.write()?;
    Ok(match () {
        () if arguments.check && !generated.is_current() => Exit::ProgramFailed,
        () if !generated.unavailable.is_empty() => Exit::Unavailable,
        () => Exit::Success,
    })
}

/// The servers that are configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    usable: Vec<String>,
    broken: Vec<(String, String)>,
}

impl Names {
    /// Those of a configuration.
    pub fn of(settings: &Settings) -> Self {
        let usable = settings.upstream.servers.iter().map(|server| server.name.clone()).collect();
        Self { usable, broken: settings.broken_servers.clone() }
    }
}

/// What the servers listed.
#[derive(Debug, PartialEq)]
pub struct Listed {
    /// All servers; without tools where they were not asked, or did not answer.
    pub servers: Vec<Server>,
    /// Those that did not answer.
    pub unavailable: Vec<Unavailable>,
    /// Those whose files stay as they are.
    kept: HashSet<String>,
}

impl Listed {
    /// Asks the servers, or one of them.
    pub async fn of(gateway: &Gateway, names: &Names, only: Option<&str>) -> Self {
        let mut listed =
            Self { servers: Vec::new(), unavailable: Vec::new(), kept: HashSet::new() };
        for name in &names.usable {
            let is_asked = only.is_none_or(|only| only == name);
            let tools = match is_asked {
                true => gateway.tools(name).await.map(Some),
                false => Ok(None),
            };
            let tools = tools.unwrap_or_else(|error| {
                listed.fails(name, &error.to_string());
                None
            });
            if tools.is_none() {
                listed.kept.insert(name.clone());
            }
            listed.servers.push(Server { name: name.clone(), tools });
        }
        for (name, error) in &names.broken {
            listed.kept.insert(name.clone());
            if only.is_none_or(|only| only == name) {
                listed.fails(name, error);
            }
        }
        listed
    }

    fn fails(&mut self, server: &str, error: &str) {
        let error = catalog::text::shown(error);
        self.unavailable.push(Unavailable { server: server.to_owned(), error });
    }
}

/// Where the files go, and which.
#[derive(Debug, Clone)]
pub struct Target {
    directory: PathBuf,
    shown: PathBuf,
    languages: Option<Languages>,
    is_partial: bool,
}

impl Target {
    /// What was asked for.
    pub fn new(arguments: &GenerateArguments, inputs: &Inputs) -> Self {
        Self {
            directory: inputs.directory.join(&arguments.out),
            shown: arguments.out.clone(),
            languages: arguments.lang,
            is_partial: arguments.server.is_some(),
        }
    }

    /// Makes the files as they should be, or only looks.
    pub fn generate(&self, listed: &Listed, is_check: bool) -> anyhow::Result<Report> {
        let directory = self.directory(is_check)?;
        let known = Manifest::read(&directory.join(wrappers::ROOT).join(NAME))?;
        let languages =
            self.languages.or_else(|| known.languages()).unwrap_or(Languages::Both).all();
        let mut files = Vec::new();
        for language in languages {
            files.extend(wrappers::files(&listed.servers, *language));
        }
        let configured: HashSet<&str> =
            listed.servers.iter().map(|server| server.name.as_str()).collect();
        let is_spoken = |language: Language| languages.contains(&language);
        let plan = Plan::new(&directory, files, &known, |path, entry| {
            let of = entry.server.as_deref().unwrap_or_default();
            let is_elsewhere = self.is_partial && !configured.contains(of);
            !is_spoken(language_of(path)) || listed.kept.contains(of) || is_elsewhere
        })?;
        if !is_check {
            plan.apply()?;
        }
        Ok(Report::new(&self.shown, is_check, &plan, listed.unavailable.clone()))
    }

    /// The directory without links, made when files are to be written to it.
    fn directory(&self, is_check: bool) -> anyhow::Result<PathBuf> {
        let shown = || format!("cannot use {}", Path::new(&self.shown).display());
        if !is_check {
            std::fs::create_dir_all(&self.directory).with_context(shown)?;
        }
        match self.directory.canonicalize() {
            Ok(directory) => Ok(directory),
            // All files of a check are missing then.
            Err(_) if is_check => Ok(self.directory.clone()),
            Err(error) => Err(error).with_context(shown),
        }
    }
}

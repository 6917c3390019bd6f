//! Every tool of the corpus: its declaration as a model reads it, and its modules.

use std::time::Instant;

use catalog::{Catalog, PYTHON_HEADER, wrappers};
use types::Language;

use crate::{
    compilers::{self, Project, assert_none},
    corpus,
};

#[test]
fn all_that_is_generated_of_the_corpus_compiles() {
    let Some(fixtures) = compilers::installed() else { return eprintln!("{}", compilers::ABSENT) };
    let Some(tools) = corpus::load() else { return eprintln!("{}", corpus::ABSENT) };
    let started = Instant::now();
    let project = Project::new();
    let catalog = corpus::catalog(&tools);
    let all = catalog.tools(None);
    for tool in &all {
        let file = tool.name.replace('-', "_");
        let declaration = Catalog::declaration(tool, Language::TypeScript);
        project.write(format!("declarations/{file}.ts"), &declaration);
        let declaration = Catalog::declaration(tool, Language::Python);
        let declaration = format!("{PYTHON_HEADER}{declaration}");
        project.write(format!("declarations/{file}.pyi"), &declaration);
    }
    let servers = all.chunk_by(|left, right| left.server == right.server);
    let servers: Vec<wrappers::Server> = servers
        .map(|tools| wrappers::Server {
            name: tools[0].server.clone(),
            tools: Some(tools.to_vec()),
        })
        .collect();
    for language in [Language::TypeScript, Language::Python] {
        let files = wrappers::files(&servers, language);
        assert!(files.len() > all.len() + servers.len(), "{} files", files.len());
        for file in files {
            project.write(file.path, &file.text);
        }
    }
    eprintln!("{} tools generated and written: {:.1?}", all.len(), started.elapsed());
    assert_none(&project.tsc(&fixtures));
    assert_none(&project.mypy(&fixtures));
}

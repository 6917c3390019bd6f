//! Every tool of the corpus: its declaration as a model reads it, and its modules.

use std::time::Instant;

use catalog::{Catalog, PYTHON_HEADER, wrappers};
use types::Language;

use crate::{
    compilers::{self, Project, assert_none},
    corpus,
    sample::{self, Amount},
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
    let samples = samples(&catalog, &servers);
    for (name, calls) in &samples.typescript {
        project.write(name, calls);
    }
    for (name, calls) in &samples.python {
        project.write(name, calls);
    }
    let (fitting, made) = (samples.fitting, 2 * all.len());
    eprintln!("{fitting} of {made} made up arguments fit their schemas");
    assert!(fitting * 100 >= made * 90, "the samples say too little");
    eprintln!("{} tools generated and written: {:.1?}", all.len(), started.elapsed());
    assert_none(&project.tsc(&fixtures));
    assert_none(&project.mypy(&fixtures));
}

/// Calls with arguments that servers would accept, a file of them for each server.
struct Samples {
    typescript: Vec<(String, String)>,
    python: Vec<(String, String)>,
    /// How many arguments their schemas accept.
    fitting: usize,
}

fn samples(catalog: &Catalog, servers: &[wrappers::Server]) -> Samples {
    let mut samples = Samples { typescript: Vec::new(), python: Vec::new(), fitting: 0 };
    for server in servers {
        let folder = catalog.folder_of(&server.name).expect("it has a folder");
        let functions = catalog.functions(&server.name).expect("it is known");
        let mut typescript =
            format!("import * as tools from \"../servers/{folder}/index.js\";\nvoid tools;\n");
        let mut python = format!("from servers import {folder} as tools\n");
        for function in functions.all() {
            let (name, tool) = (&function.identifier.name, &function.tool);
            for amount in [Amount::Least, Amount::All] {
                let arguments = sample::of(&tool.input_schema, amount);
                if catalog.validate(tool, &arguments).is_err() {
                    continue;
                }
                samples.fitting += 1;
                typescript.push_str(&format!("void tools.{name}({arguments});\n"));
                python.push_str(&format!("tools.{name}({})\n", sample::python(&arguments)));
            }
        }
        samples.typescript.push((format!("samples/{folder}.ts"), typescript));
        samples.python.push((format!("samples/{folder}_.py"), python));
    }
    samples
}

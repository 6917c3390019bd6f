//! What makes another server of one, and what does not.

use std::path::PathBuf;

use upstream::{Document, Http, OpenApi, Program, Reached, ServerConfig};

use super::Identity;

fn program(change: impl FnOnce(&mut Program)) -> Identity {
    let mut program = Program {
        command: "npx".to_owned(),
        args: vec!["server".to_owned(), "--root".to_owned()],
        ..Program::default()
    };
    change(&mut program);
    Identity::of(&ServerConfig::new("fs", Reached::Program(program)))
}

#[test]
fn credentials_make_another_list_and_not_another_server() {
    let before = program(|_| {});
    let with_token = program(|program| {
        program.env.insert("TOKEN".to_owned(), "secret".to_owned());
    });
    let with_another = program(|program| {
        program.env.insert("TOKEN".to_owned(), "other".to_owned());
    });
    assert_eq!(before.place, with_token.place);
    assert_ne!(before.definition, with_token.definition);
    assert_ne!(with_another.definition, with_token.definition);
    let http = |token: &str| {
        let headers = [("Authorization".to_owned(), token.to_owned())].into();
        let url = "https://mcp.example.org/mcp".to_owned();
        let http = Http { url, headers, ..Http::default() };
        Identity::of(&ServerConfig::new("web", Reached::Http(http)))
    };
    assert_eq!(http("a").place, http("b").place);
    assert_ne!(http("a").definition, http("b").definition);
}

#[test]
fn whatever_else_reaches_it_makes_another_server() {
    let before = program(|_| {});
    let others = [
        program(|program| program.command = "uvx".to_owned()),
        program(|program| program.args = vec!["server--root".to_owned()]),
        program(|program| program.args.push(String::new())),
        program(|program| program.cwd = Some(PathBuf::from("/tmp"))),
        Identity::of(&ServerConfig::program("other", "npx", ["server", "--root"])),
    ];
    for (at, other) in others.iter().enumerate() {
        assert_ne!(before.place, other.place, "{at}");
        assert_ne!(before.definition, other.definition, "{at}");
    }
    let api = |change: fn(&mut OpenApi)| {
        let mut api = OpenApi {
            document: Document::Url("https://example.org/openapi.json".to_owned()),
            base_url: None,
            headers: Default::default(),
            include: vec!["get*".to_owned()],
            exclude: Vec::new(),
        };
        change(&mut api);
        Identity::of(&ServerConfig::new("api", Reached::OpenApi(api))).place
    };
    let before = api(|_| {});
    assert_ne!(before, api(|api| api.base_url = Some("https://example.org".to_owned())));
    assert_ne!(before, api(|api| std::mem::swap(&mut api.include, &mut api.exclude)));
    assert_ne!(before, api(|api| api.document = Document::File("/a".into())));
}

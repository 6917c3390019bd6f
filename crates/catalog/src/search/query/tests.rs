//! What a request is read as.

use std::sync::Arc;

use serde_json::json;

use super::{MAX_WORDS, read};
use crate::{
    NewTool,
    search::{Index, Segment},
};

fn index() -> Index {
    let tool = |name: &str, description: &str| NewTool {
        name: name.to_owned(),
        description: description.to_owned(),
        title: None,
        input_schema: Arc::new(json!({})),
        output_schema: None,
        annotations: None,
    };
    let tools = [
        tool("create_pull_request", "Open a pull request"),
        tool("take_screenshot", "Capture the page"),
        tool("delete_database", "Drop it"),
        tool("authenticate", "Log in"),
    ];
    Index::new(vec![Arc::new(Segment::new("server", &tools.iter().collect::<Vec<_>>()))])
}

/// The stems of each thing that is asked for, the best first.
fn meant(request: &str) -> Vec<Vec<String>> {
    let index = index();
    let concepts = read(&index, request).unwrap_or_default();
    let stems = |terms: &[(usize, f32)]| -> Vec<String> {
        terms.iter().map(|(term, _)| index.stem(*term).to_owned()).collect()
    };
    concepts.iter().map(|concept| stems(&concept.terms)).collect()
}

#[test]
fn a_phrase_is_one_thing() {
    let meant = meant("a new pull request");
    assert_eq!(meant.len(), 2, "{meant:?}");
    assert_eq!(meant[1][0], "pull request");
}

#[test]
fn words_written_apart_or_together_meet() {
    assert!(meant("screen shot").iter().all(|stems| stems.contains(&"screenshot".to_owned())));
    assert!(meant("pullrequest")[0].contains(&"pull request".to_owned()));
    assert!(meant("deleteDatabase")[0].contains(&"deletedatabas".to_owned()));
}

#[test]
fn misspelt_words_and_short_forms_are_understood() {
    assert_eq!(meant("scrennshot")[0][0], "screenshot");
    assert_eq!(meant("databse")[0][0], "databas");
    assert!(meant("erace")[0].contains(&"delet".to_owned()), "through the thesaurus");
    assert_eq!(meant("auth")[0][0], "authenticat");
    assert!(meant("xq").concat().is_empty());
}

#[test]
fn fillers_count_only_when_there_is_nothing_else() {
    assert_eq!(meant("please take it for me").len(), 1);
    assert_eq!(meant("it").len(), 1);
    assert!(read(&index(), " .,; ").is_none());
}

#[test]
fn a_long_request_is_cut() {
    let words: String = (0..1_000).map(|number| format!("word{number} ")).collect();
    assert!(read(&index(), &words).unwrap_or_default().len() <= MAX_WORDS);
}

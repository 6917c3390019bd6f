//! Stems.

use super::{IRREGULAR, stem};

#[test]
fn forms_of_a_word_share_a_stem() {
    for forms in [
        &["create", "creates", "created", "creating", "creation"][..],
        &["delete", "deletes", "deleted", "deleting", "deletion"],
        &["translate", "translating", "translation", "translator"],
        &["deploy", "deploying", "deployed", "deployment", "deployments"],
        &["make", "making"],
        &["use", "using", "used"],
        &["query", "queries"],
        &["copy", "copies", "copied", "copying"],
        &["search", "searches", "searching", "searched"],
        &["run", "runs", "running"],
        &["file", "files", "filed"],
        &["branch", "branches"],
        &["call", "calling", "called"],
        &["box", "boxes"],
        &["summarize", "summarizer", "summarise", "summarizing"],
        &["index", "indexes", "indices", "indexing"],
        &["subscribe", "subscribing"],
        &["image", "images"],
        &["analyze", "analysis", "analyses", "analysing", "analyzed"],
        &["write", "writing", "written", "writes"],
        &["break", "broke", "broken", "breaking"],
        &["choose", "chose", "chosen", "choosing"],
        &["notify", "notification", "notifications"],
        &["authenticate", "authentication"],
    ] {
        let stems: Vec<String> = forms.iter().map(|form| stem(form)).collect();
        assert!(stems.iter().all(|one| *one == stems[0]), "{forms:?} became {stems:?}");
    }
}

#[test]
fn different_words_stay_apart() {
    for (one, other) in [
        ("news", "new"),
        ("setting", "set"),
        ("state", "stat"),
        ("custom", "customer"),
        ("general", "generate"),
        ("user", "use"),
        ("document", "docu"),
        ("string", "str"),
    ] {
        assert_ne!(stem(one), stem(other), "{one} and {other}");
    }
    for word in ["status", "string", "class", "id"] {
        assert_eq!(stem(word), word);
    }
}

#[test]
fn the_irregular_forms_are_sorted() {
    assert!(IRREGULAR.is_sorted_by_key(|(form, _)| form));
}

#[test]
fn anything_has_a_stem() {
    for word in ["", "e", "ing", "ed", "ies", "sses", "ation", "日本", "s", "yment", "eing"] {
        assert!(stem(word).len() <= word.len() + 1, "{word}");
    }
}

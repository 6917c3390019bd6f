//! What `uv` printed, reduced to what the reader can act on.

use std::path::Path;

use crate::mask::Mask;

/// The longest reason, in characters.
const MAX_CHARS: usize = 1_200;

/// What a phrase of `uv`'s means to whoever runs this product.
const ADVICE: &[(&str, &str)] = &[
    (
        "401 Unauthorized",
        "set the index's credentials in pip.conf, PIP_INDEX_URL, netrc or uv.toml",
    ),
    (
        "403 Forbidden",
        "set credentials that may read this index in pip.conf, PIP_INDEX_URL, netrc or uv.toml",
    ),
    (
        "invalid peer certificate",
        "name the authority's certificate with `cert` in pip.conf or with SSL_CERT_FILE",
    ),
    ("no usable wheels", "choose a version that has a wheel; nothing is ever built"),
    (
        "included as a URL dependency",
        "packages come from the operator's indexes only; choose a version that needs no other place",
    ),
    ("Hash mismatch", "the index serves another file than it names; tell who runs it"),
    ("dns error", "check the index's address and the proxy settings"),
    ("Connect)", "check that the index can be reached from here, and the proxy settings"),
    ("unexpected argument", "update uv, which is too old for this"),
    ("was not found in the", "check the name, and whether the index has it"),
];

/// What `uv` says that tells nobody here anything: its own options, and what follows anyway.
const NOISE: &[&str] = &[
    "No solution found when resolving dependencies: ",
    ", we can conclude that your requirements are unsatisfiable",
];

/// How what is advice for users of `uv` itself begins; it is left out to the end of its part.
const NOT_FOR_US: &[&str] = &["Wheels are required for", "Consider adding", "If you want to"];

/// One line of reason out of `uv`'s standard error, without secrets and without our own paths.
pub(crate) fn reduce(stderr: &str, mask: &Mask, folder: &Path) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut is_error = false;
    for line in stderr.lines() {
        let trimmed = line.trim_start_matches(is_decoration).trim_end();
        if let Some(text) =
            ["error: ", "cause: ", "hint: "].iter().find_map(|word| trimmed.strip_prefix(word))
        {
            is_error = true;
            parts.push(text.to_owned());
        } else if line.trim_start().starts_with('×') || line.trim_start().starts_with('╰') {
            is_error = true;
            parts.push(trimmed.to_owned());
        } else if is_error
            && !trimmed.is_empty()
            && !trimmed.bytes().all(|byte| byte == b'^')
            && let Some(last) = parts.last_mut()
        {
            last.push(' ');
            last.push_str(trimmed);
        }
    }
    if parts.is_empty() {
        parts.push("uv ended without saying why".to_owned());
    }
    let parts: Vec<&str> = parts
        .iter()
        .map(|part| {
            let end = NOT_FOR_US.iter().filter_map(|phrase| part.find(phrase)).min();
            part[..end.unwrap_or(part.len())].trim().trim_end_matches(['.', ':'])
        })
        .filter(|part| !part.is_empty())
        .collect();
    let text = parts.join(": ");
    let text = NOISE.iter().fold(without_conclusion(&text), |text, noise| text.replace(noise, ""));
    let text = match folder.to_str() {
        Some(folder) => text.replace(&format!("{folder}/"), ""),
        None => text,
    };
    let text = cut(&mask.apply(&text));
    match ADVICE.iter().find(|(phrase, _)| stderr.contains(phrase)) {
        Some((_, advice)) => format!("{text}; {advice}"),
        None => text,
    }
}

/// Without the sentence that only says again that what was asked for cannot be had.
fn without_conclusion(text: &str) -> String {
    const END: &str = "your requirements are unsatisfiable";
    let start = text.find(" And because you require ");
    match (start, text.find(END)) {
        (Some(start), Some(end)) if start < end => {
            format!("{}{}", text[..start].trim_end_matches('.'), &text[end + END.len()..])
        }
        _ => text.to_owned(),
    }
}

/// What `uv` draws in front of its lines.
fn is_decoration(each: char) -> bool {
    each.is_whitespace() || matches!(each, '×' | '╰' | '├' | '─' | '▶' | '│' | '·')
}

fn cut(text: &str) -> String {
    let clean: String = text
        .chars()
        .map(|each| if each.is_control() { ' ' } else { each })
        .take(MAX_CHARS)
        .collect();
    if text.chars().nth(MAX_CHARS).is_some() { format!("{clean}...") } else { clean }
}

//! As much of Markdown as our documents use: fenced blocks, links, headings, words of code.

/// Where our settings live in the configuration.
const SECTIONS: [&str; 5] = ["security", "executors", "limits", "sandbox", "upstreams"];

/// Folders whose files documents name.
const FOLDERS: [&str; 6] = ["crates/", "docs/", "examples/", "xtask/", ".ci/", ".config/"];

/// A document of the repository.
pub struct Document {
    /// Its path from the repository's root.
    pub name: String,
    /// What stands in it.
    pub text: String,
}

/// A fenced block.
pub struct Block {
    /// Document and line, for messages.
    pub place: String,
    /// The first word of its info string.
    pub language: String,
    /// The other words.
    pub marks: Vec<String>,
    /// What stands in it, without the indentation of its fence.
    pub text: String,
}

impl Block {
    /// Whether it carries a mark.
    pub fn is(&self, mark: &str) -> bool {
        self.marks.iter().any(|carried| carried == mark)
    }
}

impl Document {
    /// A document of this name and text.
    pub fn new(name: &str, text: String) -> Self {
        Self { name: name.to_owned(), text }
    }

    /// Its fenced blocks.
    #[track_caller]
    pub fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut open: Option<(usize, Block)> = None;
        for (number, line) in self.text.lines().enumerate() {
            let (indent, fence) = split_indent(line);
            match (&mut open, fence.strip_prefix("```")) {
                (None, None) => {}
                (None, Some(info)) => open = Some((indent, self.block(number, info))),
                (Some((depth, block)), None) => {
                    let cut = indent.min(*depth);
                    block.text.push_str(&line[cut..]);
                    block.text.push('\n');
                }
                (Some(_), Some(_)) => blocks.extend(open.take().map(|(_, block)| block)),
            }
        }
        assert!(open.is_none(), "{}: a block that does not end", self.name);
        blocks
    }

    /// Links to files and headings of the repository, with where they stand.
    pub fn links(&self) -> Vec<(String, String)> {
        let mut links = Vec::new();
        for (place, line) in self.prose() {
            for rest in line.split("](").skip(1) {
                let target = rest.split(')').next().unwrap_or_default();
                if !target.contains("://") && !target.starts_with("mailto:") {
                    links.push((place.clone(), target.to_owned()));
                }
            }
        }
        links
    }

    /// What stands between backticks in the prose, with where it stands.
    pub fn code_words(&self) -> Vec<(String, String)> {
        let words = |(place, line): (String, &str)| {
            let spans: Vec<_> = line
                .split('`')
                .skip(1)
                .step_by(2)
                .map(|span| (place.clone(), span.to_owned()))
                .collect();
            spans
        };
        self.prose().into_iter().flat_map(words).collect()
    }

    /// The names by which its headings are linked to.
    pub fn anchors(&self) -> Vec<String> {
        let heading = |(_, line): (String, &str)| {
            let text = line.strip_prefix('#')?.trim_start_matches('#').trim();
            let kept = text.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
            Some(kept.collect::<String>().to_lowercase().replace(' ', "-"))
        };
        self.prose().into_iter().filter_map(heading).collect()
    }

    /// The settings that the configuration reference lists, and their sections.
    pub fn settings(&self) -> Vec<String> {
        let mut settings = Vec::new();
        let mut section = String::new();
        for line in self.text.lines() {
            if let Some(name) = line.strip_prefix("## ") {
                section = name.to_owned();
                settings.push(section.clone());
            } else if let Some(key) =
                line.strip_prefix("| `").and_then(|rest| rest.split('`').next())
            {
                settings.push(format!("{section}.{key}"));
            }
        }
        settings
    }

    fn block(&self, number: usize, info: &str) -> Block {
        let mut words = info.split_whitespace().map(str::to_owned);
        Block {
            place: format!("{}:{}", self.name, number + 1),
            language: words.next().unwrap_or_default(),
            marks: words.collect(),
            text: String::new(),
        }
    }

    /// The lines outside of blocks, with where they stand.
    fn prose(&self) -> Vec<(String, &str)> {
        let mut fenced = false;
        let mut lines = Vec::new();
        for (number, line) in self.text.lines().enumerate() {
            if split_indent(line).1.starts_with("```") {
                fenced = !fenced;
            } else if !fenced {
                lines.push((format!("{}:{}", self.name, number + 1), line));
            }
        }
        lines
    }
}

/// The file or folder of the repository that a word names, if it names one.
pub fn repository_path(word: &str) -> Option<&str> {
    let named = FOLDERS.iter().any(|folder| word.starts_with(folder));
    let whole = !word.contains(|c: char| c.is_whitespace() || matches!(c, '*' | '{' | '<'));
    (named && whole).then_some(word)
}

/// Whether a word is written like a setting.
pub fn looks_like_a_setting(word: &str) -> bool {
    let mut parts = word.split('.');
    parts.next().is_some_and(|section| SECTIONS.contains(&section))
        && word.contains('.')
        && parts.all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphabetic()))
}

/// The variable of ours that a word starts with, if it does.
pub fn our_variable(word: &str) -> Option<&str> {
    let end = word.find(|c: char| !(c.is_ascii_uppercase() || c == '_')).unwrap_or(word.len());
    word[..end].starts_with("CODE_EXECUTOR_").then_some(&word[..end])
}

fn split_indent(line: &str) -> (usize, &str) {
    let text = line.trim_start_matches(' ');
    (line.len() - text.len(), text)
}

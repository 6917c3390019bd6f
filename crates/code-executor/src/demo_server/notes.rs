//! Notes in memory, two hundred of them from the start: always the same ones.

use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use serde_json::{Value, json};

use super::arguments::{AddNote, ListNotes};

/// Notes there are from the start.
pub const SEEDED: u64 = 200;
/// Notes a page may have.
pub const MAX_PAGE: usize = 200;
/// Hits a search gives.
pub const MAX_HITS: usize = 20;
/// Tags of the notes there are from the start.
pub const TAGS: [&str; 5] = ["work", "home", "idea", "travel", "recipe"];

const MAX_NOTES: usize = 2_000;
const MAX_TITLE_BYTES: usize = 200;
const MAX_BODY_BYTES: usize = 10_000;
const MAX_TAGS: usize = 10;
const MAX_TAG_BYTES: usize = 40;
const SNIPPET_CHARS: usize = 80;

const SUBJECTS: [&str; 8] = [
    "the quarterly report",
    "a garden shed",
    "the night train to Lisbon",
    "lemon and thyme bread",
    "the search index",
    "a birthday present for Ada",
    "the leaking tap",
    "a talk about queues",
];
const TITLES: [&str; 5] = ["Plan", "Ask about", "Finish", "Remember", "Look into"];
const REASONS: [&str; 6] = [
    "It has been on the list since spring.",
    "Two people asked for it this week.",
    "The first attempt took twice as long as it should have.",
    "There is a discount until the end of the month.",
    "Nobody else is going to do it.",
    "It would make the next one easier.",
];
const STEPS: [&str; 7] = [
    "Measure before anything is bought.",
    "Call first, they close at five.",
    "Write down what it costs.",
    "Send the draft to Grace.",
    "Keep it under two pages.",
    "Try the small version on Saturday.",
    "Check what was done last year.",
];

/// The notes.
#[derive(Debug)]
pub struct Notes(Mutex<Vec<Note>>);

#[derive(Debug, Clone, Serialize)]
struct Note {
    id: u64,
    title: String,
    body: String,
    tags: Vec<String>,
}

impl Notes {
    /// The notes there are from the start.
    pub fn seeded() -> Self {
        Self(Mutex::new((1..=SEEDED).map(seed).collect()))
    }

    /// One page of the notes, without their texts.
    pub fn list(&self, page: &ListNotes) -> Result<Value, String> {
        if !(1..=MAX_PAGE).contains(&page.limit) {
            return Err(format!("`limit` must be from 1 to {MAX_PAGE}, got {}", page.limit));
        }
        self.with(|notes| {
            let tagged = |note: &&Note| page.tag.as_ref().is_none_or(|tag| note.tags.contains(tag));
            let chosen: Vec<&Note> = notes.iter().filter(tagged).collect();
            let end = page.offset.saturating_add(page.limit).min(chosen.len());
            let shown = chosen.get(page.offset.min(end)..end).unwrap_or_default();
            let mut answer = json!({
                "notes": shown.iter().map(|note| heading(note)).collect::<Vec<_>>(),
                "total": chosen.len(),
            });
            if end < chosen.len() {
                answer["nextOffset"] = end.into();
            }
            Ok(answer)
        })
    }

    /// One whole note.
    pub fn get(&self, id: u64) -> Result<Value, String> {
        self.with(|notes| match notes.iter().find(|note| note.id == id) {
            Some(note) => Ok(json!(note)),
            None => Err(format!("there is no note {id}; notes have the ids 1 to {}", notes.len())),
        })
    }

    /// A new note, as it was stored.
    pub fn add(&self, note: AddNote) -> Result<Value, String> {
        let AddNote { title, body, tags } = note;
        within("title", title.len(), 1, MAX_TITLE_BYTES)?;
        within("body", body.len(), 0, MAX_BODY_BYTES)?;
        if tags.len() > MAX_TAGS {
            return Err(format!("a note has at most {MAX_TAGS} tags, got {}", tags.len()));
        }
        for tag in &tags {
            within("tags", tag.len(), 1, MAX_TAG_BYTES)?;
        }
        self.with(|notes| {
            if notes.len() >= MAX_NOTES {
                return Err(format!("there are {MAX_NOTES} notes, and there is no room for more"));
            }
            let id = notes.last().map_or(1, |last| last.id + 1);
            let note = Note { id, title, body, tags };
            let stored = json!(note);
            notes.push(note);
            Ok(stored)
        })
    }

    /// Notes in which every word of the query occurs.
    pub fn search(&self, query: &str) -> Result<Value, String> {
        let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
        if words.is_empty() {
            return Err("`query` must have at least one word".to_owned());
        }
        self.with(|notes| {
            let matching = |note: &&Note| {
                let text = format!("{} {}", note.title, note.body).to_lowercase();
                words.iter().all(|word| text.contains(word))
            };
            let found: Vec<&Note> = notes.iter().filter(matching).collect();
            let hits: Vec<Value> = found.iter().take(MAX_HITS).map(|note| hit(note)).collect();
            Ok(json!({"hits": hits, "total": found.len()}))
        })
    }

    fn with<T>(&self, work: impl FnOnce(&mut Vec<Note>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn heading(note: &Note) -> Value {
    json!({"id": note.id, "title": note.title, "tags": note.tags})
}

fn hit(note: &Note) -> Value {
    let snippet: String = note.body.chars().take(SNIPPET_CHARS).collect();
    json!({"id": note.id, "title": note.title, "snippet": snippet})
}

fn within(key: &str, bytes: usize, least: usize, most: usize) -> Result<(), String> {
    if (least..=most).contains(&bytes) {
        return Ok(());
    }
    Err(format!("`{key}` must have {least} to {most} bytes, got {bytes}"))
}

/// The same note for the same number, every time. The lists have different lengths, so that their
/// combinations do not repeat for long.
fn seed(id: u64) -> Note {
    let number = usize::try_from(id).unwrap_or_default();
    let subject = SUBJECTS[number % SUBJECTS.len()];
    let reason = REASONS[number % REASONS.len()];
    let steps: Vec<&str> =
        (0..1 + number % 4).map(|step| STEPS[(number * 3 + step) % STEPS.len()]).collect();
    let mut tags = vec![TAGS[number % TAGS.len()].to_owned()];
    if number.is_multiple_of(3) {
        tags.push("todo".to_owned());
    }
    Note {
        id,
        title: format!("{} {subject}", TITLES[number % TITLES.len()]),
        body: format!("Note {id} is about {subject}. {reason}\n{}", steps.join("\n")),
        tags,
    }
}

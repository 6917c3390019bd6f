//! URLs as the WHATWG's standard has them: its basic parser, with which its setters work too. Hosts
//! are the `url` crate's; its own parser departs from the standard in `file:` URLs and in paths that
//! begin with two slashes, which the tests of the standard would tell.

use std::borrow::Cow;

use url::Host;

mod part;

pub use part::Part;

/// What cannot be read as a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

/// A URL in its parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// Without the colon.
    pub scheme: String,
    /// Percent-encoded, as are all that follow.
    pub username: String,
    /// Empty when there is none.
    pub password: String,
    /// Absent and empty are not the same.
    pub host: Option<String>,
    /// Only if it is not the scheme's own.
    pub port: Option<u16>,
    path: Path,
    /// Without the question mark.
    pub query: Option<String>,
    /// Without the number sign.
    pub fragment: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Path {
    Opaque(String),
    Segments(Vec<String>),
}

impl Default for Path {
    fn default() -> Self {
        Self::Segments(Vec::new())
    }
}

impl Record {
    /// Reads a URL, relative to `base` if there is one.
    pub fn parse(text: &str, base: Option<&Self>) -> Result<Self, Malformed> {
        let text = text.trim_matches(|char: char| char <= ' ');
        let mut machine = Machine::new(text, base, Self::default(), None);
        machine.run()?;
        Ok(machine.url)
    }

    /// Changes a part as assigning to the property does: what does not fit changes nothing.
    pub fn set(&mut self, part: Part, value: &str) {
        let state = match part {
            Part::Username | Part::Password => return self.set_credential(part, value),
            Part::Search | Part::Hash => return self.set_tail(part, value),
            Part::Protocol => State::SchemeStart,
            Part::Host | Part::Hostname | Part::Pathname if self.is_opaque() => return,
            Part::Host => State::Host,
            Part::Hostname => State::Hostname,
            Part::Port if self.has_no_authority() => return,
            Part::Port if value.is_empty() => return self.port = None,
            Part::Port => State::Port,
            Part::Pathname => State::PathStart,
        };
        if part == Part::Pathname {
            self.path = Path::default();
        }
        let value = if part == Part::Protocol { format!("{value}:") } else { value.to_owned() };
        self.continue_from(state, &value);
    }

    /// What was understood before the first mistake stands.
    fn continue_from(&mut self, state: State, value: &str) {
        let mut machine = Machine::new(value, None, std::mem::take(self), Some(state));
        let _ = machine.run();
        *self = machine.url;
    }

    fn set_credential(&mut self, part: Part, value: &str) {
        if self.has_no_authority() {
            return;
        }
        let mut text = String::new();
        value.chars().for_each(|char| encode(&mut text, char, in_userinfo));
        *(if part == Part::Username { &mut self.username } else { &mut self.password }) = text;
    }

    fn set_tail(&mut self, part: Part, value: &str) {
        let (mark, state) =
            if part == Part::Search { ('?', State::Query) } else { ('#', State::Fragment) };
        let place = if part == Part::Search { &mut self.query } else { &mut self.fragment };
        *place = None;
        if value.is_empty() {
            self.strip_spaces();
            return;
        }
        *place = Some(String::new());
        self.continue_from(state, value.strip_prefix(mark).unwrap_or(value));
    }

    /// Spaces at the end of an opaque path stand only while something follows them.
    fn strip_spaces(&mut self) {
        if let Path::Opaque(path) = &mut self.path
            && self.query.is_none()
            && self.fragment.is_none()
        {
            path.truncate(path.trim_end_matches(' ').len());
        }
    }

    fn is_opaque(&self) -> bool {
        matches!(self.path, Path::Opaque(_))
    }

    fn is_special(&self) -> bool {
        is_special(&self.scheme)
    }

    fn has_no_authority(&self) -> bool {
        self.host.as_deref().unwrap_or_default().is_empty() || self.scheme == "file"
    }

    fn has_credentials(&self) -> bool {
        !self.username.is_empty() || !self.password.is_empty()
    }

    /// The whole URL.
    pub fn href(&self) -> String {
        let mut href = format!("{}:", self.scheme);
        if let Some(host) = &self.host {
            href.push_str("//");
            href.push_str(&self.username);
            if !self.password.is_empty() {
                href.push(':');
                href.push_str(&self.password);
            }
            if self.has_credentials() {
                href.push('@');
            }
            href.push_str(host);
            if let Some(port) = self.port {
                href.push_str(&format!(":{port}"));
            }
        } else if let Path::Segments(segments) = &self.path
            && segments.len() > 1
            && segments[0].is_empty()
        {
            href.push_str("/.");
        }
        href.push_str(&self.pathname());
        for (mark, tail) in [('?', &self.query), ('#', &self.fragment)] {
            if let Some(tail) = tail {
                href.push(mark);
                href.push_str(tail);
            }
        }
        href
    }

    /// The path.
    pub fn pathname(&self) -> Cow<'_, str> {
        match &self.path {
            Path::Opaque(path) => Cow::Borrowed(path),
            Path::Segments(segments) => {
                Cow::Owned(segments.iter().flat_map(|segment| ["/", segment]).collect())
            }
        }
    }

    /// The origin, `null` when it is opaque.
    pub fn origin(&self) -> String {
        match self.scheme.as_str() {
            "blob" => match Self::parse(&self.pathname(), None) {
                Ok(inner) if matches!(inner.scheme.as_str(), "http" | "https") => inner.origin(),
                _ => "null".to_owned(),
            },
            "http" | "https" | "ws" | "wss" | "ftp" => {
                let host = self.host.as_deref().unwrap_or_default();
                let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
                format!("{}://{host}{port}", self.scheme)
            }
            _ => "null".to_owned(),
        }
    }

    fn shorten(&mut self) {
        let is_file = self.scheme == "file";
        if let Path::Segments(segments) = &mut self.path
            && !(is_file && segments.len() == 1 && is_normalized_drive(&segments[0]))
        {
            segments.pop();
        }
    }

    fn push(&mut self, segment: String) {
        if let Path::Segments(segments) = &mut self.path {
            segments.push(segment);
        }
    }
}

fn is_special(scheme: &str) -> bool {
    matches!(scheme, "http" | "https" | "ws" | "wss" | "ftp" | "file")
}

fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" | "ws" => Some(80),
        "https" | "wss" => Some(443),
        "ftp" => Some(21),
        _ => None,
    }
}

/// A letter and a colon or a bar.
fn is_drive(text: &str) -> bool {
    matches!(text.as_bytes(), [letter, b':' | b'|'] if letter.is_ascii_alphabetic())
}

fn is_normalized_drive(text: &str) -> bool {
    is_drive(text) && text.ends_with(':')
}

fn starts_with_drive(rest: &[char]) -> bool {
    matches!(rest, [letter, ':' | '|', ..] if letter.is_ascii_alphabetic())
        && matches!(rest.get(2), None | Some('/' | '\\' | '?' | '#'))
}

fn is_single_dot(segment: &str) -> bool {
    segment == "." || segment.eq_ignore_ascii_case("%2e")
}

fn is_double_dot(segment: &str) -> bool {
    let plain = segment.to_ascii_lowercase().replace("%2e", ".");
    plain == ".."
}

fn in_controls(char: char) -> bool {
    !(' '..='~').contains(&char)
}

fn in_fragment(char: char) -> bool {
    in_controls(char) || matches!(char, ' ' | '"' | '<' | '>' | '`')
}

fn in_query(char: char) -> bool {
    in_controls(char) || matches!(char, ' ' | '"' | '#' | '<' | '>')
}

fn in_special_query(char: char) -> bool {
    in_query(char) || char == '\''
}

fn in_path(char: char) -> bool {
    in_query(char) || matches!(char, '?' | '`' | '{' | '}')
}

fn in_userinfo(char: char) -> bool {
    in_path(char) || matches!(char, '/' | ':' | ';' | '=' | '@' | '[' | '\\' | ']' | '^' | '|')
}

/// Appends a character, percent-encoded if it is in the set.
fn encode(text: &mut String, char: char, set: fn(char) -> bool) {
    if !set(char) {
        return text.push(char);
    }
    for byte in char.encode_utf8(&mut [0; 4]).bytes() {
        text.push_str(&format!("%{byte:02X}"));
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    SchemeStart,
    Scheme,
    NoScheme,
    SpecialRelativeOrAuthority,
    PathOrAuthority,
    Relative,
    RelativeSlash,
    SpecialAuthoritySlashes,
    SpecialAuthorityIgnoreSlashes,
    Authority,
    Host,
    Hostname,
    Port,
    File,
    FileSlash,
    FileHost,
    PathStart,
    Path,
    OpaquePath,
    Query,
    Fragment,
}

/// What comes after a step.
enum Next {
    /// The next character.
    On,
    /// The same character, in another state.
    Again,
    /// Nothing: what was to be set is set.
    Done,
}

/// The standard's state machine. Its states are the methods, named as there.
struct Machine<'a> {
    input: Vec<char>,
    at: usize,
    state: State,
    base: Option<&'a Record>,
    url: Record,
    /// The state that a setter begins in.
    given: bool,
    begun: State,
    buffer: String,
    at_sign_seen: bool,
    inside_brackets: bool,
    password_seen: bool,
}

type Step = Result<Next, Malformed>;

impl<'a> Machine<'a> {
    fn new(text: &str, base: Option<&'a Record>, url: Record, given: Option<State>) -> Self {
        let input = text.chars().filter(|char| !matches!(char, '\t' | '\n' | '\r')).collect();
        let state = given.unwrap_or(State::SchemeStart);
        Self {
            input,
            at: 0,
            state,
            base,
            url,
            given: given.is_some(),
            begun: state,
            buffer: String::new(),
            at_sign_seen: false,
            inside_brackets: false,
            password_seen: false,
        }
    }

    fn run(&mut self) -> Result<(), Malformed> {
        loop {
            let char = self.input.get(self.at).copied();
            match self.step(char)? {
                Next::On if char.is_none() => break,
                Next::On => self.at += 1,
                Next::Again => {}
                Next::Done => break,
            }
        }
        Ok(())
    }

    fn step(&mut self, char: Option<char>) -> Step {
        match self.state {
            State::SchemeStart => self.scheme_start(char),
            State::Scheme => self.scheme(char),
            State::NoScheme => self.no_scheme(char),
            State::SpecialRelativeOrAuthority => self.special_relative_or_authority(char),
            State::PathOrAuthority => match char {
                Some('/') => self.on(State::Authority),
                _ => self.again(State::Path),
            },
            State::Relative => self.relative(char),
            State::RelativeSlash => self.relative_slash(char),
            State::SpecialAuthoritySlashes => {
                if char == Some('/') && self.rest().first() == Some(&'/') {
                    self.at += 1;
                    return self.on(State::SpecialAuthorityIgnoreSlashes);
                }
                self.again(State::SpecialAuthorityIgnoreSlashes)
            }
            State::SpecialAuthorityIgnoreSlashes => match char {
                Some('/' | '\\') => Ok(Next::On),
                _ => self.again(State::Authority),
            },
            State::Authority => self.authority(char),
            State::Host | State::Hostname => self.host(char),
            State::Port => self.port(char),
            State::File => self.file(char),
            State::FileSlash => self.file_slash(char),
            State::FileHost => self.file_host(char),
            State::PathStart => self.path_start(char),
            State::Path => self.path(char),
            State::OpaquePath => self.opaque_path(char),
            State::Query => self.query(char),
            State::Fragment => {
                let fragment = self.url.fragment.get_or_insert_default();
                char.into_iter().for_each(|char| encode(fragment, char, in_fragment));
                Ok(Next::On)
            }
        }
    }

    fn on(&mut self, state: State) -> Step {
        self.state = state;
        Ok(Next::On)
    }

    fn again(&mut self, state: State) -> Step {
        self.state = state;
        Ok(Next::Again)
    }

    fn begin_query(&mut self) -> Step {
        self.url.query = Some(String::new());
        self.on(State::Query)
    }

    fn begin_fragment(&mut self) -> Step {
        self.url.fragment = Some(String::new());
        self.on(State::Fragment)
    }

    /// What comes after the present character.
    fn rest(&self) -> &[char] {
        self.input.get(self.at + 1..).unwrap_or_default()
    }

    /// Whether an authority ends here.
    fn ends(&self, char: Option<char>) -> bool {
        matches!(char, None | Some('/' | '?' | '#')) || self.is_backslash(char)
    }

    fn is_backslash(&self, char: Option<char>) -> bool {
        char == Some('\\') && self.url.is_special()
    }

    fn scheme_start(&mut self, char: Option<char>) -> Step {
        match char {
            Some(char) if char.is_ascii_alphabetic() => {
                self.buffer.push(char.to_ascii_lowercase());
                self.on(State::Scheme)
            }
            _ if self.given => Err(Malformed),
            _ => self.again(State::NoScheme),
        }
    }

    fn scheme(&mut self, char: Option<char>) -> Step {
        match char {
            Some(char) if char.is_ascii_alphanumeric() || matches!(char, '+' | '-' | '.') => {
                self.buffer.push(char.to_ascii_lowercase());
                Ok(Next::On)
            }
            Some(':') if self.given => {
                let url = &mut self.url;
                let kept = url.is_special() != is_special(&self.buffer)
                    || (self.buffer == "file" && (url.has_credentials() || url.port.is_some()))
                    || (url.scheme == "file" && url.host.as_deref() == Some(""));
                if !kept {
                    url.scheme = std::mem::take(&mut self.buffer);
                    url.port = url.port.filter(|port| default_port(&url.scheme) != Some(*port));
                }
                Ok(Next::Done)
            }
            Some(':') => self.after_scheme(),
            _ if self.given => Err(Malformed),
            _ => {
                self.buffer.clear();
                self.at = 0;
                self.again(State::NoScheme)
            }
        }
    }

    fn after_scheme(&mut self) -> Step {
        self.url.scheme = std::mem::take(&mut self.buffer);
        if self.url.scheme == "file" {
            return self.on(State::File);
        }
        if self.url.is_special() {
            let alike = self.base.is_some_and(|base| base.scheme == self.url.scheme);
            return self.on(if alike {
                State::SpecialRelativeOrAuthority
            } else {
                State::SpecialAuthoritySlashes
            });
        }
        if self.rest().first() == Some(&'/') {
            self.at += 1;
            return self.on(State::PathOrAuthority);
        }
        self.url.path = Path::Opaque(String::new());
        self.on(State::OpaquePath)
    }

    fn no_scheme(&mut self, char: Option<char>) -> Step {
        let base = self.base.ok_or(Malformed)?;
        if !base.is_opaque() {
            return self.again(if base.scheme == "file" { State::File } else { State::Relative });
        }
        if char != Some('#') {
            return Err(Malformed);
        }
        self.url = Record { fragment: None, ..base.clone() };
        self.begin_fragment()
    }

    fn special_relative_or_authority(&mut self, char: Option<char>) -> Step {
        if char == Some('/') && self.rest().first() == Some(&'/') {
            self.at += 1;
            return self.on(State::SpecialAuthorityIgnoreSlashes);
        }
        self.again(State::Relative)
    }

    fn relative(&mut self, char: Option<char>) -> Step {
        let base = self.base.ok_or(Malformed)?;
        self.url.scheme.clone_from(&base.scheme);
        if char == Some('/') || self.is_backslash(char) {
            return self.on(State::RelativeSlash);
        }
        self.url = Record { fragment: None, ..base.clone() };
        match char {
            Some('?') => self.begin_query(),
            Some('#') => self.begin_fragment(),
            Some(_) => {
                self.url.query = None;
                self.url.shorten();
                self.again(State::Path)
            }
            None => Ok(Next::On),
        }
    }

    fn relative_slash(&mut self, char: Option<char>) -> Step {
        if self.url.is_special() && matches!(char, Some('/' | '\\')) {
            return self.on(State::SpecialAuthorityIgnoreSlashes);
        }
        if char == Some('/') {
            return self.on(State::Authority);
        }
        let base = self.base.ok_or(Malformed)?;
        let path = std::mem::take(&mut self.url.path);
        self.url = Record { path, query: None, fragment: None, ..base.clone() };
        self.again(State::Path)
    }

    fn authority(&mut self, char: Option<char>) -> Step {
        if char == Some('@') {
            let mut buffer = std::mem::take(&mut self.buffer);
            if self.at_sign_seen {
                buffer.insert_str(0, "%40");
            }
            self.at_sign_seen = true;
            for char in buffer.chars() {
                if char == ':' && !self.password_seen {
                    self.password_seen = true;
                    continue;
                }
                let url = &mut self.url;
                let part = if self.password_seen { &mut url.password } else { &mut url.username };
                encode(part, char, in_userinfo);
            }
            return Ok(Next::On);
        }
        if !self.ends(char) {
            self.buffer.extend(char);
            return Ok(Next::On);
        }
        if self.at_sign_seen && self.buffer.is_empty() {
            return Err(Malformed);
        }
        self.at -= self.buffer.chars().count();
        self.buffer.clear();
        self.again(State::Host)
    }

    fn host(&mut self, char: Option<char>) -> Step {
        if self.given && self.url.scheme == "file" {
            return self.again(State::FileHost);
        }
        if char == Some(':') && !self.inside_brackets {
            if self.buffer.is_empty() || self.begun == State::Hostname {
                return Err(Malformed);
            }
            self.url.host = Some(self.host_of_buffer()?);
            return self.on(State::Port);
        }
        if self.ends(char) {
            let empty = self.buffer.is_empty();
            let needed = self.url.is_special()
                || (self.given && (self.url.has_credentials() || self.url.port.is_some()));
            if empty && needed {
                return Err(Malformed);
            }
            self.url.host = Some(self.host_of_buffer()?);
            return if self.given { Ok(Next::Done) } else { self.again(State::PathStart) };
        }
        match char {
            Some('[') => self.inside_brackets = true,
            Some(']') => self.inside_brackets = false,
            _ => {}
        }
        self.buffer.extend(char);
        Ok(Next::On)
    }

    fn host_of_buffer(&mut self) -> Result<String, Malformed> {
        let text = std::mem::take(&mut self.buffer);
        let host =
            if self.url.is_special() { Host::parse(&text) } else { Host::parse_opaque(&text) };
        host.map(|host| host.to_string()).map_err(|_| Malformed)
    }

    fn port(&mut self, char: Option<char>) -> Step {
        if let Some(digit) = char.filter(char::is_ascii_digit) {
            self.buffer.push(digit);
            return Ok(Next::On);
        }
        if !self.ends(char) && !self.given {
            return Err(Malformed);
        }
        if !self.buffer.is_empty() {
            let port = std::mem::take(&mut self.buffer).parse().map_err(|_| Malformed)?;
            self.url.port = Some(port).filter(|port| default_port(&self.url.scheme) != Some(*port));
            if self.given {
                return Ok(Next::Done);
            }
        }
        if self.given { Err(Malformed) } else { self.again(State::PathStart) }
    }

    fn file(&mut self, char: Option<char>) -> Step {
        "file".clone_into(&mut self.url.scheme);
        self.url.host = Some(String::new());
        if matches!(char, Some('/' | '\\')) {
            return self.on(State::FileSlash);
        }
        let Some(base) = self.base.filter(|base| base.scheme == "file") else {
            return self.again(State::Path);
        };
        self.url = Record { fragment: None, ..base.clone() };
        match char {
            Some('?') => self.begin_query(),
            Some('#') => self.begin_fragment(),
            Some(_) => {
                self.url.query = None;
                if starts_with_drive(&self.input[self.at..]) {
                    self.url.path = Path::default();
                } else {
                    self.url.shorten();
                }
                self.again(State::Path)
            }
            None => Ok(Next::On),
        }
    }

    fn file_slash(&mut self, char: Option<char>) -> Step {
        if matches!(char, Some('/' | '\\')) {
            return self.on(State::FileHost);
        }
        if let Some(base) = self.base.filter(|base| base.scheme == "file") {
            self.url.host.clone_from(&base.host);
            if let Path::Segments(segments) = &base.path
                && let Some(drive) = segments.first().filter(|first| is_normalized_drive(first))
                && !starts_with_drive(self.input.get(self.at..).unwrap_or_default())
            {
                self.url.push(drive.clone());
            }
        }
        self.again(State::Path)
    }

    fn file_host(&mut self, char: Option<char>) -> Step {
        if !matches!(char, None | Some('/' | '\\' | '?' | '#')) {
            self.buffer.extend(char);
            return Ok(Next::On);
        }
        if !self.given && is_drive(&self.buffer) {
            return self.again(State::Path);
        }
        let host = if self.buffer.is_empty() { String::new() } else { self.host_of_buffer()? };
        self.url.host = Some(if host == "localhost" { String::new() } else { host });
        if self.given { Ok(Next::Done) } else { self.again(State::PathStart) }
    }

    fn path_start(&mut self, char: Option<char>) -> Step {
        let slash = char == Some('/') || self.is_backslash(char);
        match char {
            Some('?') if !self.given && !self.url.is_special() => self.begin_query(),
            Some('#') if !self.given && !self.url.is_special() => self.begin_fragment(),
            None if !self.url.is_special() => {
                if self.given && self.url.host.is_none() {
                    self.url.push(String::new());
                }
                Ok(Next::On)
            }
            _ if slash => self.on(State::Path),
            _ => self.again(State::Path),
        }
    }

    fn path(&mut self, char: Option<char>) -> Step {
        let slash = char == Some('/') || self.is_backslash(char);
        let tail = !self.given && matches!(char, Some('?' | '#'));
        if let Some(char) = char.filter(|_| !slash && !tail) {
            encode(&mut self.buffer, char, in_path);
            return Ok(Next::On);
        }
        let mut segment = std::mem::take(&mut self.buffer);
        if is_double_dot(&segment) {
            self.url.shorten();
            segment.clear();
        } else if is_single_dot(&segment) {
            segment.clear();
        } else {
            let first = matches!(&self.url.path, Path::Segments(before) if before.is_empty());
            if self.url.scheme == "file" && first && is_drive(&segment) {
                segment.replace_range(1.., ":");
            }
            self.url.push(segment);
            return self.after_segment(char);
        }
        if !slash {
            self.url.push(segment);
        }
        self.after_segment(char)
    }

    fn after_segment(&mut self, char: Option<char>) -> Step {
        match char {
            Some('?') => self.begin_query(),
            Some('#') => self.begin_fragment(),
            _ => Ok(Next::On),
        }
    }

    fn opaque_path(&mut self, char: Option<char>) -> Step {
        match char {
            Some('?') => return self.begin_query(),
            Some('#') => return self.begin_fragment(),
            Some(char) => {
                if let Path::Opaque(path) = &mut self.url.path {
                    encode(path, char, in_controls);
                }
            }
            None => {}
        }
        Ok(Next::On)
    }

    fn query(&mut self, char: Option<char>) -> Step {
        if char == Some('#') && !self.given {
            return self.begin_fragment();
        }
        let set = if self.url.is_special() { in_special_query } else { in_query };
        let query = self.url.query.get_or_insert_default();
        char.into_iter().for_each(|char| encode(query, char, set));
        Ok(Next::On)
    }
}

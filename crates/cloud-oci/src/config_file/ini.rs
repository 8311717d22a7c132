//! The grammar of the file: Python's `configparser` with interpolation off, as the SDK uses it.
//!
//! Keys are case-insensitive and split at the first `=` or `:`; comments are whole lines; an indented line continues the
//! value above it; `[DEFAULT]` is inherited. It knows nothing of what the keys mean.

use std::collections::BTreeSet;

use zeroize::Zeroizing;

use super::{Problem, ProblemKind};

/// The section whose keys all others inherit.
pub(super) const DEFAULT: &str = "DEFAULT";

#[derive(Default)]
pub(super) struct File {
    pub(super) sections: Vec<Section>,
}

pub(super) struct Section {
    pub(super) name: String,
    pub(super) line: usize,
    entries: Vec<Entry>,
}

/// One key with its value, which may be a passphrase.
pub(super) struct Entry {
    key: String,
    pub(super) value: Zeroizing<String>,
    pub(super) line: usize,
}

/// Reads the sections, or reports everything that is not of this grammar.
pub(super) fn read(text: &str) -> Result<File, Vec<Problem>> {
    if text.starts_with('\u{feff}') {
        return Err(vec![Problem::of_line(1, ProblemKind::ByteOrderMark)]);
    }
    let unix = Zeroizing::new(text.replace("\r\n", "\n").replace('\r', "\n"));
    let mut reader = Reader::default();
    for (index, line) in unix.split('\n').enumerate() {
        reader.take(index + 1, line);
    }
    if reader.problems.is_empty() { Ok(reader.file) } else { Err(reader.problems) }
}

impl File {
    /// The sections that may be profiles, in the file's order.
    pub(super) fn profile_names(&self) -> impl Iterator<Item = &str> {
        let mut seen = BTreeSet::new();
        self.sections.iter().map(|section| section.name.as_str()).filter(move |name| seen.insert(*name))
    }

    pub(super) fn section(&self, name: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.name == name)
    }

    /// The entry that holds in this profile: its own, else that of `[DEFAULT]`.
    pub(super) fn entry(&self, profile: &str, key: &str) -> Option<&Entry> {
        self.own_entry(profile, key).or_else(|| self.own_entry(DEFAULT, key))
    }

    fn own_entry(&self, section: &str, key: &str) -> Option<&Entry> {
        let sections = self.sections.iter().filter(|known| known.name == section);
        sections.flat_map(|known| &known.entries).find(|entry| entry.key == key)
    }
}

#[derive(Default)]
struct Reader {
    file: File,
    problems: Vec<Problem>,
    keys_seen: BTreeSet<(String, String)>,
    indent: usize,
    /// Whether the last entry of the last section can still be continued by an indented line.
    is_open: bool,
}

impl Reader {
    fn take(&mut self, number: usize, line: &str) {
        let content = line.trim();
        // Blank lines in the middle of a value would belong to it; no value that we take has lines.
        if content.is_empty() || content.starts_with(['#', ';']) {
            return;
        }
        let indent = line.chars().take_while(|letter| letter.is_whitespace()).count();
        if self.is_open && indent > self.indent {
            self.continue_value(content);
            return;
        }
        self.indent = indent;
        match section_name(content) {
            Some(name) => self.begin_section(number, name),
            None => self.take_assignment(number, content),
        }
    }

    fn begin_section(&mut self, number: usize, name: &str) {
        let is_repeated = name != DEFAULT && self.file.section(name).is_some();
        if is_repeated {
            self.problem(number, None, ProblemKind::DuplicateSection);
        }
        self.is_open = false;
        self.file.sections.push(Section { name: name.to_owned(), line: number, entries: Vec::new() });
    }

    fn take_assignment(&mut self, number: usize, content: &str) {
        let Some(section) = self.file.sections.last_mut() else {
            return self.problems.push(Problem::of_line(number, ProblemKind::OutsideSection));
        };
        let (key, value) = match content.split_once(['=', ':']) {
            Some((key, value)) if !key.trim().is_empty() => (key.trim().to_lowercase(), value.trim()),
            _ => return self.problem(number, None, ProblemKind::NotAnAssignment),
        };
        let is_new = self.keys_seen.insert((section.name.clone(), key.clone()));
        let value = Zeroizing::new(value.to_owned());
        section.entries.push(Entry { key: key.clone(), value, line: number });
        self.is_open = true;
        if !is_new {
            self.problem(number, Some(key), ProblemKind::DuplicateKey);
        }
    }

    fn continue_value(&mut self, content: &str) {
        let section = self.file.sections.last_mut().filter(|_| self.is_open);
        if let Some(entry) = section.and_then(|section| section.entries.last_mut()) {
            entry.value.push('\n');
            entry.value.push_str(content);
        }
    }

    fn problem(&mut self, line: usize, key: Option<String>, kind: ProblemKind) {
        let profile = self.file.sections.last().map(|section| section.name.clone());
        let field = key.filter(|key| looks_like_a_key(key));
        self.problems.push(Problem { profile, field, line: Some(line), kind });
    }
}

fn section_name(content: &str) -> Option<&str> {
    let inside = content.strip_prefix('[')?;
    let (name, _) = inside.rsplit_once(']')?;
    (!name.is_empty()).then_some(name)
}

/// A line of a pasted private key may end in `=` and so look like an assignment: never repeat what may be one.
fn looks_like_a_key(key: &str) -> bool {
    key.len() <= 32 && key.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_')
}

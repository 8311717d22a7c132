//! The file `~/.oci/config`, read as the official SDK reads it.
//!
//! Pure over text: it opens no file, knows no home directory and asks no environment, so `OCI_REGION` and the like are
//! the caller's business. Every violation is reported at once, with its line.

mod ini;
mod problem;
mod rules;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use secrecy::SecretString;

pub use self::problem::{Problem, ProblemKind};
use crate::region::Region;

/// One complete account of the file, with what it inherits from `[DEFAULT]`.
#[derive(Debug, Clone)]
pub struct Profile {
    /// The section's name.
    pub name: String,
    pub user: String,
    pub tenancy: String,
    /// Lower-case hexadecimal with colons, as typed. Whether it is the key's own is for `ApiKey::fingerprint` to say.
    pub fingerprint: String,
    pub region: Region,
    /// As written; `key_path` says where it lies.
    pub key_file: String,
    pub pass_phrase: Option<SecretString>,
}

impl Profile {
    /// Where the key lies: `~` is the home directory, and a relative path begins at the current directory, not at the
    /// file's own, as in the SDK.
    pub fn key_path(&self, home: &Path, current: &Path) -> PathBuf {
        match self.key_file.strip_prefix('~') {
            Some("") => home.to_owned(),
            Some(rest) if rest.starts_with('/') => home.join(rest.trim_start_matches('/')),
            _ => current.join(&self.key_file),
        }
    }
}

/// Answers every profile of the file, or everything that is wrong with any of them.
///
/// `[DEFAULT]` beside other sections may be a mere collection of what they share; it is a profile of its own if it is
/// complete, or if it stands alone.
pub fn parse(text: &str) -> Result<Vec<Profile>, Vec<Problem>> {
    let file = ini::read(text)?;
    let mut profiles = Vec::new();
    let mut problems = Vec::new();
    for name in file.profile_names() {
        match rules::profile(&file, name) {
            Ok(profile) => profiles.push(profile),
            Err(_) if name == ini::DEFAULT && file.sections.len() > 1 => {}
            Err(more) => problems.extend(more),
        }
    }
    if profiles.is_empty() && problems.is_empty() {
        problems.push(Problem::of_file(ProblemKind::NoProfile));
    }
    if problems.is_empty() { Ok(profiles) } else { Err(without_repeats(problems)) }
}

/// Answers the profile of this name, whatever may be wrong with others. The SDK's own default is `DEFAULT`.
pub fn profile(text: &str, name: &str) -> Result<Profile, Vec<Problem>> {
    rules::profile(&ini::read(text)?, name)
}

/// What `[DEFAULT]` has wrong is inherited by all, but said once.
fn without_repeats(problems: Vec<Problem>) -> Vec<Problem> {
    let mut kept: Vec<Problem> = Vec::with_capacity(problems.len());
    for problem in problems {
        let is_same = |other: &Problem| {
            other.line == problem.line && other.field == problem.field && other.kind == problem.kind
        };
        let is_inherited = problem.kind != ProblemKind::Missing && kept.iter().any(is_same);
        if !is_inherited {
            kept.push(problem);
        }
    }
    kept
}

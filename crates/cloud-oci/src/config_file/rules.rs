//! What the keys of a profile must look like. The patterns are the SDK's.

use secrecy::SecretString;

use super::ini::{Entry, File};
use super::{Problem, ProblemKind, Profile};
use crate::form;
use crate::region::Region;

/// Builds one profile, or reports all that keeps it from being one.
pub(super) fn profile(file: &File, name: &str) -> Result<Profile, Vec<Problem>> {
    let Some(section) = file.section(name) else {
        let problem = Problem::of_file(ProblemKind::NoSuchProfile);
        return Err(vec![Problem { profile: Some(name.to_owned()), ..problem }]);
    };
    let mut checker = Checker { file, name, line: section.line, problems: Vec::new() };
    checker.refuse_key_content();
    let user = checker.field("user", ocid);
    let tenancy = checker.field("tenancy", ocid);
    let fingerprint = checker.field("fingerprint", fingerprint);
    let key_file = checker.field("key_file", |value| Ok(value.to_owned()));
    let region = checker.field("region", |value| Region::find(value).map_err(ProblemKind::UnknownRegion));
    let pass_phrase = checker.optional("pass_phrase").map(|entry| SecretString::from(entry.value.as_str()));
    match (user, tenancy, fingerprint, key_file, region, checker.problems.is_empty()) {
        (Some(user), Some(tenancy), Some(fingerprint), Some(key_file), Some(region), true) => {
            Ok(Profile { name: name.to_owned(), user, tenancy, fingerprint, region, key_file, pass_phrase })
        }
        _ => Err(checker.problems),
    }
}

struct Checker<'a> {
    file: &'a File,
    name: &'a str,
    line: usize,
    problems: Vec<Problem>,
}

impl Checker<'_> {
    fn field<Value>(
        &mut self,
        key: &str,
        check: impl FnOnce(&str) -> Result<Value, ProblemKind>,
    ) -> Option<Value> {
        let Some(entry) = self.optional(key) else {
            self.problem(key, self.line, ProblemKind::Missing);
            return None;
        };
        let line = entry.line;
        let has_comment = entry.value.contains([' ', '\t']) && entry.value.contains(['#', ';']);
        let checked = check(&entry.value);
        let kind = match checked {
            Ok(value) => return Some(value),
            Err(_) if has_comment => ProblemKind::CommentInValue,
            Err(kind) => kind,
        };
        self.problem(key, line, kind);
        None
    }

    fn optional(&self, key: &str) -> Option<&Entry> {
        self.file.entry(self.name, key).filter(|entry| !entry.value.is_empty())
    }

    fn refuse_key_content(&mut self) {
        let line = self.file.entry(self.name, "key_content").map(|entry| entry.line);
        if let Some(line) = line {
            self.problem("key_content", line, ProblemKind::KeyContent);
        }
    }

    fn problem(&mut self, key: &str, line: usize, kind: ProblemKind) {
        let profile = Some(self.name.to_owned());
        self.problems.push(Problem { profile, field: Some(key.to_owned()), line: Some(line), kind });
    }
}

fn ocid(value: &str) -> Result<String, ProblemKind> {
    if form::is_ocid(value) { Ok(value.to_owned()) } else { Err(ProblemKind::BadOcid) }
}

fn fingerprint(value: &str) -> Result<String, ProblemKind> {
    if form::is_fingerprint(value) {
        Ok(value.to_owned())
    } else if form::is_fingerprint(&value.to_lowercase()) {
        Err(ProblemKind::FingerprintInUpperCase)
    } else {
        Err(ProblemKind::BadFingerprint)
    }
}

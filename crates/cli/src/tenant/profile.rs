//! A configuration file of OCI's tools, cut into profiles: only as far as one must look to send the key files along.
//!
//! What the values mean, and whether they are right, is the server's business. Lines are passed on as they are written.

use secrecy::{ExposeSecret, SecretString};

/// Values in it hold for every profile, as in Python's `ConfigParser`, by which OCI's tools read the file.
const DEFAULT: &str = "DEFAULT";

/// One `[section]` with its lines.
#[derive(Clone)]
pub(super) struct Profile {
    pub(super) name: String,
    entries: Vec<Entry>,
}

/// A value with the lines it stands on; a line that begins with white space goes on with the value before. May hold a secret.
#[derive(Clone)]
struct Entry {
    key: String,
    lines: SecretString,
}

/// The profiles of a file in their order.
#[derive(Clone)]
pub(super) struct ConfigFile {
    profiles: Vec<Profile>,
}

impl ConfigFile {
    pub(super) fn read(text: &str) -> Self {
        let mut profiles: Vec<Profile> = Vec::new();
        for line in text.lines() {
            let bare = line.trim();
            if let Some(name) = bare.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                profiles.push(Profile { name: name.to_owned(), entries: Vec::new() });
            } else if let Some(profile) = profiles.last_mut()
                && !bare.is_empty()
                && !bare.starts_with(['#', ';'])
            {
                profile.add(line);
            }
        }
        Self { profiles }
    }

    /// One profile alone, with what it inherits written out; nothing when there is none of that name.
    pub(super) fn only(&self, name: &str) -> Option<Self> {
        let profile = self.profiles.iter().find(|profile| profile.name == name)?;
        let mut alone = profile.clone();
        for entry in self.inherited() {
            if alone.entry(&entry.key).is_none() {
                alone.entries.push(entry.clone());
            }
        }
        Some(Self { profiles: vec![alone] })
    }

    pub(super) fn profiles(&self) -> &[Profile] {
        &self.profiles
    }

    /// A value of a profile, its own or inherited.
    pub(super) fn value(&self, profile: &Profile, key: &str) -> Option<String> {
        let inherited = || self.inherited().find(|entry| entry.key == key);
        profile.entry(key).or_else(inherited).map(Entry::value)
    }

    /// Gives a profile a passphrase.
    pub(super) fn set_passphrase(&mut self, profile: &str, passphrase: &SecretString) {
        let lines = SecretString::from(format!("pass_phrase={}", passphrase.expose_secret()));
        for found in self.profiles.iter_mut().filter(|found| found.name == profile) {
            found.entries.retain(|entry| entry.key != "pass_phrase");
            found.entries.push(Entry { key: "pass_phrase".into(), lines: lines.clone() });
        }
    }

    /// The text to send.
    pub(super) fn text(&self) -> SecretString {
        let mut text = String::new();
        for profile in &self.profiles {
            text.extend(["[", &profile.name, "]\n"]);
            text.extend(profile.entries.iter().flat_map(|entry| [entry.lines.expose_secret(), "\n"]));
        }
        text.into()
    }

    fn inherited(&self) -> impl Iterator<Item = &Entry> {
        self.profiles.iter().filter(|profile| profile.name == DEFAULT).flat_map(|profile| &profile.entries)
    }
}

impl Profile {
    fn add(&mut self, line: &str) {
        let goes_on = line.starts_with([' ', '\t']);
        if let Some(entry) = self.entries.last_mut().filter(|_| goes_on) {
            entry.lines = format!("{}\n{line}", entry.lines.expose_secret()).into();
        } else {
            let key = line.split(['=', ':']).next().unwrap_or_default().trim().to_lowercase();
            self.entries.push(Entry { key, lines: line.into() });
        }
    }

    fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().rev().find(|entry| entry.key == key)
    }
}

impl Entry {
    fn value(&self) -> String {
        let text = self.lines.expose_secret();
        text.split_once(['=', ':']).map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# mine\r\n[DEFAULT]\r\nuser=ocid1.user\r\nkey_file = ~/.oci/a.pem\r\n\r\n[seoul]\r\nkey_file=~/.oci/b.pem\r\nregion=ap-seoul-1\r\n";

    #[test]
    fn a_profile_alone_carries_what_it_inherits() {
        let file = ConfigFile::read(FILE).only("seoul").unwrap();
        assert_eq!(
            file.text().expose_secret(),
            "[seoul]\nkey_file=~/.oci/b.pem\nregion=ap-seoul-1\nuser=ocid1.user\n"
        );
        assert!(ConfigFile::read(FILE).only("osaka").is_none());
    }

    #[test]
    fn the_default_profile_alone_is_without_the_others() {
        let text = ConfigFile::read(FILE).only("DEFAULT").unwrap().text();
        assert_eq!(text.expose_secret(), "[DEFAULT]\nuser=ocid1.user\nkey_file = ~/.oci/a.pem\n");
    }

    #[test]
    fn values_are_found_with_spaces_or_inherited() {
        let file = ConfigFile::read(FILE);
        let [default, seoul] = file.profiles() else { panic!("two profiles") };
        assert_eq!(file.value(default, "key_file").as_deref(), Some("~/.oci/a.pem"));
        assert_eq!(file.value(seoul, "user").as_deref(), Some("ocid1.user"));
        assert_eq!(file.value(seoul, "pass_phrase"), None);
    }

    #[test]
    fn a_value_over_several_lines_stays_whole() {
        let text = "[A]\nkey_content=-----BEGIN\n  abc\n  -----END\nuser=x\n";
        assert_eq!(ConfigFile::read(text).text().expose_secret(), text);
    }

    #[test]
    fn a_passphrase_goes_into_its_profile() {
        let mut file = ConfigFile::read("[A]\nuser=x\n[B]\nuser=y\n");
        file.set_passphrase("A", &SecretString::from("s e"));
        assert_eq!(file.text().expose_secret(), "[A]\nuser=x\npass_phrase=s e\n[B]\nuser=y\n");
    }
}

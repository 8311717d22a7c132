//! Words of the cloud that outlast the call: ids, names, addresses. They go into events, so they have a length.

use serde::Deserialize;

/// At most so many characters: the provider's own ids and names are no longer.
pub(crate) const LONGEST: usize = 255;

/// A word of at most [`LONGEST`] characters. A longer one is a fault of the whole answer, as any other garbage is.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Name(String);

impl Name {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Name {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.chars().nth(LONGEST).is_none() {
            Ok(Self(text))
        } else {
            Err(format!("an id or a name is over {LONGEST} characters"))
        }
    }
}

impl From<Name> for String {
    fn from(Name(text): Name) -> Self {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, Name};

    #[test]
    fn a_name_is_counted_in_characters_and_not_in_bytes() {
        let just = "名".repeat(LONGEST);
        assert_eq!(Name::try_from(just.clone()).unwrap().as_str(), just);
        Name::try_from(just + "x").unwrap_err();
    }
}

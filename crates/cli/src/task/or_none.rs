//! The word `none`: whatever a flag would set, it takes away.

use serde_json::{Value, json};

const WORD: &str = "none";

/// What a flag sets, or nothing in its place.
#[derive(Clone, Debug)]
pub(super) struct OrNone<T>(Option<T>);

/// A parser of clap's that knows the word as well.
pub(super) fn or_none<T: 'static>(
    parse: fn(&str) -> Result<T, String>,
) -> impl Fn(&str) -> Result<OrNone<T>, String> + Clone + Send + Sync + 'static {
    move |text| if text == WORD { Ok(OrNone(None)) } else { parse(text).map(|given| OrNone(Some(given))) }
}

/// Any text is lawful: the server knows better.
#[expect(clippy::unnecessary_wraps, reason = "clap wants a parser that may fail")]
pub(super) fn text(text: &str) -> Result<String, String> {
    Ok(text.to_owned())
}

pub(super) fn number(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| format!("`{text}` is neither a whole number nor `{WORD}`"))
}

impl<T: serde::Serialize> OrNone<T> {
    /// As it is sent; some fields have a value of their own for nothing.
    pub(super) fn or(&self, nothing: Value) -> Value {
        self.0.as_ref().map_or(nothing, |given| json!(given))
    }
}

/// The list that a repeated flag sets; absent when the flag is.
pub(super) fn list<T>(given: &[OrNone<T>]) -> Option<Vec<&T>> {
    (!given.is_empty()).then(|| given.iter().filter_map(|each| each.0.as_ref()).collect())
}

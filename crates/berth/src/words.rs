//! In which language this process speaks to the person who started it, decided once by `--lang` or the locale; and how it complains.

use std::{io::Write, sync::OnceLock};

use berth_domain::Language;

static CHOSEN: OnceLock<Language> = OnceLock::new();

/// To be said once, before anything is printed.
pub(crate) fn speak(language: Language) {
    CHOSEN.set(language).ok();
}

pub(crate) fn language() -> Language {
    CHOSEN.get().copied().unwrap_or_default()
}

/// The same words in the language that was chosen.
pub(crate) fn of<'a>(english: &'a str, chinese: &'a str) -> &'a str {
    match language() {
        Language::English => english,
        Language::Chinese => chinese,
    }
}

/// A line on standard output.
pub(crate) fn say(english: &str, chinese: &str) {
    line(of(english, chinese));
}

/// A line that is the same in every language. Whoever closed standard output does not want to know.
pub(crate) fn line(text: &str) {
    writeln!(std::io::stdout(), "{text}").ok();
}

/// Says what is wrong, with all that caused it, and answers the exit code.
pub(crate) fn fail(error: &dyn std::error::Error, code: u8) -> u8 {
    complain(&crate::chain_of(error), None);
    code
}

/// Says what is wrong and what to do about it.
pub(crate) fn complain(problem: &str, hint: Option<&str>) {
    eprintln!("error: {problem}");
    if let Some(hint) = hint {
        eprintln!("hint: {hint}");
    }
}

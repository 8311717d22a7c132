//! Secrets that a person gives: in a file, through a pipe, or typed where nobody sees it. Never as an argument, which every process can see.

use std::path::Path;

use secrecy::{ExposeSecret, SecretString};

use crate::{
    console::Console,
    failure::{Exit, Failure},
    words,
};

/// One line of a file, or of standard input where that is named `-`.
pub(crate) fn of_file(console: &mut Console, path: &Path) -> Result<SecretString, Failure> {
    let text = console.text_of(path)?;
    let secret = SecretString::from(text.trim_end_matches(['\r', '\n']));
    if secret.expose_secret().contains('\n') {
        return Err(Failure::usage(words::secret::of_lines()));
    }
    Ok(secret)
}

/// A password that is known already: from the file that was named, else asked for.
pub(crate) fn password(console: &mut Console, file: Option<&Path>) -> Result<SecretString, Failure> {
    match file {
        Some(path) => of_file(console, path),
        None if console.can_ask => console.ask_secret(&words::secret::ask_known_password()),
        None => Err(wanted()),
    }
}

fn wanted() -> Failure {
    Failure::new(Exit::Usage, words::secret::password_wanted(), Some(words::secret::how_to_give()))
}

/// A password that will be kept: from the file that was named, else asked for twice.
pub(crate) fn new_password(console: &mut Console, file: Option<&Path>) -> Result<SecretString, Failure> {
    if let Some(path) = file {
        return of_file(console, path);
    }
    if !console.can_ask {
        return Err(wanted());
    }
    let password = console.ask_secret(&words::secret::ask_password())?;
    let again = console.ask_secret(&words::secret::ask_again())?;
    if password.expose_secret() == again.expose_secret() {
        Ok(password)
    } else {
        Err(Failure::usage(words::secret::not_the_same()))
    }
}

//! What a shell offers while a name is typed: asked of the server, quickly or not at all.
//!
//! The shell runs us once more with the words so far behind `--`. The flags that say which server it is are taken from among them; whatever
//! goes wrong, nothing is offered, because nobody wants an error in the middle of a line.

use std::{ffi::OsString, time::Duration};

use berth_domain::Language;
use clap::Parser;
use clap_complete::{ArgValueCandidates, CompletionCandidate};
use serde_json::{Value, json};

use crate::{
    client::Client,
    failure::Failure,
    global::{Global, is_local},
    output::table::printable,
};

/// Longer than a server that is there takes, and shorter than a person's patience.
const PATIENCE: Duration = Duration::from_secs(1);
/// Nobody reads through more.
const OFFERED: usize = 500;
/// Those that say which server to ask, and who asks.
const FLAGS: [&str; 4] = ["--server", "--token", "--token-file", "--data-dir"];

pub(crate) fn tenants() -> ArgValueCandidates {
    of(include_str!("names/tenants.graphql"))
}

pub(crate) fn tasks() -> ArgValueCandidates {
    of(include_str!("names/tasks.graphql"))
}

pub(crate) fn profiles() -> ArgValueCandidates {
    of(include_str!("names/profiles.graphql"))
}

pub(crate) fn users() -> ArgValueCandidates {
    ArgValueCandidates::new(|| all(include_str!("names/users.graphql")).unwrap_or_default())
}

pub(crate) fn channels() -> ArgValueCandidates {
    ArgValueCandidates::new(|| all(include_str!("names/channels.graphql")).unwrap_or_default())
}

fn of(document: &'static str) -> ArgValueCandidates {
    ArgValueCandidates::new(move || pages(document).unwrap_or_default())
}

/// Of a list that comes in pages.
fn pages(document: &str) -> Option<Vec<CompletionCandidate>> {
    let found = ask(async |client| client.pages(document, json!({}), OFFERED).await)?;
    Some(candidates(&found.nodes))
}

/// Of a list that comes whole.
fn all(document: &str) -> Option<Vec<CompletionCandidate>> {
    let found = ask(async |client| client.ask(document, json!({})).await)?;
    Some(candidates(found.as_array()?))
}

/// Runs before there is any runtime, so it makes its own.
fn ask<T>(question: impl AsyncFnOnce(&Client) -> Result<T, Failure>) -> Option<T> {
    let global = flags(std::env::args_os())?;
    let client = Client::new(&global, Language::English).ok()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    runtime.block_on(async { tokio::time::timeout(PATIENCE, question(&client)).await.ok()?.ok() })
}

/// The connection that the words so far speak of, if it is one on which a token may travel: nobody has struck Enter yet, and what is typed so
/// far may name a host that was never meant.
fn flags(words: impl Iterator<Item = OsString>) -> Option<Global> {
    #[derive(Parser)]
    struct Flags {
        #[command(flatten)]
        global: Global,
    }
    let words = rejoined(words)?;
    let mut line = vec!["berth".to_owned()];
    for (word, next) in words.iter().zip(words.iter().skip(1).map(Some).chain([None])) {
        let (flag, value) =
            word.split_once('=').map_or((word.as_str(), None), |(flag, value)| (flag, Some(value)));
        if FLAGS.contains(&flag) {
            let value = value.or(next.map(String::as_str))?;
            line.push(format!("{flag}={value}"));
        }
    }
    let global = Flags::try_parse_from(line).ok()?.global;
    let server = global.server().ok()?;
    (server.scheme() == "https" || is_local(&server)).then_some(global)
}

/// The words as they were typed: bash cuts them before and after `:` and `=`. Nothing where one of them is no text.
fn rejoined(words: impl Iterator<Item = OsString>) -> Option<Vec<String>> {
    let is_cut = |word: &str| !word.is_empty() && word.chars().all(|c| matches!(c, ':' | '='));
    let (mut whole, mut goes_on): (Vec<String>, bool) = (Vec::new(), false);
    for word in words {
        let word = word.into_string().ok()?;
        let cut = is_cut(&word);
        match whole.last_mut() {
            Some(last) if cut || goes_on => last.push_str(&word),
            _ => whole.push(word),
        }
        goes_on = cut;
    }
    Some(whole)
}

/// Names, each with its id beside it; ids alone where a name would need quotes or is not the only one. An id that was begun is completed
/// too.
fn candidates(nodes: &[Value]) -> Vec<CompletionCandidate> {
    let mut candidates = Vec::new();
    for node in nodes {
        let [Some(id), Some(name)] = ["id", "name"].map(|key| node[key].as_str()) else { continue };
        let is_only = nodes.iter().filter(|other| other["name"] == name).count() == 1;
        let named = is_only && is_plain(name);
        if named {
            candidates.push(CompletionCandidate::new(name).help(Some(id.to_owned().into())));
        }
        candidates.push(CompletionCandidate::new(id).help(Some(printable(name).into())).hide(named));
    }
    candidates
}

/// No shell sees anything in it but letters.
fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c))
        && !name.starts_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered(nodes: &Value) -> Vec<(String, bool)> {
        let candidates = candidates(nodes.as_array().unwrap());
        let offered = |candidate: &CompletionCandidate| {
            (candidate.get_value().to_str().unwrap().to_owned(), candidate.is_hide_set())
        };
        candidates.iter().map(offered).collect()
    }

    #[test]
    fn names_are_offered_and_ids_only_where_somebody_begins_one() {
        let nodes = json!([{ "id": "grab_1", "name": "东京-arm" }]);
        assert_eq!(offered(&nodes), [("东京-arm".to_owned(), false), ("grab_1".to_owned(), true)]);
    }

    #[test]
    fn a_name_that_a_shell_would_misread_or_that_two_have_is_offered_by_its_id() {
        for nodes in [
            json!([{ "id": "grab_1", "name": "a b" }]),
            json!([{ "id": "grab_1", "name": "$(x)" }]),
            json!([{ "id": "grab_1", "name": "-x" }]),
            json!([{ "id": "grab_1", "name": "x" }, { "id": "grab_2", "name": "x" }]),
        ] {
            assert!(
                offered(&nodes).iter().all(|(value, hidden)| value.starts_with("grab_") && !hidden),
                "{nodes}"
            );
        }
    }

    fn of(line: &str) -> Option<Global> {
        flags(line.split(' ').map(OsString::from))
    }

    #[test]
    fn the_words_so_far_say_which_server_is_asked() {
        let global = of("berth -- berth --server=https://a:1 task show --data-dir /d x").unwrap();
        assert_eq!(global.server, "https://a:1");
        assert_eq!(global.data_dir, Some("/d".into()));
        assert!(of("berth -- berth task --server").is_none());
    }

    #[test]
    fn words_that_bash_cut_are_whole_again() {
        for (line, server) in [
            ("--server https : //a task show", "https://a"),
            ("--server = https : //a : 8443 task show", "https://a:8443"),
            ("task show --server http : //[ :: 1] : 8080", "http://[::1]:8080"),
            ("--server localhost : 8080 --data-dir /d", "localhost:8080"),
        ] {
            let global = of(&format!("berth -- berth {line}")).unwrap_or_else(|| panic!("{line}"));
            assert_eq!(global.server, server, "{line}");
        }
    }

    #[test]
    fn no_token_goes_in_clear_to_another_machine() {
        for server in ["http://a:1", "a", "https", "http : //a", "127.0.0.1.example.com"] {
            assert!(of(&format!("berth -- berth --server {server} task show")).is_none(), "{server}");
        }
        assert!(of("berth -- berth --server http://127.0.0.1:1 task show").is_some());
    }

    #[cfg(unix)]
    #[test]
    fn where_a_word_is_no_text_nothing_is_offered() {
        use std::os::unix::ffi::OsStringExt;
        let words = [OsString::from("berth"), OsString::from_vec(vec![0xff])];
        assert!(flags(words.into_iter()).is_none());
    }
}

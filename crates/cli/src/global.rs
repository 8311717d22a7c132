//! What every command takes: which server, who is asking, how to print.

use std::{fs, path::PathBuf};

use berth_domain::Language;
use clap::{Args, ValueEnum};
use reqwest::Url;
use secrecy::SecretString;

use crate::{failure::Failure, words};

/// Where a server is that nobody told to be elsewhere.
const USUAL_SERVER: &str = "http://127.0.0.1:8080";

/// The flags all commands share. Secrets among them are never shown in `--help` or `Debug`.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Connection and output")]
pub struct Global {
    /// Server to speak to
    #[arg(
        long,
        global = true,
        env = "BERTH_SERVER",
        default_value = USUAL_SERVER,
        value_name = "URL"
    )]
    pub server: String,
    /// File that holds the token that opens it; else `token` in the data directory of a local server
    #[arg(long, global = true, env = "BERTH_TOKEN_FILE", value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// The token itself, which every process on the machine can read here
    #[arg(long, global = true, env = "BERTH_TOKEN", hide_env_values = true, value_parser = secret, value_name = "T")]
    pub token: Option<SecretString>,
    /// Data directory of a local server; `./data` if absent
    #[arg(long, global = true, env = "BERTH_DATA_DIR", value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// How to print; streams are JSONL when `json` is asked for
    #[arg(short, long, global = true, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: OutputFormat,
    /// The same as `-o json`
    #[arg(long, global = true, conflicts_with = "output")]
    pub json: bool,
    /// Whether to colour
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub color: ColorChoice,
    /// How to print moments
    #[arg(long, global = true, value_enum, default_value_t, value_name = "HOW")]
    pub time: TimeFormat,
    /// Say nothing but what was asked for
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say on stderr what is sent
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// Language of messages, `en` or `zh-CN`; from LANG if absent. This help is always in English, and JSON is never translated
    #[arg(long, global = true, value_parser = ["en", "zh-CN"], value_name = "LANGUAGE")]
    pub lang: Option<String>,
}

/// How to print an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// Tables and sentences, for people
    #[default]
    Text,
    /// The GraphQL field names, untouched
    Json,
    /// The same, one object a line
    Jsonl,
    /// Ids only
    Id,
}

/// When to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` says otherwise
    #[default]
    Auto,
    Always,
    Never,
}

/// How to print a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum TimeFormat {
    /// As a distance from now
    #[default]
    Relative,
    /// RFC 3339 in UTC
    Iso,
}

impl Global {
    /// How to print, `--json` or not.
    pub fn format(&self) -> OutputFormat {
        if self.json { OutputFormat::Json } else { self.output }
    }

    /// Whether a server was named that is not the usual one.
    pub fn names_a_server(&self) -> bool {
        self.server != USUAL_SERVER
    }

    /// The flag, else the locale of the environment in the order of POSIX.
    pub fn language(&self) -> Language {
        let locale = || {
            let of = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
            of("LC_ALL").or_else(|| of("LC_MESSAGES")).or_else(|| of("LANG")).unwrap_or_default()
        };
        let chosen = self.lang.clone().unwrap_or_else(locale);
        if chosen.starts_with("zh") { Language::Chinese } else { Language::English }
    }

    /// The server's address. Only `http` and `https` make sense.
    pub(crate) fn server(&self) -> Result<Url, Failure> {
        let text =
            if self.server.contains("://") { self.server.clone() } else { format!("http://{}", self.server) };
        match Url::parse(&text) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.host().is_some() => Ok(url),
            _ => Err(Failure::usage(words::not_a_server(&self.server))),
        }
    }

    /// The token to present, `None` when there is none to be found: the server then says what it thinks of that.
    ///
    /// A token file that was named must be readable. The file in the data directory is only looked at for a server on this machine: it
    /// would be somebody else's token elsewhere.
    pub(crate) fn find_token(&self, server: &Url) -> Result<Option<SecretString>, Failure> {
        if let Some(token) = &self.token {
            return Ok(Some(token.clone()));
        }
        if let Some(path) = &self.token_file {
            let text = fs::read_to_string(path)
                .map_err(|source| Failure::local(words::cannot_read(path), source))?;
            return Ok(Some(SecretString::from(text.trim())));
        }
        if !is_local(server) {
            return Ok(None);
        }
        let directory = self.data_dir.clone().unwrap_or_else(|| PathBuf::from("./data"));
        Ok(fs::read_to_string(directory.join("token")).ok().map(|text| SecretString::from(text.trim())))
    }
}

/// Whether a server is on this machine.
pub(crate) fn is_local(server: &Url) -> bool {
    let host = server.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[expect(clippy::unnecessary_wraps, reason = "clap wants a parser that may fail")]
fn secret(text: &str) -> Result<SecretString, std::convert::Infallible> {
    Ok(SecretString::from(text))
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use secrecy::ExposeSecret;

    use super::*;

    #[derive(Parser)]
    struct Flags {
        #[command(flatten)]
        global: Global,
    }

    fn token(flags: &[&str]) -> Result<Option<String>, Failure> {
        let global = Flags::parse_from([&["berth"], flags].concat()).global;
        let found = global.find_token(&global.server()?)?;
        Ok(found.map(|token| token.expose_secret().to_owned()))
    }

    #[test]
    fn the_token_is_looked_for_in_the_flag_the_file_and_the_data_directory() {
        let directory = tempfile::tempdir().unwrap();
        let data_dir = directory.path().to_str().unwrap();
        fs::write(directory.path().join("token"), "of-the-server\n").unwrap();
        let file = directory.path().join("file").display().to_string();
        fs::write(&file, "of-the-file\n").unwrap();
        let all = ["--token", "of-the-flag", "--token-file", &file, "--data-dir", data_dir];
        assert_eq!(token(&all).unwrap().as_deref(), Some("of-the-flag"));
        assert_eq!(token(&all[2..]).unwrap().as_deref(), Some("of-the-file"));
        assert_eq!(token(&all[4..]).unwrap().as_deref(), Some("of-the-server"));
        assert!(token(&["--token-file", "/nowhere"]).is_err(), "a file that was named must be there");
    }

    #[test]
    fn the_token_of_a_local_server_goes_to_no_other() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("token"), "of-the-server").unwrap();
        let data_dir = directory.path().to_str().unwrap();
        for server in ["http://127.0.0.1.example.com:8080", "https://192.0.2.1", "example.com"] {
            assert_eq!(token(&["--data-dir", data_dir, "--server", server]).unwrap(), None, "{server}");
        }
        for server in ["http://[::1]:8080", "https://localhost", "127.0.0.1:1"] {
            assert!(token(&["--data-dir", data_dir, "--server", server]).unwrap().is_some(), "{server}");
        }
    }

    #[test]
    fn a_token_shows_in_neither_debug_nor_help() {
        let global = Flags::parse_from(["berth", "--token", "hush"]).global;
        assert!(!format!("{global:?}").contains("hush"));
    }
}

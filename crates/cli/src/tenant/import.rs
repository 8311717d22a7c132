//! Reads a configuration file of OCI's tools and the keys it names on this machine, and sends both; the server understands them.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use clap::Args;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};

use super::profile::{ConfigFile, Profile};
use crate::{
    client::Client,
    console::Console,
    failure::{self, Exit, Failure, UserError},
    output::{
        color::Color,
        table::{Cell, Table},
    },
    secret, words,
};

#[derive(Args, Debug)]
pub struct Import {
    /// The configuration file
    #[arg(default_value = "~/.oci/config", value_name = "FILE")]
    file: PathBuf,
    /// Only this profile
    #[arg(long, value_name = "PROFILE")]
    profile: Option<String>,
    /// Only say what would be added
    #[arg(long)]
    dry_run: bool,
    /// File that holds the passphrase of the keys that need one and whose profile names none
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

pub(super) async fn run(client: &Client, console: &mut Console, import: Import) -> Result<Exit, Failure> {
    let path = at_home(&import.file);
    let mut config = ConfigFile::read(&read(&path)?);
    if let Some(profile) = &import.profile {
        config = config.only(profile).ok_or_else(|| Failure::not_found(words::no_profile(profile, &path)))?;
    }
    let keys = read_keys(&config)?;
    unlock(console, &mut config, &keys, import.passphrase_file.as_deref())?;
    let input = input(&config, &keys, import.dry_run);
    let payload = client.tell(include_str!("import.graphql"), input).await?;
    failure::refusals(&payload)?;
    print(console, &payload, import.dry_run)
}

/// PEM texts by the file names that the profiles mention.
type Keys = BTreeMap<String, SecretString>;

fn read_keys(config: &ConfigFile) -> Result<Keys, Failure> {
    let mut keys = Keys::new();
    for profile in config.profiles() {
        let Some(name) = config.value(profile, "key_file").filter(|name| !name.is_empty()) else { continue };
        let path = at_home(Path::new(&name));
        let text = fs::read_to_string(&path)
            .map_err(|error| Failure::local(words::key_file_unreadable(&path, &profile.name), error))?;
        keys.insert(name, text.into());
    }
    Ok(keys)
}

/// Finds a passphrase for every key that needs one and whose profile names none: in the file, else by asking.
fn unlock(
    console: &mut Console,
    config: &mut ConfigFile,
    keys: &Keys,
    passphrase_file: Option<&Path>,
) -> Result<(), Failure> {
    let given = passphrase_file.map(|path| secret::of_file(console, path)).transpose()?;
    let mut asked: BTreeMap<String, SecretString> = BTreeMap::new();
    for profile in config.profiles().to_vec() {
        let Some(key_file) = locked_key(config, keys, &profile) else { continue };
        let passphrase = match given.as_ref().or_else(|| asked.get(&key_file)) {
            Some(passphrase) => passphrase.clone(),
            None if console.can_ask => console.ask_secret(&words::ask_passphrase(&key_file))?,
            None => {
                let hint = Some(words::how_to_give_passphrase());
                return Err(Failure::new(Exit::Usage, words::passphrase_wanted(&key_file), hint));
            }
        };
        config.set_passphrase(&profile.name, &passphrase);
        asked.insert(key_file, passphrase);
    }
    Ok(())
}

/// The key file of a profile, if it is encrypted and the profile does not say how to open it.
fn locked_key(config: &ConfigFile, keys: &Keys, profile: &Profile) -> Option<String> {
    let key_file = config.value(profile, "key_file")?;
    let encrypted = keys.get(&key_file)?.expose_secret().lines().any(says_encrypted);
    (encrypted && config.value(profile, "pass_phrase").is_none()).then_some(key_file)
}

/// Both ways PEM says so: PKCS #8 in the first line, OpenSSL's own in a header.
fn says_encrypted(line: &str) -> bool {
    line.contains("BEGIN ENCRYPTED PRIVATE KEY")
        || (line.starts_with("Proc-Type:") && line.contains("ENCRYPTED"))
}

/// The one place where the secrets become part of a request.
fn input(config: &ConfigFile, keys: &Keys, dry_run: bool) -> Value {
    let keys: Vec<Value> =
        keys.iter().map(|(name, text)| json!({ "name": name, "text": text.expose_secret() })).collect();
    json!({ "config": config.text().expose_secret(), "keys": keys, "dryRun": dry_run })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    profile: String,
    tenant: Option<Imported>,
    user_errors: Vec<UserError>,
}

#[derive(Deserialize)]
struct Imported {
    id: String,
    name: String,
}

/// Prints what became of each profile, then what was refused. One that is refused does not hold up the others.
fn print(console: &mut Console, payload: &Value, dry_run: bool) -> Result<Exit, Failure> {
    let outcomes: Vec<Outcome> = Vec::deserialize(&payload["results"]).map_err(Failure::strange)?;
    let tenants: Vec<Value> =
        payload["results"].as_array().into_iter().flatten().map(|result| result["tenant"].clone()).collect();
    match console.format {
        crate::OutputFormat::Id => console.list(&tenants, |_| unreachable!("ids need no table"))?,
        crate::OutputFormat::Json | crate::OutputFormat::Jsonl => console.object(payload, |_| Ok(()))?,
        crate::OutputFormat::Text => {
            let lines = table(console, &outcomes, dry_run).lines(console.paint);
            lines.iter().try_for_each(|line| console.line(line))?;
        }
    }
    let refused: Vec<UserError> = outcomes.into_iter().flat_map(named_errors).collect();
    if refused.is_empty() { Ok(Exit::Done) } else { Err(refused.into()) }
}

fn table(console: &Console, outcomes: &[Outcome], dry_run: bool) -> Table {
    let mut table =
        Table::new(["PROFILE", "NAME", "RESULT", "ID"].map(|title| words::header(console.language(), title)));
    for outcome in outcomes {
        let (name, id) = outcome.tenant.as_ref().map_or(("–", "–"), |tenant| (&tenant.name, &tenant.id));
        let result = match outcome.user_errors.first() {
            Some(error) => Cell::new(error.message.clone(), Color::Red),
            None if dry_run => Cell::new(console.say(&words::would_import()), Color::Plain),
            None => Cell::new(console.say(&words::imported()), Color::Green),
        };
        table.row([outcome.profile.as_str().into(), name.into(), result, Cell::new(id, Color::Grey)]);
    }
    table
}

fn named_errors(outcome: Outcome) -> impl Iterator<Item = UserError> {
    let Outcome { profile, user_errors, .. } = outcome;
    user_errors.into_iter().map(move |mut error| {
        error.message = format!("[{profile}] {}", error.message);
        error
    })
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error: io::Error| Failure::local(words::cannot_read(path), error))
}

/// A path with `~` spelled out, as OCI's tools do it; relative ones stay relative to where we are.
fn at_home(path: &Path) -> PathBuf {
    match (path.strip_prefix("~"), std::env::home_dir()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path.to_owned(),
    }
}

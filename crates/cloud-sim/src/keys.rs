//! The callers that the simulator knows: a fresh key, made-up tenancies, and the configuration file that a client reads.
//!
//! One key serves all profiles. Everything about a profile is derived from the key's fingerprint and its number, so a
//! restart on the same directory knows the same callers and clients stay valid.

use std::{
    fs,
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use aws_lc_rs::{
    encoding::{AsDer as _, Pkcs8V1Der, PublicKeyX509Der},
    rsa::{KeyPair, KeySize},
    signature::KeyPair as _,
};
use md5::{Digest as _, Md5};
use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    ocid::{self, REGION},
    options::StartError,
};

/// One caller: what a client needs to sign requests.
#[derive(Debug, Clone)]
pub struct Profile {
    /// The section of the configuration file: `DEFAULT`, `tenant2`, `tenant3` …
    pub name: String,
    pub tenancy: String,
    pub user: String,
    /// MD5 of the public key, as colon-separated hex.
    pub fingerprint: String,
    pub region: String,
    /// PKCS#8 PEM.
    pub key_pem: SecretString,
}

impl Profile {
    /// The `keyId` of this caller's signatures.
    pub fn key_id(&self) -> String {
        format!("{}/{}/{}", self.tenancy, self.user, self.fingerprint)
    }
}

/// The callers, and the public key that their signatures are verified with.
pub(crate) struct Callers {
    pub(crate) profiles: Vec<Profile>,
    /// PKCS#1 DER.
    pub(crate) public_key: Vec<u8>,
    pub(crate) config_file: Option<PathBuf>,
}

/// Reads the key in `dir`, or makes one, and writes `config` beside it.
pub(crate) fn prepare(dir: Option<&Path>, tenants: usize) -> Result<Callers, StartError> {
    let (pair, pem) = match dir {
        Some(dir) => stored_key(dir)?,
        None => fresh_key()?,
    };
    let fingerprint = fingerprint(&pair)?;
    let profiles: Vec<_> = (1..=tenants).map(|number| profile(number, &fingerprint, &pem)).collect();
    let config_file = dir.map(|dir| write_config(dir, &profiles)).transpose()?;
    Ok(Callers { profiles, public_key: pair.public_key().as_ref().to_vec(), config_file })
}

fn profile(number: usize, fingerprint: &str, key_pem: &SecretString) -> Profile {
    let seed = format!("{fingerprint}/{number}");
    Profile {
        name: if number == 1 { "DEFAULT".to_owned() } else { format!("tenant{number}") },
        tenancy: ocid::global("tenancy", &seed),
        user: ocid::global("user", &seed),
        fingerprint: fingerprint.to_owned(),
        region: REGION.to_owned(),
        key_pem: key_pem.clone(),
    }
}

fn fresh_key() -> Result<(KeyPair, SecretString), StartError> {
    let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| StartError::KeyGeneration)?;
    let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| StartError::KeyGeneration)?;
    let pem = pem::encode(&pem::Pem::new("PRIVATE KEY", der.as_ref()));
    Ok((pair, pem.into()))
}

fn stored_key(dir: &Path) -> Result<(KeyPair, SecretString), StartError> {
    fs::create_dir_all(dir).map_err(|source| StartError::File { path: dir.to_owned(), source })?;
    let path = dir.join("key.pem");
    if path.exists() { read_key(&path) } else { make_key(&path) }
}

fn read_key(path: &Path) -> Result<(KeyPair, SecretString), StartError> {
    let text =
        fs::read_to_string(path).map_err(|source| StartError::File { path: path.to_owned(), source })?;
    let wrong = |reason| StartError::Key { path: path.to_owned(), reason };
    let block = pem::parse(&text).map_err(|_| wrong("it is not PEM"))?;
    let pair = KeyPair::from_pkcs8(block.contents()).map_err(|_| wrong("it is not an RSA key in PKCS#8"))?;
    Ok((pair, text.into()))
}

fn make_key(path: &Path) -> Result<(KeyPair, SecretString), StartError> {
    let (pair, text) = fresh_key()?;
    fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .and_then(|mut file| file.write_all(text.expose_secret().as_bytes()))
        .map_err(|source| StartError::File { path: path.to_owned(), source })?;
    Ok((pair, text))
}

/// MD5 over the DER `SubjectPublicKeyInfo`, which is how OCI names keys.
fn fingerprint(pair: &KeyPair) -> Result<String, StartError> {
    let der: PublicKeyX509Der<'_> = pair.public_key().as_der().map_err(|_| StartError::KeyGeneration)?;
    let hex: Vec<_> = Md5::digest(der.as_ref()).iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(hex.join(":"))
}

fn write_config(dir: &Path, profiles: &[Profile]) -> Result<PathBuf, StartError> {
    let file = |path: &Path, source| StartError::File { path: path.to_owned(), source };
    let key_file = fs::canonicalize(dir.join("key.pem")).map_err(|source| file(dir, source))?;
    let sections: Vec<_> = profiles.iter().map(|profile| section(profile, &key_file)).collect();
    let path = dir.join("config");
    fs::write(&path, sections.join("\n")).map_err(|source| file(&path, source))?;
    fs::canonicalize(&path).map_err(|source| file(&path, source))
}

fn section(profile: &Profile, key_file: &Path) -> String {
    let Profile { name, tenancy, user, fingerprint, region, .. } = profile;
    let key_file = key_file.display();
    format!(
        "[{name}]\nuser={user}\nfingerprint={fingerprint}\ntenancy={tenancy}\nregion={region}\nkey_file={key_file}\n"
    )
}

//! The port to whoever reads the configuration file of a cloud's own tools: its format is that cloud's business.

use berth_domain::Violation;
use secrecy::SecretString;

/// One account of the file.
#[derive(Clone, Debug)]
pub struct Profile {
    pub name: String,
    pub tenancy: String,
    pub user: String,
    pub fingerprint: String,
    pub region: String,
    /// As it is written there. The file lies with whoever asks, never with the server.
    pub key_file: String,
    pub passphrase: Option<SecretString>,
}

/// Reads such a file.
pub trait ConfigReader: Send + Sync {
    /// Every complete account in it, or everything that is wrong with it. Opens no file.
    fn read(&self, text: &str) -> Result<Vec<Profile>, Vec<Violation>>;
}

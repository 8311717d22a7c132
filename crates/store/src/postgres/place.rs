//! Where the log is: the database, and the schema in it. What is named after the schema is named here.

use sha2::{Digest, Sha256};
use sqlx::ConnectOptions;
use sqlx::postgres::PgConnectOptions;

use super::OpenError;

#[derive(Clone, Debug)]
pub(super) struct Place {
    options: PgConnectOptions,
    /// Tells the sessions of this handle from all others.
    handle: String,
}

/// What only the database can say of the place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Schema {
    name: String,
}

impl Place {
    pub(super) fn parse(dsn: &str) -> Result<Self, OpenError> {
        let options: PgConnectOptions = dsn.parse().map_err(|source| OpenError::Address { source })?;
        let handle = format!("{:016x}", rand::random::<u64>());
        Ok(Self { options: options.disable_statement_logging(), handle })
    }

    /// As people know it. Names no password.
    pub(super) fn for_people(&self) -> String {
        let host = match self.options.get_socket() {
            Some(socket) => socket.display().to_string(),
            None => format!("{}:{}", self.options.get_host(), self.options.get_port()),
        };
        format!("{} at {host}", self.options.get_database().unwrap_or(self.options.get_username()))
    }

    pub(super) fn writer(&self) -> PgConnectOptions {
        self.options.clone().application_name(&self.writer_name())
    }

    /// The name of the writer's session on the server, and of no other's.
    pub(super) fn writer_name(&self) -> String {
        format!("berth writer {}", self.handle)
    }

    pub(super) fn reader(&self) -> PgConnectOptions {
        self.options.clone().application_name("berth reader")
    }
}

impl Schema {
    pub(super) fn new(name: String) -> Self {
        Self { name }
    }

    /// The advisory lock of whoever is the only writer.
    pub(super) fn writer_lock(&self) -> i64 {
        self.lock("writer")
    }

    /// The advisory lock of whoever brings tables up to date.
    pub(super) fn migration_lock(&self) -> i64 {
        self.lock("migration")
    }

    /// Where positions are told. A channel's name has room for 63 bytes, which a schema's may take alone.
    pub(super) fn channel(&self) -> String {
        format!("berth_{}", hex::encode(self.hash("channel")))
    }

    fn lock(&self, purpose: &str) -> i64 {
        i64::from_be_bytes(self.hash(purpose))
    }

    fn hash(&self, purpose: &str) -> [u8; 8] {
        let digest: [u8; 32] = Sha256::digest(format!("berth {purpose} {}", self.name)).into();
        std::array::from_fn(|index| digest[index])
    }
}

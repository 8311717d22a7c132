//! The chain: a keyed hash over the seal before, the number, and the record's own JSON.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use super::{event::Recorded, record::Record};

/// What the chain is sealed with: a keyed hash, whose key whoever made it keeps. Whoever has that can forge a chain.
#[derive(Clone)]
pub struct Key(Arc<Hash>);

type Hash = dyn Fn(&[u8]) -> [u8; 32] + Send + Sync;

/// In hexadecimal. Before the first record it is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seal(pub String);

/// The first place where the chain does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The number that the record there should have.
    pub number: u64,
}

impl Key {
    pub fn new(keyed_hash: impl Fn(&[u8]) -> [u8; 32] + Send + Sync + 'static) -> Self {
        Self(Arc::new(keyed_hash))
    }

    /// The parts cannot be mistaken for one another: a seal has one length, a number another, and a record is the rest.
    pub(super) fn seal(&self, number: u64, record: &Record, before: &Seal) -> Seal {
        let record = serde_json::to_vec(record).expect("a record is plain data");
        let sealed = [before.0.as_bytes(), b"\n", &number.to_be_bytes(), &record].concat();
        Seal(hex::encode((self.0)(&sealed)))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

/// A walk along a trail from its beginning, one record after the other. Of what was walked over it keeps only the last seal.
#[derive(Debug)]
pub struct Chain<'a> {
    key: &'a Key,
    records: u64,
    before: Seal,
}

impl<'a> Chain<'a> {
    pub fn new(key: &'a Key) -> Self {
        Self { key, records: 0, before: Seal::default() }
    }

    /// Goes one record further, where the chain holds.
    pub fn take(&mut self, recorded: &Recorded) -> Result<(), Broken> {
        let broken = self.break_here();
        let seal = self.key.seal(broken.number, &recorded.record, &self.before);
        if recorded.number != broken.number || recorded.seal != seal {
            return Err(broken);
        }
        (self.records, self.before) = (broken.number, seal);
        Ok(())
    }

    /// What is to be said when something else than a record comes next.
    pub fn break_here(&self) -> Broken {
        Broken { number: self.records + 1 }
    }

    /// How many hold.
    pub fn records(&self) -> u64 {
        self.records
    }
}

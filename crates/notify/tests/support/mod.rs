//! The other side, as small as it can be: a web server that says one thing, a mail server, and who says where names are.

pub(crate) mod letters;
pub(crate) mod mail;
pub(crate) mod web;

use std::{collections::BTreeMap, io, net::IpAddr};

use async_trait::async_trait;
use berth_notify::{Dispatcher, Guard, Resolver};

/// Knows these names and no others.
pub(crate) struct Names(pub(crate) BTreeMap<&'static str, Vec<IpAddr>>);

impl Names {
    pub(crate) fn of<const N: usize>(names: [(&'static str, [u8; 4]); N]) -> Self {
        Self(names.into_iter().map(|(name, address)| (name, vec![address.into()])).collect())
    }
}

#[async_trait]
impl Resolver for Names {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        self.0.get(host).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

pub(crate) fn guard(allow: &[&str]) -> Guard {
    Guard::new(&allow.iter().map(|entry| (*entry).to_owned()).collect::<Vec<_>>())
}

pub(crate) fn dispatcher(allow: &[&str]) -> Dispatcher {
    Dispatcher::new(guard(allow))
}

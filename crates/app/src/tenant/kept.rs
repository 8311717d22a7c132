//! What an append of a tenant's events carries along.

use berth_domain::{
    SecretRef,
    tenant::{Event, NAME_CLAIMS, Tenant},
};
use berth_store::{ClaimChange, SecretId, StreamId};

use crate::{ledger::Kept, names::Names};

impl Kept for Tenant {
    fn claims(stream: &StreamId, before: &Self, events: &[Event]) -> Vec<ClaimChange> {
        let names = Names { space: NAME_CLAIMS, owner: stream };
        let known = before.profile.as_ref().map(|profile| profile.name.as_str());
        let mut claims = Vec::new();
        for event in events {
            match event {
                Event::Registered(registered) => claims.push(names.take(&registered.name)),
                Event::Edited(edited) => claims.extend(names.change(known, &edited.name)),
                Event::Removed(removed) => claims.push(names.release(&removed.name)),
                _ => {}
            }
        }
        claims
    }

    fn forgets(before: &Self, events: &[Event]) -> Vec<SecretId> {
        let Some(profile) = &before.profile else { return Vec::new() };
        let proxy = profile.proxy.as_ref().map(|proxy| &proxy.address);
        let gone: Vec<&SecretRef> = events
            .iter()
            .flat_map(|event| match event {
                Event::CredentialRotated(_) => vec![&profile.credential],
                Event::Edited(edited) if edited.proxy != profile.proxy => proxy.into_iter().collect(),
                Event::Removed(_) => proxy.into_iter().chain([&profile.credential]).collect(),
                _ => vec![],
            })
            .collect();
        gone.into_iter().filter_map(|name| SecretId::parse(&name.0).ok()).collect()
    }
}

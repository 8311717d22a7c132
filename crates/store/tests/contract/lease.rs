use std::time::Duration;

use berth_store::{Append, AppendError, Fence, Lease, LeaseError, Version};

use super::{AnyLog, all, events, fresh, stream};

const LONG: Duration = Duration::from_hours(1);
/// Has run out as soon as it was given.
const NONE: Duration = Duration::ZERO;

fn under(lease: &Lease, expected: u32) -> Append {
    let fence = Some(Fence { lease: lease.key.clone(), epoch: lease.epoch });
    Append { fence, ..fresh() }.write(stream(1), Version::new(expected), events(1))
}

pub(crate) async fn a_lease_is_held_by_one_until_released(log: AnyLog) {
    let first = log.acquire_lease("shard-1", "node-a", LONG).await.unwrap();
    let error = log.acquire_lease("shard-1", "node-b", LONG).await.unwrap_err();
    assert!(matches!(&error, LeaseError::Held { owner } if owner == "node-a"), "{error}");
    log.acquire_lease("shard-2", "node-b", LONG).await.expect("another lease is free");

    let renewed = log.renew_lease(&first, LONG * 2).await.unwrap();
    assert!(renewed.expires_ms > first.expires_ms && renewed.epoch == first.epoch);
    log.release_lease(&renewed).await.unwrap();
    let second = log.acquire_lease("shard-1", "node-b", LONG).await.unwrap();
    assert!(second.epoch > first.epoch);
    assert!(matches!(log.renew_lease(&first, LONG).await, Err(LeaseError::Lost)));
    assert!(matches!(log.release_lease(&first).await, Err(LeaseError::Lost)));
}

pub(crate) async fn a_lease_that_ran_out_passes_on_under_a_higher_epoch(log: AnyLog) {
    let first = log.acquire_lease("shard", "node-a", NONE).await.unwrap();
    let renewed = log.renew_lease(&first, NONE).await.expect("nobody took it meanwhile");
    assert_eq!(renewed.epoch, first.epoch);
    let second = log.acquire_lease("shard", "node-b", LONG).await.unwrap();
    assert!(second.epoch > first.epoch);
    assert!(matches!(log.renew_lease(&first, LONG).await, Err(LeaseError::Lost)));
}

pub(crate) async fn a_stale_owner_writes_nothing(log: AnyLog) {
    let stale = log.acquire_lease("shard", "node-a", NONE).await.unwrap();
    log.append(under(&stale, 0)).await.expect("run out, but nobody else has it");
    let owner = log.acquire_lease("shard", "node-b", LONG).await.unwrap();
    assert!(matches!(log.append(under(&stale, 1)).await, Err(AppendError::FencedOut)));
    log.append(under(&owner, 1)).await.unwrap();
    log.release_lease(&owner).await.unwrap();
    assert!(matches!(log.append(under(&owner, 2)).await, Err(AppendError::FencedOut)));
    let unknown = Lease { key: "nowhere".into(), ..owner };
    assert!(matches!(log.append(under(&unknown, 2)).await, Err(AppendError::FencedOut)));
    assert_eq!(all(&log).await.len(), 2);
}

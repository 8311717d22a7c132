//! What is kept beside the events.

use berth_store::vault::Vault;
use berth_store::{Append, Position, SecretId, Snapshot, Version};
use secrecy::{ExposeSecret, SecretString};
use serde_json::value::RawValue;

use super::{AnyLog, append_to, events, fresh, stream};

pub(crate) async fn a_checkpoint_is_written_with_the_append_or_not_at_all(log: AnyLog) {
    assert_eq!(log.checkpoint("mail").await.unwrap(), Position::START);
    append_to(&log, 1, 0, 5).await.unwrap();

    let mut effect = fresh().write(stream("effect"), Version::NONE, events(1));
    effect.checkpoint = Some(("mail".into(), Position::new(4)));
    log.append(effect.clone()).await.unwrap();
    assert_eq!(log.checkpoint("mail").await.unwrap(), Position::new(4));

    let mut refused = Append { command: fresh().command, ..effect };
    refused.checkpoint = Some(("mail".into(), Position::new(5)));
    log.append(refused).await.unwrap_err();
    assert_eq!(log.checkpoint("mail").await.unwrap(), Position::new(4), "its effect did not happen");
    assert_eq!(log.checkpoint("other").await.unwrap(), Position::START);
}

/// Of the first stream.
fn snapshot(version: u32, schema: u16) -> Snapshot {
    let data = RawValue::from_string(format!("{{\"at\":{version}}}")).unwrap();
    Snapshot { stream: stream(1), version: Version::new(version), schema, data }
}

pub(crate) async fn the_latest_snapshot_of_the_right_shape_is_kept(log: AnyLog) {
    append_to(&log, 1, 0, 9).await.unwrap();
    let keep = |snapshots| Append { snapshots, ..fresh() };
    assert!(log.snapshot(&stream(1), 1).await.unwrap().is_none());

    log.append(keep(vec![snapshot(7, 1), snapshot(5, 1)])).await.unwrap();
    log.append(keep(vec![snapshot(6, 1)])).await.unwrap();
    let kept = log.snapshot(&stream(1), 1).await.unwrap().unwrap();
    assert_eq!(
        (kept.version, kept.data.get()),
        (Version::new(7), "{\"at\":7}"),
        "an older one never replaces it"
    );

    log.append(keep(vec![snapshot(7, 2)])).await.unwrap();
    assert!(log.snapshot(&stream(1), 1).await.unwrap().is_none(), "another shape cannot be read");
    assert!(log.snapshot(&stream(1), 2).await.unwrap().is_some());
}

pub(crate) async fn a_stream_is_read_from_its_snapshot_on(log: AnyLog) {
    append_to(&log, 1, 0, 9).await.unwrap();
    append_to(&log, 2, 0, 3).await.unwrap();
    let read = async |schema, limit| {
        let (snapshot, events) = log.read_stream_from_snapshot(&stream(1), schema, limit).await.unwrap();
        assert!(events.iter().all(|event| event.stream == stream(1)));
        let versions: Vec<_> = events.iter().map(|event| event.version.get()).collect();
        (snapshot.map(|snapshot| (snapshot.version.get(), snapshot.data.get().to_owned())), versions)
    };
    assert_eq!(read(1, 100).await, (None, (1..=9).collect()));
    let keep = async |version| {
        log.append(Append { snapshots: vec![snapshot(version, 1)], ..fresh() }).await.unwrap();
    };
    keep(6).await;
    let kept = || Some((6, "{\"at\":6}".to_owned()));
    assert_eq!(read(1, 100).await, (kept(), vec![7, 8, 9]));
    assert_eq!(read(1, 2).await, (kept(), vec![7, 8]));
    assert_eq!(read(2, 100).await, (None, (1..=9).collect()), "another shape cannot be read");
    keep(9).await;
    assert_eq!(read(1, 100).await, (Some((9, "{\"at\":9}".to_owned())), vec![]));
    let (snapshot, events) = log.read_stream_from_snapshot(&stream(3), 1, 100).await.unwrap();
    assert!(snapshot.is_none() && events.is_empty());
}

pub(crate) async fn a_secret_is_kept_replaced_and_forgotten(log: AnyLog) {
    let directory = tempfile::tempdir().unwrap();
    let vault = Vault::open_or_create(&directory.path().join("key")).unwrap();
    let id = SecretId::fresh();
    let seal = |text: &str| vault.seal(&id, "password", "thing/1", &SecretString::from(text)).unwrap();
    assert!(!log.holds_secrets().await.unwrap());

    for text in ["first", "second"] {
        log.append(Append { seal: vec![seal(text)], ..fresh() }).await.unwrap();
        let sealed = log.secret(&id).await.unwrap().unwrap();
        assert_eq!(vault.open(&sealed, &id, "password", "thing/1").unwrap().expose_secret(), text);
    }
    assert!(log.holds_secrets().await.unwrap());

    log.append(Append { forget: vec![id.clone(), SecretId::fresh()], ..fresh() }).await.unwrap();
    assert!(log.secret(&id).await.unwrap().is_none());
    assert!(!log.holds_secrets().await.unwrap());
}

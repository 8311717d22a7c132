//! Travelling in a small history of each kind.

use serde_json::{Value, json, value::RawValue};

use super::*;
use crate::{Timestamp, event::DecodeError};

const CREATED: &str = include_str!("../../tests/golden/grab.created.v1.json");
const STARTED: &str = include_str!("../../tests/golden/grab.started.v1.json");
const PAUSED: &str = include_str!("../../tests/golden/grab.paused.v1.json");
const ATTEMPTED: &str = include_str!("../../tests/golden/grab.attempt_started.v1.json");

/// Name, version of the shape, data.
type Written<'a> = (&'a str, u16, &'a str);

/// Events at versions 1, 2, 4 (a hole), positions 10, 20, 40 and as many seconds.
fn read(kind: &str, written: &[Written<'_>]) -> Result<History, Unreplayable> {
    let data: Vec<_> = written
        .iter()
        .map(|(_, _, data)| RawValue::from_string((*data).trim_end().into()).unwrap())
        .collect();
    let facts: Vec<_> = [1, 2, 4, 5]
        .into_iter()
        .zip(written.iter().zip(&data))
        .map(|(version, ((name, schema, _), data))| Fact {
            version,
            position: u64::from(version) * 10,
            at: Timestamp::from_millis(i64::from(version) * 10_000),
            name,
            schema: *schema,
            data,
        })
        .collect();
    History::read(kind, &facts)
}

fn a_grab() -> History {
    let written = [("grab.created", 1, CREATED), ("grab.started", 1, STARTED), ("grab.paused", 1, PAUSED)];
    read("grab", &written).unwrap()
}

#[test]
fn the_state_can_be_had_at_every_moment() {
    let grab = a_grab();
    let state = |point| grab.at(point).state["state"].clone();
    assert_eq!(state(Point::Head), json!("PAUSED"));
    assert_eq!((state(Point::Version(0)), state(Point::Version(1))), (json!("PENDING"), json!("PENDING")));
    assert_eq!(
        (state(Point::Position(20)), state(Point::Position(39))),
        (json!("RUNNING"), json!("RUNNING"))
    );
    let moment = |seconds: i64| Point::At(Timestamp::from_millis(seconds * 1000));
    assert_eq!((state(moment(39)), state(moment(40))), (json!("RUNNING"), json!("PAUSED")));
    let in_the_hole = grab.at(Point::Version(3));
    assert_eq!((in_the_hole.events, in_the_hole.version, in_the_hole.position), (2, 2, 20));
    assert_eq!(grab.after(99), grab.at(Point::Head), "stepping stops at the end");
}

#[test]
fn each_change_names_the_event_that_made_it() {
    let changes = a_grab().diff(Point::Version(1), Point::Head);
    let of =
        |path: &str| changes.iter().find(|change| change.path == path).unwrap_or_else(|| panic!("{path}"));
    assert_eq!(
        (of("/state").before.clone(), of("/state").after.clone()),
        (Some(json!("PENDING")), Some(json!("PAUSED")))
    );
    assert_eq!((of("/state").caused_by, of("/state").times), (2, 2));
    assert_eq!((of("/startedAt").caused_by, of("/startedAt").times), (1, 1));
    assert_eq!(of("/wish/heldBy").after, Some(json!("person")));
    assert!(changes.iter().all(|change| !change.path.starts_with("/order")), "{changes:#?}");
    assert_eq!(a_grab().diff(Point::Head, Point::Head), []);
}

#[test]
fn a_diff_can_be_read_backwards() {
    let changes = a_grab().diff(Point::Head, Point::Version(1));
    let state = changes.iter().find(|change| change.path == "/state").unwrap();
    assert_eq!(
        (&state.before, &state.after, state.caused_by),
        (&Some(json!("PAUSED")), &Some(json!("PENDING")), 2)
    );
}

#[test]
fn odd_keys_are_escaped_as_rfc_6901_says() {
    let change = |path: &str, after: Option<Value>| Change {
        path: path.into(),
        before: None,
        after,
        caused_by: 0,
        times: 1,
    };
    let found = diff::differences("", Some(&json!({ "a/b": { "m~n": 1 } })), Some(&json!({ "a/b": {} })));
    assert_eq!(found[0].path, "/a~1b/m~0n");
    let mut state = json!({ "a/b": {} });
    apply(&mut state, &[change("/a~1b/m~0n", Some(json!(1)))]);
    assert_eq!(state, json!({ "a/b": { "m~n": 1 } }));
    apply(&mut state, &[change("/a~1b/m~0n", None)]);
    assert_eq!(state, json!({ "a/b": {} }));
}

#[test]
fn every_noun_can_be_replayed_and_no_other() {
    let closed = include_str!("../../tests/golden/books.closed.v1.json");
    let skipped = include_str!("../../tests/golden/projection.event_skipped.v1.json");
    let registered = include_str!("../../tests/golden/tenant.registered.v1.json");
    let head = |kind, written| read(kind, &[written]).unwrap().at(Point::Head).state;
    assert_eq!(head("books", ("books.closed", 1, closed))["through"], json!("51000"));
    assert!(head("projection", ("projection.event_skipped", 1, skipped))["skipped"]["184022"].is_string());
    let kept = include_str!("../../tests/golden/profile.created.v1.json");
    assert!(head("profile", ("profile.created", 1, kept))["content"]["spec"]["shape"].is_string());
    assert_eq!(head("tenant", ("tenant.registered", 1, registered))["status"], json!("UNTESTED"));
    assert!(matches!(read("lease", &[]), Err(Unreplayable::NoSuchKind { .. })));
}

#[test]
fn an_event_that_cannot_be_read_is_named() {
    let newer = read("grab", &[("grab.created", 1, CREATED), ("grab.started", 2, "{}")]);
    let Err(Unreplayable::Unreadable { version: 2, position: 20, source }) = newer else {
        panic!("it is newer")
    };
    assert!(matches!(source, DecodeError::Unknown { schema: 2, .. }));
    let broken = read("grab", &[("grab.created", 1, "{}")]);
    let Err(Unreplayable::Unreadable { source, .. }) = broken else { panic!("it is broken") };
    assert!(matches!(source, DecodeError::Shape { .. }));
}

#[test]
fn an_attempt_that_is_out_is_shown_with_where_it_is_aimed() {
    let grab = read("grab", &[("grab.created", 1, CREATED), ("grab.attempt_started", 1, ATTEMPTED)]).unwrap();
    let state = grab.at(Point::Head).state;
    assert_eq!(state["have"]["kind"], json!("ASKED"));
    assert_eq!((&state["attempts"], &state["lastAttempt"]["number"]), (&json!(7), &json!(7)));
    let changes = grab.diff(Point::Version(1), Point::Head);
    let have = changes.iter().find(|change| change.path == "/have/token").unwrap();
    assert_eq!((&have.before, have.caused_by), (&None, 1));
}

//! Orders about read models: written down once, refused in words.

use crate::world::{order, play, refusal_codes};
use berth_domain::{Code, projection::ProjectionName};

fn attempt() -> ProjectionName {
    "attempt".parse().unwrap()
}

#[test]
fn an_order_is_written_down_once_however_often_it_is_given() {
    play([], async |stage| {
        let projections = &stage.app.projections;
        let first = projections.rebuild(attempt(), order("rebuild")).await.unwrap();
        let again = projections.rebuild(attempt(), order("rebuild")).await.unwrap();
        assert!(again.done.repeated && !first.done.repeated);
        assert_eq!((first.done.position, first.state.rebuilds), (again.done.position, again.state.rebuilds));
        projections.retry(attempt(), order("retry")).await.unwrap();
        let names: Vec<_> =
            stage.events().await.into_iter().map(|event| (event.stream.to_string(), event.name)).collect();
        let stream = "projection/attempt".to_owned();
        assert_eq!(
            names,
            [(stream.clone(), "projection.rebuild_requested".into()), (stream, "projection.retried".into())]
        );
    });
}

#[test]
fn an_event_is_skipped_with_a_reason_and_once() {
    play([], async |stage| {
        let projections = &stage.app.projections;
        let skip = |reason: &str, command| projections.skip(attempt(), 7, reason.into(), order(command));
        assert_eq!(refusal_codes(skip(" ", "a").await.unwrap_err()), [Code::Invalid]);
        let told = skip("broken by hand", "b").await.unwrap();
        assert_eq!(told.state.skipped[&7], "broken by hand");
        let again = skip("still broken", "c").await.unwrap();
        assert_eq!(
            (again.done.position, again.state.skipped[&7].as_str()),
            (told.done.position, "broken by hand")
        );
    });
}

use async_graphql::{Variables, parser::parse_query};
use berth_app::user::Visit;
use berth_domain::access::Principal;
use serde_json::json;

use super::*;
use crate::http::{Guest, Locale, Over};

const TAIL: &str = "subscription($after: EventPosition) { eventAppended(after: $after) { position } }";

fn asked_by(name: &str, text: &str, variables: serde_json::Value) -> String {
    let request = Request::new(text).variables(Variables::from_json(variables));
    let caller = Asker {
        guest: Some(Guest { principal: Principal::machine(name), admitted: None }),
        locale: Locale::English,
        trace_id: String::new(),
        visit: Visit::default(),
        over: Over::Socket,
        alone: true,
    };
    asked(&request, &parse_query(text).unwrap(), &caller)
}

#[test]
fn two_who_begin_at_different_places_ask_the_same() {
    let first = asked_by("ann", TAIL, json!({ "after": "1" }));
    assert_eq!(first, asked_by("ann", TAIL, json!({ "after": "2" })));
    assert_eq!(first, asked_by("ann", TAIL, json!({})));
}

#[test]
fn another_person_another_query_and_other_variables_ask_for_something_else() {
    let filtered = "subscription($after: EventPosition, $filter: EventFilter) {
        eventAppended(after: $after, filter: $filter) { position } }";
    let first = asked_by("ann", filtered, json!({ "after": "1", "filter": { "type": ["grab.*"] } }));
    assert_ne!(first, asked_by("bob", filtered, json!({ "after": "1", "filter": { "type": ["grab.*"] } })));
    assert_ne!(first, asked_by("ann", filtered, json!({ "after": "1", "filter": { "type": ["user.*"] } })));
    assert_ne!(first, asked_by("ann", TAIL, json!({ "after": "1", "filter": { "type": ["grab.*"] } })));
}

#[test]
fn a_place_to_begin_that_says_something_else_too_is_not_left_out() {
    let twice = "subscription($after: String) { eventAppended(after: $after) { thing(name: $after) } }";
    assert_ne!(
        asked_by("ann", twice, json!({ "after": "1" })),
        asked_by("ann", twice, json!({ "after": "2" }))
    );
    let elsewhere = "subscription($after: Boolean!) { eventAppended { position @skip(if: $after) } }";
    assert_ne!(
        asked_by("ann", elsewhere, json!({ "after": true })),
        asked_by("ann", elsewhere, json!({ "after": false }))
    );
}

//! The schema as a document: committed, described to the last element, and without a door for secrets to come out of.
use std::{fs, path::Path};

use async_graphql_parser::types::TypeKind;

use crate::document::{fields, inputs, types};

/// `BERTH_ACCEPT_SCHEMA=1 cargo test -p berth-graphql` writes the file anew.
#[test]
fn the_committed_schema_is_the_one_that_is_served() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schema.graphql");
    let served = berth_graphql::sdl();
    if std::env::var_os("BERTH_ACCEPT_SCHEMA").is_some_and(|value| value == "1") {
        fs::write(&file, &served).unwrap();
    }
    let committed = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        committed == served,
        "schema.graphql differs from the code: read the difference, then run with BERTH_ACCEPT_SCHEMA=1"
    );
}

#[test]
fn every_element_is_described() {
    let mut bare = Vec::new();
    for definition in types() {
        let name = definition.name.node.to_string();
        let mut note = |described: bool, element: String| {
            if !described {
                bare.push(element);
            }
        };
        note(definition.description.is_some(), name.clone());
        for field in fields(&definition) {
            note(field.description.is_some(), format!("{name}.{}", field.name.node));
            for argument in &field.arguments {
                let argument = &argument.node;
                note(
                    argument.description.is_some(),
                    format!("{name}.{}({})", field.name.node, argument.name.node),
                );
            }
        }
        for input in inputs(&definition) {
            note(input.description.is_some(), format!("{name}.{}", input.name.node));
        }
        if let TypeKind::Enum(kind) = &definition.kind {
            for value in &kind.values {
                note(value.node.description.is_some(), format!("{name}.{}", value.node.value.node));
            }
        }
    }
    assert_eq!(bare, Vec::<String>::new());
}

/// The one secret that is shown, once, to whoever made it; and what is known of such a one without it.
const SHOWN: [&str; 4] =
    ["ApiTokenCreatePayload.token", "ApiTokenCreatePayload.apiToken", "User.apiTokens", "Viewer.apiTokens"];
/// They are about whoever asks.
const WITHOUT_INPUT: [&str; 2] = ["sessionDelete", "secondFactorBegin"];
/// What they answer is told once, so there is nothing to repeat.
const NEVER_REPEATED: [&str; 2] = ["SetupCompleteInput", "SessionCreateInput"];

/// A boolean may say that there is one, and what is masked shows its ends alone.
#[test]
fn no_output_field_is_named_like_a_secret() {
    let suspicious =
        ["privatekey", "passphrase", "password", "secret", "token", "credential", "pem", "userdata"];
    // What the root of mutations names are deeds; what they answer is looked at like everything else.
    for definition in types().into_iter().filter(|each| each.name.node != "Mutation") {
        for field in fields(&definition) {
            let name = field.name.node.to_lowercase();
            let only_says_which = field.ty.node.to_string() == "Boolean!" || name.ends_with("masked");
            let suspects = suspicious.iter().any(|word| name.contains(word));
            let place = format!("{}.{}", definition.name.node, field.name.node);
            assert!(only_says_which || !suspects || SHOWN.contains(&place.as_str()), "{place}");
        }
    }
}

#[test]
fn every_mutation_takes_one_input_and_every_payload_says_why_not() {
    let types = types();
    let mutations = types.iter().find(|each| each.name.node == "Mutation").unwrap();
    for mutation in fields(mutations) {
        let arguments: Vec<_> =
            mutation.arguments.iter().map(|argument| argument.node.name.node.as_str()).collect();
        let takes_none = WITHOUT_INPUT.contains(&mutation.name.node.as_str());
        let wanted: &[&str] = if takes_none { &[] } else { &["input"] };
        assert_eq!(arguments, wanted, "{}", mutation.name.node);
        let payload = mutation.ty.node.to_string();
        let payload = types.iter().find(|each| format!("{}!", each.name.node) == payload).unwrap();
        assert!(fields(payload).any(|field| field.name.node == "userErrors"), "{}", payload.name.node);
        if takes_none {
            continue;
        }
        let input = mutation.arguments[0].node.ty.node.to_string();
        let input = types.iter().find(|each| format!("{}!", each.name.node) == input).unwrap();
        let name = input.name.node.as_str();
        let repeatable = inputs(input).any(|field| field.name.node == "commandId");
        assert!(repeatable != NEVER_REPEATED.contains(&name), "{name}");
    }
}

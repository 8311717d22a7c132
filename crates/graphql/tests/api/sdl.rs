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

/// A boolean may say that there is one.
#[test]
fn no_output_field_is_named_like_a_secret() {
    let suspicious =
        ["privatekey", "passphrase", "password", "secret", "token", "credential", "pem", "userdata"];
    for definition in types() {
        for field in fields(&definition) {
            let name = field.name.node.to_lowercase();
            let only_says_whether = field.ty.node.to_string() == "Boolean!";
            let suspects = suspicious.iter().any(|word| name.contains(word));
            assert!(only_says_whether || !suspects, "{}.{name}", definition.name.node);
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
        assert_eq!(arguments, ["input"], "{}", mutation.name.node);
        let payload = mutation.ty.node.to_string();
        let payload = types.iter().find(|each| format!("{}!", each.name.node) == payload).unwrap();
        assert!(fields(payload).any(|field| field.name.node == "userErrors"), "{}", payload.name.node);
        let input = mutation.arguments[0].node.ty.node.to_string();
        let input = types.iter().find(|each| format!("{}!", each.name.node) == input).unwrap();
        assert!(inputs(input).any(|field| field.name.node == "commandId"), "{}", input.name.node);
    }
}

use async_graphql_parser::types::{BaseType, FieldDefinition, Type, TypeDefinition, TypeKind};
use futures::StreamExt;
use serde_json::json;

use crate::{
    document::{named, types},
    stage::{code, play, request},
};

/// Whatever the schema has, asked with the least that it takes, as nobody.
#[test]
fn nobody_gets_anything_but_the_server() {
    play(async |stage| {
        let types = types();
        for (root, operation) in
            [("Query", "query"), ("Mutation", "mutation"), ("Subscription", "subscription")]
        {
            let TypeKind::Object(object) = &named(&types, root).kind else { panic!("{root} is an object") };
            for field in &object.fields {
                let name = field.node.name.node.as_str();
                let document = least_document(&types, operation, &field.node);
                let answer = stage.schema.execute_stream(request(&document, json!({}))).next().await.unwrap();
                if ["server", "viewer"].contains(&name) {
                    assert_eq!(answer.errors, vec![]);
                } else if ["setupComplete", "sessionCreate"].contains(&name) {
                    // They are asked by whom nobody knows, but not like this: `users.rs` asks them as they must be asked.
                    assert_eq!(code(&answer), "BAD_QUERY", "{document}");
                } else {
                    assert_eq!(code(&answer), "UNAUTHENTICATED", "{document}");
                }
            }
        }
    });
}

#[test]
fn a_query_that_would_cost_too_much_is_not_begun() {
    play(async |stage| {
        let heavy = "{ tenants(first: 100) { nodes { grabTasks(first: 100) { nodes { attempts(first: 500) { nodes { id } } } } } } }";
        assert_eq!(stage.code(heavy, json!({})).await, "Query is too complex.");
        let deep = format!(
            "{{ grabTasks {{ nodes {} {{ id }} {} }} }}",
            "{ lastAttempt { task ".repeat(8),
            "} }".repeat(8)
        );
        assert_eq!(stage.code(&deep, json!({})).await, "Query is nested too deep.");
    });
}

/// What `GraphiQL` and code generators send: types wrapped in lists and non-nulls nine times.
#[test]
fn tools_can_read_the_schema() {
    play(async |stage| {
        let wrapped = format!("kind name {} {}", "ofType { kind name ".repeat(9), "}".repeat(9));
        let document = format!(
            "query {{ __schema {{ queryType {{ name }} types {{ ...T }} directives {{ name args {{ ...I }} }} }} }}
             fragment T on __Type {{ kind name fields(includeDeprecated: true) {{ name args {{ ...I }} type {{ ...R }} }}
                inputFields {{ ...I }} interfaces {{ ...R }} enumValues {{ name }} possibleTypes {{ ...R }} }}
             fragment I on __InputValue {{ name type {{ ...R }} defaultValue }}
             fragment R on __Type {{ {wrapped} }}"
        );
        let answer = stage.ask(&document, json!({})).await;
        assert!(answer["__schema"]["types"].as_array().unwrap().len() > 50);
    });
}

/// A document that asks for one field of a root with the least that it takes.
pub(crate) fn least_document(types: &[TypeDefinition], operation: &str, field: &FieldDefinition) -> String {
    let needed = field.arguments.iter().filter(|argument| !argument.node.ty.node.nullable);
    let arguments: Vec<_> = needed
        .map(|argument| format!("{}: {}", argument.node.name.node, least(types, &argument.node.ty.node)))
        .collect();
    let arguments = if arguments.is_empty() { String::new() } else { format!("({})", arguments.join(", ")) };
    let object =
        !matches!(named_type(types, &field.ty.node), Some(TypeKind::Scalar | TypeKind::Enum(_)) | None);
    let selection = if object { " { __typename }" } else { "" };
    format!("{operation} {{ {}{arguments}{selection} }}", field.name.node)
}

fn named_type<'a>(types: &'a [TypeDefinition], ty: &Type) -> Option<&'a TypeKind> {
    match &ty.base {
        BaseType::List(inner) => named_type(types, inner),
        BaseType::Named(name) => {
            types.iter().find(|each| each.name.node == *name).map(|definition| &definition.kind)
        }
    }
}

/// A value that is valid for a type, and says as little as can be.
fn least(types: &[TypeDefinition], ty: &Type) -> String {
    let name = match &ty.base {
        BaseType::List(_) => return "[]".into(),
        BaseType::Named(name) => name.as_str(),
    };
    match name {
        "String" | "ID" => "\"x\"".into(),
        "Int" | "Float" | "Seconds" => "1".into(),
        "Boolean" => "true".into(),
        "EventPosition" => "\"1\"".into(),
        _ if named(types, name).directives.iter().any(|each| each.node.name.node == "oneOf") => {
            let TypeKind::InputObject(kind) = &named(types, name).kind else { panic!("{name} is an input") };
            let first = &kind.fields[0].node;
            format!("{{ {}: {} }}", first.name.node, least(types, &first.ty.node))
        }
        _ => match &named(types, name).kind {
            TypeKind::Enum(kind) => kind.values[0].node.value.node.to_string(),
            TypeKind::InputObject(kind) => {
                let needed = kind
                    .fields
                    .iter()
                    .filter(|field| !field.node.ty.node.nullable && field.node.default_value.is_none());
                let fields: Vec<_> = needed
                    .map(|field| format!("{}: {}", field.node.name.node, least(types, &field.node.ty.node)))
                    .collect();
                format!("{{ {} }}", fields.join(", "))
            }
            _ => panic!("{name} is no input"),
        },
    }
}

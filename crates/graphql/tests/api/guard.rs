use async_graphql_parser::types::{BaseType, Type, TypeDefinition, TypeKind};
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
                let needed = field.node.arguments.iter().filter(|argument| !argument.node.ty.node.nullable);
                let arguments: Vec<_> = needed
                    .map(|argument| {
                        format!("{}: {}", argument.node.name.node, least(&types, &argument.node.ty.node))
                    })
                    .collect();
                let arguments =
                    if arguments.is_empty() { String::new() } else { format!("({})", arguments.join(", ")) };
                let document = format!("{operation} {{ {name}{arguments} {{ __typename }} }}");
                let answer = stage.schema.execute_stream(request(&document, json!({}))).next().await.unwrap();
                if name == "server" {
                    assert_eq!(answer.errors, vec![]);
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

//! Every GraphQL document of the crate against the repository's `schema.graphql`: fields, arguments, variables and enum words.

use std::{collections::HashMap, fs, path::Path, sync::OnceLock};

use async_graphql_parser::{
    parse_query, parse_schema,
    types::{
        BaseType, ExecutableDocument, Field, FieldDefinition, InputValueDefinition, OperationDefinition,
        OperationType, Selection, SelectionSet, Type, TypeDefinition, TypeKind, TypeSystemDefinition,
    },
};
use serde_json::{Value, json};

struct Schema(HashMap<String, TypeDefinition>);

/// Where a selection stands: what may be spread into it, and which variables there are.
#[derive(Clone, Copy)]
struct Scope<'a> {
    document: &'a ExecutableDocument,
    operation: &'a OperationDefinition,
}

impl Schema {
    /// The schema as the code exports it. Absent only while the crate that writes it is not there.
    fn of_the_repository() -> Option<&'static Self> {
        static SCHEMA: OnceLock<Option<Schema>> = OnceLock::new();
        let read = || {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schema.graphql");
            path.exists().then(|| Self::read(&fs::read_to_string(&path).unwrap()))
        };
        SCHEMA.get_or_init(read).as_ref()
    }

    fn read(text: &str) -> Self {
        let types =
            parse_schema(text).unwrap().definitions.into_iter().filter_map(|definition| match definition {
                TypeSystemDefinition::Type(definition) => {
                    Some((definition.node.name.to_string(), definition.node))
                }
                _ => None,
            });
        Self(types.collect())
    }

    fn fields(&self, of: &str) -> Option<Vec<&FieldDefinition>> {
        let fields = match &self.0.get(of)?.kind {
            // All that can be asked of it is asked in fragments.
            TypeKind::Union(_) => return Some(Vec::new()),
            TypeKind::Object(object) => &object.fields,
            TypeKind::Interface(interface) => &interface.fields,
            _ => return None,
        };
        Some(fields.iter().map(|field| &field.node).collect())
    }

    fn values(&self, of: &str) -> Vec<String> {
        match self.0.get(of).map(|definition| &definition.kind) {
            Some(TypeKind::Enum(values)) => {
                values.values.iter().map(|value| value.node.value.to_string()).collect()
            }
            _ => panic!("{of} is no enum"),
        }
    }

    /// What is wrong with a document; empty when nothing is.
    fn complaints(&self, document: &ExecutableDocument) -> Vec<String> {
        let mut complaints = Vec::new();
        for (_, operation) in document.operations.iter() {
            let root = match operation.node.ty {
                OperationType::Query => "Query",
                OperationType::Mutation => "Mutation",
                OperationType::Subscription => "Subscription",
            };
            let scope = Scope { document, operation: &operation.node };
            self.selection(root, &operation.node.selection_set.node, scope, &mut complaints);
        }
        complaints
    }

    /// What is wrong with the values of a request's variables: unknown or missing fields of inputs.
    fn complaints_about_values(&self, document: &ExecutableDocument, variables: &Value) -> Vec<String> {
        let mut complaints = Vec::new();
        for (_, operation) in document.operations.iter() {
            for variable in &operation.node.variable_definitions {
                let value = &variables[variable.node.name.node.as_str()];
                self.value(named(&variable.node.var_type.node), value, &mut complaints);
            }
        }
        complaints
    }

    fn value(&self, of: &str, value: &Value, complaints: &mut Vec<String>) {
        if let Value::Array(items) = value {
            return items.iter().for_each(|item| self.value(of, item, complaints));
        }
        let (Some(TypeKind::InputObject(input)), Value::Object(given)) =
            (self.0.get(of).map(|definition| &definition.kind), value)
        else {
            return;
        };
        for (name, value) in given {
            match input.fields.iter().find(|field| field.node.name.node == name.as_str()) {
                Some(field) => self.value(named(&field.node.ty.node), value, complaints),
                None => complaints.push(format!("{of} has no field {name}")),
            }
        }
        for field in input.fields.iter().filter(|field| is_required(&field.node)) {
            if !given.contains_key(field.node.name.node.as_str()) {
                complaints.push(format!("{of} wants the field {}", field.node.name.node));
            }
        }
    }

    fn selection(&self, of: &str, set: &SelectionSet, scope: Scope<'_>, complaints: &mut Vec<String>) {
        let Some(fields) = self.fields(of) else {
            return complaints.push(format!("{of} has no fields"));
        };
        for item in &set.items {
            let field = match &item.node {
                Selection::Field(field) => &field.node,
                Selection::FragmentSpread(spread) => {
                    self.spread(of, &spread.node.fragment_name.node, scope, complaints);
                    continue;
                }
                Selection::InlineFragment(_) => panic!("documents here have no fragments without a name"),
            };
            let name = field.name.node.as_str();
            if name == "__typename" {
                continue;
            }
            let Some(definition) = fields.iter().find(|known| known.name.node == name) else {
                complaints.push(format!("{of} has no field {name}"));
                continue;
            };
            complaints.extend(arguments(of, field, definition, scope.operation));
            let inner = named(&definition.ty.node);
            if field.selection_set.node.items.is_empty() {
                if self.fields(inner).is_some() {
                    complaints.push(format!("{of}.{name} wants a selection"));
                }
            } else {
                self.selection(inner, &field.selection_set.node, scope, complaints);
            }
        }
    }
}

impl Schema {
    fn spread(&self, into: &str, name: &str, scope: Scope<'_>, complaints: &mut Vec<String>) {
        let Some(fragment) = scope.document.fragments.get(name) else {
            return complaints.push(format!("there is no fragment {name}"));
        };
        let on = fragment.node.type_condition.node.on.node.as_str();
        if on != into && !self.implements(on, into) && !self.is_one_of(on, into) {
            complaints.push(format!("{name} is on {on}, not on {into}"));
        }
        self.selection(on, &fragment.node.selection_set.node, scope, complaints);
    }

    /// Whether a type is a member of a union.
    fn is_one_of(&self, of: &str, union: &str) -> bool {
        match self.0.get(union).map(|definition| &definition.kind) {
            Some(TypeKind::Union(union)) => union.members.iter().any(|member| member.node == of),
            _ => false,
        }
    }

    fn implements(&self, of: &str, interface: &str) -> bool {
        match self.0.get(of).map(|definition| &definition.kind) {
            Some(TypeKind::Object(object)) => object.implements.iter().any(|each| each.node == interface),
            _ => false,
        }
    }
}

fn arguments(
    of: &str,
    field: &Field,
    definition: &FieldDefinition,
    operation: &OperationDefinition,
) -> Vec<String> {
    let name = &field.name.node;
    let mut complaints = Vec::new();
    for (given, value) in &field.arguments {
        let Some(wanted) = definition.arguments.iter().find(|wanted| wanted.node.name.node == given.node)
        else {
            complaints.push(format!("{of}.{name} has no argument {}", given.node));
            continue;
        };
        let variable = operation
            .variable_definitions
            .iter()
            .find(|variable| value.node.to_string() == format!("${}", variable.node.name.node));
        if let Some(variable) = variable
            && !fits(&variable.node.var_type.node, &wanted.node)
        {
            complaints.push(format!("{of}.{name}({}) wants {}", given.node, wanted.node.ty.node));
        }
    }
    for wanted in definition.arguments.iter().filter(|wanted| is_required(&wanted.node)) {
        if field.get_argument(&wanted.node.name.node).is_none() {
            complaints.push(format!("{of}.{name} wants the argument {}", wanted.node.name.node));
        }
    }
    complaints
}

fn is_required(argument: &InputValueDefinition) -> bool {
    !argument.ty.node.nullable && argument.default_value.is_none()
}

/// Whether a variable of a type may stand where an argument is wanted: the same type, or a stricter one.
fn fits(variable: &Type, argument: &InputValueDefinition) -> bool {
    let (mut variable, mut wanted) = (variable, &argument.ty.node);
    let mut has_default = argument.default_value.is_some();
    loop {
        if variable.nullable && !wanted.nullable && !has_default {
            return false;
        }
        has_default = false;
        (variable, wanted) = match (&variable.base, &wanted.base) {
            (BaseType::List(variable), BaseType::List(wanted)) => (variable, wanted),
            (BaseType::Named(variable), BaseType::Named(wanted)) => return variable == wanted,
            _ => return false,
        };
    }
}

fn named(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(inner) => named(inner),
    }
}

/// Fails when a request does not fit the schema of the repository. The stub calls it for every request it gets.
pub(crate) fn check(query: &str, variables: &Value) {
    let Some(schema) = Schema::of_the_repository() else { return };
    let complaints = schema.complaints_about_values(&parse_query(query).unwrap(), variables);
    assert!(complaints.is_empty(), "{complaints:?}");
}

/// Every document below `src`, with the fragment of its folder behind it, as the code puts them together.
fn documents() -> Vec<(String, String)> {
    let (fragments, documents): (Vec<_>, Vec<_>) =
        files(&source("")).into_iter().partition(|(_, text)| text.starts_with("fragment"));
    let whole = documents.into_iter().map(|(path, text)| {
        let folder = Path::new(&path).parent();
        let own =
            fragments.iter().filter(|(path, _)| text.contains("...") && Path::new(path).parent() == folder);
        let own: String = own.map(|(_, fragment)| fragment.as_str()).collect();
        (path, text + &own)
    });
    whole.collect()
}

/// Every file of GraphQL below a folder.
fn files(directory: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "graphql") {
            found.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
    found
}

fn source(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(path)
}

#[test]
fn every_document_parses_and_asks_for_what_the_schema_has() {
    let documents = documents();
    assert!(documents.len() >= 30, "{}", documents.len());
    let schema = Schema::of_the_repository();
    for (path, text) in documents {
        let document = parse_query(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
        let complaints = schema.as_ref().map(|schema| schema.complaints(&document)).unwrap_or_default();
        assert!(complaints.is_empty(), "{path}: {complaints:#?}");
    }
}

#[test]
fn every_word_of_the_schemas_enums_has_a_translation() {
    let Some(schema) = Schema::of_the_repository() else { return };
    let folder = fs::read_dir(source("words")).unwrap();
    let words: String = folder.map(|file| fs::read_to_string(file.unwrap().path()).unwrap()).collect();
    for name in [
        "GrabTaskState",
        "AttemptOutcome",
        "AccountStatus",
        "ProjectionStatus",
        "Role",
        "NotificationTopic",
        "NotificationDeliveryState",
        "Severity",
        "AlertState",
        "AlertUnit",
    ] {
        for value in schema.values(name) {
            assert!(words.contains(&format!("\"{value}\" => ")), "{name}.{value}");
        }
    }
}

#[test]
fn the_check_finds_wrong_fields_arguments_and_variables() {
    let schema = Schema::read(
        "type Query { task(id: ID!): Task tasks(ids: [ID!]): [Task!]! }\ntype Task { id: ID! owner: Owner! }\ntype Owner { id: ID! }",
    );
    let complaints = |query: &str| schema.complaints(&parse_query(query).unwrap());
    assert_eq!(complaints("query A($id: ID!) { task(id: $id) { id owner { id } } }"), Vec::<String>::new());
    assert_eq!(complaints("query A { tasks { id name } }"), ["Task has no field name"]);
    assert_eq!(complaints("query A { tasks { owner } }"), ["Task.owner wants a selection"]);
    assert_eq!(complaints("query A($id: ID) { task(id: $id) { id } }"), ["Query.task(id) wants ID!"]);
    assert_eq!(
        complaints("query A($ids: [Int!]) { tasks(ids: $ids) { id } }"),
        ["Query.tasks(ids) wants [ID!]"]
    );
    assert_eq!(complaints("query A { task { id } }"), ["Query.task wants the argument id"]);
    assert_eq!(complaints("query A { tasks(first: 1) { id } }"), ["Query.tasks has no argument first"]);
}

#[test]
fn the_check_finds_wrong_fields_in_fragments() {
    let schema = Schema::read(
        "type Query { task: Task node: Node any: Any }\nunion Any = Task\ninterface Node { id: ID! }\ntype Task implements Node { id: ID! }",
    );
    let complaints = |query: &str| schema.complaints(&parse_query(query).unwrap());
    let fragment = "fragment F on Task { id }";
    assert_eq!(
        complaints(&format!(
            "query A {{ task {{ ...F }} node {{ ...F }} any {{ __typename ...F }} }} {fragment}"
        )),
        Vec::<String>::new()
    );
    assert_eq!(
        complaints("query A { task { ...F } } fragment F on Task { name }"),
        ["Task has no field name"]
    );
    assert_eq!(
        complaints("query A { task { ...F } } fragment F on Query { task { id } }"),
        ["F is on Query, not on Task"]
    );
    assert_eq!(
        complaints("query A { any { ...F id } } fragment F on Query { task { id } }"),
        ["F is on Query, not on Any", "Any has no field id"]
    );
}

#[test]
fn the_check_finds_wrong_fields_in_inputs() {
    let schema = Schema::read("input In { a: Int! b: [Inner!] c: Int! = 1 }\ninput Inner { d: Int }");
    let document = parse_query("query A($in: In!) { x(in: $in) }").unwrap();
    let complaints = |value| schema.complaints_about_values(&document, &json!({ "in": value }));
    assert_eq!(complaints(json!({ "a": 1, "b": [{ "d": 2 }] })), Vec::<String>::new());
    assert_eq!(complaints(json!({ "b": [{ "e": 2 }] })), ["Inner has no field e", "In wants the field a"]);
}

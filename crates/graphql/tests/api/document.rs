//! The schema as it is served, taken apart.

use async_graphql_parser::{
    Positioned, parse_schema,
    types::{FieldDefinition, InputValueDefinition, TypeDefinition, TypeKind, TypeSystemDefinition},
};

pub(crate) fn types() -> Vec<TypeDefinition> {
    let document = parse_schema(berth_graphql::sdl()).unwrap();
    let types = document.definitions.into_iter().filter_map(|definition| match definition {
        TypeSystemDefinition::Type(definition) => Some(definition.node),
        TypeSystemDefinition::Schema(_) | TypeSystemDefinition::Directive(_) => None,
    });
    types.collect()
}

pub(crate) fn fields(definition: &TypeDefinition) -> impl Iterator<Item = &FieldDefinition> {
    let fields: &[Positioned<FieldDefinition>] = match &definition.kind {
        TypeKind::Object(kind) => &kind.fields,
        TypeKind::Interface(kind) => &kind.fields,
        _ => &[],
    };
    fields.iter().map(|field| &field.node)
}

pub(crate) fn inputs(definition: &TypeDefinition) -> impl Iterator<Item = &InputValueDefinition> {
    let fields: &[Positioned<InputValueDefinition>] = match &definition.kind {
        TypeKind::InputObject(kind) => &kind.fields,
        _ => &[],
    };
    fields.iter().map(|field| &field.node)
}

pub(crate) fn named<'a>(types: &'a [TypeDefinition], name: &str) -> &'a TypeDefinition {
    types.iter().find(|each| each.name.node == name).unwrap()
}

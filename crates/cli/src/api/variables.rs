//! Variables as they are typed: `name=value`, with brackets to reach inside of inputs.

use std::path::Path;

use clap::{ArgMatches, Args, FromArgMatches};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};

use crate::{console::Console, failure::Failure, words};

/// One variable, or a part of one. Its value may be a secret.
#[derive(Clone, Debug)]
struct Assignment {
    /// As it was typed, for what is said about it.
    name: String,
    path: Vec<Step>,
    value: SecretString,
}

#[derive(Clone, Debug, PartialEq)]
enum Step {
    Field(String),
    /// One more item of a list.
    Item,
}

#[derive(Args)]
struct Flags {
    /// Variable: `true`, `false`, `null`, numbers, objects and lists are taken as JSON, `@FILE` as the text of a file (`@-` of standard
    /// input), all else as text; `input[name]=x` and `ids[]=x` reach inside. Every process on the machine can read what stands here: a
    /// secret goes into a file
    #[arg(short = 'F', long = "field", value_parser = parse, value_name = "NAME=VALUE")]
    fields: Vec<Assignment>,
    /// Variable that is text, whatever it looks like
    #[arg(short = 'f', long = "raw-field", value_parser = parse, value_name = "NAME=VALUE")]
    raw_fields: Vec<Assignment>,
}

/// All that are given, in the order in which they were typed.
#[derive(Debug)]
pub(super) struct Variables(Vec<(Assignment, Kind)>);

#[derive(Clone, Copy, Debug)]
enum Kind {
    Typed,
    Raw,
}

impl FromArgMatches for Variables {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = |id: &str, kind: Kind| {
            let places = matches.indices_of(id).into_iter().flatten();
            let values = matches.get_many::<Assignment>(id).into_iter().flatten().cloned();
            places.zip(values).map(move |(place, value)| (place, value, kind)).collect::<Vec<_>>()
        };
        let mut all = [given("fields", Kind::Typed), given("raw_fields", Kind::Raw)].concat();
        all.sort_by_key(|(place, ..)| *place);
        Ok(Self(all.into_iter().map(|(_, assignment, kind)| (assignment, kind)).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for Variables {
    fn augment_args(command: clap::Command) -> clap::Command {
        Flags::augment_args(command)
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Flags::augment_args_for_update(command)
    }
}

/// A parser of clap's.
fn parse(text: &str) -> Result<Assignment, String> {
    let malformed = || "write NAME=VALUE, and NAME[field]=VALUE or NAME[]=VALUE to reach inside".to_owned();
    let (name, value) = text.split_once('=').ok_or_else(malformed)?;
    let path = path(name).ok_or_else(malformed)?;
    Ok(Assignment { name: name.to_owned(), path, value: value.into() })
}

/// `input[tags][]` as its steps; nothing where it is malformed.
fn path(name: &str) -> Option<Vec<Step>> {
    let (first, mut rest) = name.split_at(name.find('[').unwrap_or(name.len()));
    let mut path = vec![Step::Field(first.to_owned())];
    while !rest.is_empty() {
        let (step, behind) = rest.strip_prefix('[')?.split_once(']')?;
        path.push(if step.is_empty() { Step::Item } else { Step::Field(step.to_owned()) });
        rest = behind;
    }
    (!first.is_empty()).then_some(path)
}

impl Variables {
    /// All as one object.
    pub(super) fn collect(&self, console: &mut Console) -> Result<Value, Failure> {
        let mut variables = Value::Object(Map::new());
        for (assignment, kind) in &self.0 {
            let text = assignment.value.expose_secret();
            let value = match (kind, text.strip_prefix('@')) {
                (Kind::Raw, _) => Value::from(text),
                (Kind::Typed, Some(path)) => Value::from(console.text_of(Path::new(path))?),
                (Kind::Typed, None) => typed_value(text),
            };
            assignment.put(&mut variables, value)?;
        }
        Ok(variables)
    }
}

/// JSON where it is JSON, but for text: that would want quotes within quotes.
fn typed_value(text: &str) -> Value {
    match serde_json::from_str(text) {
        Ok(Value::String(_)) | Err(_) => Value::from(text),
        Ok(value) => value,
    }
}

impl Assignment {
    fn put(&self, variables: &mut Value, value: Value) -> Result<(), Failure> {
        put(variables, &self.path, value)
            .ok_or_else(|| Failure::usage(words::api::set_in_two_ways(&self.name)))
    }
}

/// Nothing where something else stands in the way.
fn put(place: &mut Value, path: &[Step], value: Value) -> Option<()> {
    let Some((step, rest)) = path.split_first() else {
        *place = value;
        return Some(());
    };
    let inner = match step {
        Step::Field(name) => {
            if place.is_null() {
                *place = Value::Object(Map::new());
            }
            place.as_object_mut()?.entry(name).or_insert(Value::Null)
        }
        Step::Item => {
            if place.is_null() {
                *place = Value::Array(Vec::new());
            }
            let items = place.as_array_mut()?;
            items.push(Value::Null);
            items.last_mut()?
        }
    };
    put(inner, rest, value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn typed(given: &[&str]) -> Option<Value> {
        let mut variables = json!({});
        for text in given {
            let assignment = parse(text).unwrap();
            put(&mut variables, &assignment.path, typed_value(assignment.value.expose_secret()))?;
        }
        Some(variables)
    }

    #[test]
    fn what_looks_like_json_is_json_and_all_else_is_text() {
        let given =
            ["a=true", "b=null", "c=12", "d=1.5", "e=12h", "f=", "g=\"q\"", "h={\"x\":[1]}", "i=[1", "j=a=b"];
        let expected = json!({ "a": true, "b": null, "c": 12, "d": 1.5, "e": "12h", "f": "", "g": "\"q\"",
            "h": { "x": [1] }, "i": "[1", "j": "a=b" });
        assert_eq!(typed(&given), Some(expected));
    }

    #[test]
    fn brackets_reach_inside() {
        let given = ["input[ids][]=a", "input[ids][]=b", "input[spec][shape]=VM", "first=1"];
        let expected = json!({ "input": { "ids": ["a", "b"], "spec": { "shape": "VM" } }, "first": 1 });
        assert_eq!(typed(&given), Some(expected));
    }

    #[test]
    fn one_variable_cannot_be_two_things() {
        assert_eq!(typed(&["a=1", "a[b]=2"]), None);
        assert_eq!(typed(&["a[]=1", "a[b]=2"]), None);
        assert_eq!(typed(&["a=1", "a=2"]), Some(json!({ "a": 2 })), "the last one counts");
    }

    #[test]
    fn what_is_no_assignment_is_told_at_once() {
        for text in ["", "a", "=1", "[a]=1", "a[b=1", "a[b]c=1"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_value_does_not_show_in_debug() {
        assert!(!format!("{:?}", parse("password=hush").unwrap()).contains("hush"));
    }
}

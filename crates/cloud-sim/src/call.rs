//! One authenticated request, taken apart for the operations.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::answer::Refusal;

/// A request whose caller is known and whose path named an operation.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// Number of the caller's profile.
    pub(crate) tenant: usize,
    /// Which entry of the journal is this one.
    pub(crate) number: usize,
    /// What stood in the places that the path leaves open.
    pub(crate) ids: Vec<String>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) if_match: Option<String>,
    pub(crate) retry_token: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Call {
    /// The first open place of the path.
    pub(crate) fn id(&self) -> &str {
        self.ids.first().map_or("", String::as_str)
    }

    /// A parameter of the query; one without a value counts as absent.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn required(&self, name: &str) -> Result<&str, Refusal> {
        self.parameter(name).ok_or_else(|| Refusal::missing(name))
    }

    /// Whether a list that is filtered by these parameters shows an object with these values.
    pub(crate) fn admits(&self, filters: &[(&str, &str)]) -> bool {
        filters.iter().all(|(name, value)| self.parameter(name).is_none_or(|wanted| wanted == *value))
    }

    /// Refuses when the caller saw another version of the object.
    pub(crate) fn check_etag(&self, etag: &str) -> Result<(), Refusal> {
        match &self.if_match {
            Some(seen) if seen != etag && seen != "*" => Err(Refusal::stale_etag()),
            _ => Ok(()),
        }
    }

    /// The body as an object none of whose fields is unknown: a misspelt name is told rather than ignored.
    pub(crate) fn details(&self, known: &[&str]) -> Result<Details, Refusal> {
        let value: Value =
            serde_json::from_slice(&self.body).map_err(|why| Refusal::unparsable(&why.to_string()))?;
        Details::of(value, "body", known)
    }
}

/// `a=1&b=x+y` with percent escapes; a plus sign is a blank.
pub(crate) fn parse_query(text: &str) -> Vec<(String, String)> {
    let decode = |part: &str| percent_decode_str(&part.replace('+', " ")).decode_utf8_lossy().into_owned();
    let pair = |part: &str| {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        (decode(key), decode(value))
    };
    text.split('&').filter(|part| !part.is_empty()).map(pair).collect()
}

/// A JSON object of a request. A field that is null counts as absent; one of the wrong type is refused.
#[derive(Debug, Clone)]
pub(crate) struct Details(pub(crate) Map<String, Value>);

impl Details {
    fn of(value: Value, place: &str, known: &[&str]) -> Result<Self, Refusal> {
        let Value::Object(mut fields) = value else {
            return Err(Refusal::unparsable(&format!("{place} is not an object")));
        };
        if let Some(name) = fields.keys().find(|name| !known.contains(&name.as_str())) {
            return Err(Refusal::unparsable(&format!("unrecognized field {name} in {place}")));
        }
        fields.retain(|_, value| !value.is_null());
        Ok(Self(fields))
    }

    fn typed<'a, T>(
        &'a self,
        name: &str,
        kind: &str,
        read: impl Fn(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, Refusal> {
        let wrong = || Refusal::unparsable(&format!("{name} is not {kind}"));
        self.0.get(name).map(|value| read(value).ok_or_else(wrong)).transpose()
    }

    pub(crate) fn text(&self, name: &str) -> Result<Option<&str>, Refusal> {
        self.typed(name, "a string", Value::as_str)
    }

    pub(crate) fn required(&self, name: &str) -> Result<&str, Refusal> {
        self.text(name)?.filter(|text| !text.is_empty()).ok_or_else(|| Refusal::missing(name))
    }

    pub(crate) fn number(&self, name: &str) -> Result<Option<f64>, Refusal> {
        self.typed(name, "a number", Value::as_f64)
    }

    pub(crate) fn integer(&self, name: &str) -> Result<Option<u64>, Refusal> {
        self.typed(name, "a whole number", Value::as_u64)
    }

    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, Refusal> {
        self.typed(name, "true or false", Value::as_bool)
    }

    pub(crate) fn list(&self, name: &str) -> Result<Option<&Vec<Value>>, Refusal> {
        self.typed(name, "an array", Value::as_array)
    }

    pub(crate) fn object(&self, name: &str, known: &[&str]) -> Result<Option<Self>, Refusal> {
        self.0.get(name).map(|value| Self::of(value.clone(), name, known)).transpose()
    }

    /// A map of strings, such as `freeformTags` and `metadata`; absent is empty.
    pub(crate) fn strings(&self, name: &str) -> Result<Vec<(&str, &str)>, Refusal> {
        let Some(map) = self.typed(name, "an object", Value::as_object)? else { return Ok(Vec::new()) };
        let wrong = |key: &str| Refusal::unparsable(&format!("{name}.{key} is not a string"));
        map.iter().map(|(key, value)| Ok((key.as_str(), value.as_str().ok_or_else(|| wrong(key))?))).collect()
    }

    /// The field as it came, or what stands for it when absent.
    pub(crate) fn value_or(&self, name: &str, otherwise: Value) -> Value {
        self.0.get(name).cloned().unwrap_or(otherwise)
    }
}

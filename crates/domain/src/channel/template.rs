//! A text of somebody's own making, with places for what is told.

use serde_json::Value;

use super::config::Template;
use crate::explain::Violations;

/// What may stand between `{{` and `}}`.
pub const PLACEHOLDERS: [&str; 6] = ["title", "text", "severity", "topic", "id", "time"];
const BODY_LENGTH: usize = 8_192;
const CONTENT_TYPE_LENGTH: usize = 128;

impl Template {
    /// What is put into the body is escaped for JSON then.
    pub fn is_json(&self) -> bool {
        is_json(&self.content_type)
    }
}

/// `application/json`, or something that is written like it.
pub fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || essence.ends_with("+json")
}

pub(super) fn check(violations: &mut Violations, template: &Template) {
    let field = |name| ["config", "template", name];
    violations.require(template.url.is_some(), &field("url"), "the address is missing", "缺少地址");
    violations.require(
        is_content_type(&template.content_type),
        &field("contentType"),
        "must be a media type, application/json say",
        "须为媒体类型，如 application/json",
    );
    let body = &template.body;
    let lawful = |each: char| !each.is_control() || matches!(each, '\n' | '\r' | '\t');
    violations.require(
        !body.trim().is_empty() && body.chars().count() <= BODY_LENGTH && body.chars().all(lawful),
        &field("body"),
        "must be 1 to 8192 characters without control characters other than line breaks and tabs",
        "须为 1 到 8192 个字符，除换行和制表符外不含控制字符",
    );
    match filled(body) {
        None => violations.require(
            false,
            &field("body"),
            "holds {{ without one of title, text, severity, topic, id, time and }} behind it",
            "{{ 之后须为 title、text、severity、topic、id、time 之一和 }}",
        ),
        Some(filled) => violations.require(
            !template.is_json() || serde_json::from_str::<Value>(&filled).is_ok(),
            &field("body"),
            "is no JSON once its placeholders are filled; they belong inside of quotation marks",
            "填入占位符后不是 JSON；占位符须写在引号之内",
        ),
    }
}

/// With something in each place; absent where a place is for something that we do not have.
fn filled(body: &str) -> Option<String> {
    let mut parts = body.split("{{");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once("}}")?;
        if !PLACEHOLDERS.contains(&name.trim()) {
            return None;
        }
        text.push('x');
        text.push_str(rest);
    }
    Some(text)
}

/// Harmless in a head of HTTP, and something before and behind its stroke.
fn is_content_type(text: &str) -> bool {
    let is_token = |token: &str| {
        !token.is_empty()
            && token.chars().all(|each| each.is_ascii_alphanumeric() || "!#$&-^_.+".contains(each))
    };
    let mut parts = text.split(';');
    let essence = parts.next().unwrap_or_default().trim();
    text.len() <= CONTENT_TYPE_LENGTH
        && essence.split_once('/').is_some_and(|(kind, sort)| is_token(kind) && is_token(sort))
        && parts.all(|part| {
            part.trim().split_once('=').is_some_and(|(key, value)| is_token(key) && is_token(value))
        })
}

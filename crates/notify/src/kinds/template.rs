//! A request whose body the user wrote, with places in it for what is told.

use crate::{
    Letter,
    kinds::webhook,
    request::{Request, Unlawful, address},
    text::html,
};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

pub(crate) fn request(
    url: &str,
    content_type: &str,
    body: &str,
    secret: Option<&str>,
    letter: &Letter,
    now_ms: i64,
) -> Result<Request, Unlawful> {
    let lawful = |each: char| each == ' ' || each.is_ascii_graphic();
    if content_type.trim().is_empty() || !content_type.chars().all(lawful) {
        return Err(Unlawful::ContentType);
    }
    let body = filled(body, letter, Escape::of(content_type));
    let content_type = content_type.trim().to_owned();
    let request = Request { url: address(url)?, content_type, headers: Vec::new(), body };
    Ok(webhook::signed(request, secret, letter, now_ms))
}

/// What a value must not break out of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Escape {
    Json,
    Form,
    Markup,
    Nothing,
}

impl Escape {
    fn of(content_type: &str) -> Self {
        let kind = content_type.to_ascii_lowercase();
        if kind.contains("json") {
            Self::Json
        } else if kind.contains("form-urlencoded") {
            Self::Form
        } else if kind.contains("xml") || kind.contains("html") {
            Self::Markup
        } else {
            Self::Nothing
        }
    }

    fn apply(self, value: &str) -> String {
        match self {
            Self::Json => {
                let quoted = serde_json::Value::from(value).to_string();
                quoted[1..quoted.len() - 1].to_owned()
            }
            Self::Form => utf8_percent_encode(value, NON_ALPHANUMERIC).to_string(),
            Self::Markup => html(value).replace('\'', "&#39;"),
            Self::Nothing => value.to_owned(),
        }
    }
}

/// In one pass, so that what stands in a title is never taken for a place. What names nothing of ours stays as it is.
fn filled(template: &str, letter: &Letter, escape: Escape) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        filled.push_str(before);
        let named =
            after.split_once("}}").and_then(|(name, after)| Some((value(name.trim(), letter)?, after)));
        if let Some((value, after)) = named {
            filled.push_str(&escape.apply(&value));
            rest = after;
        } else {
            filled.push_str("{{");
            rest = after;
        }
    }
    filled + rest
}

fn value(name: &str, letter: &Letter) -> Option<String> {
    Some(match name {
        "title" => letter.heading(),
        "text" => letter.text(),
        "severity" => serde_json::to_value(letter.severity).ok()?.as_str()?.to_owned(),
        "topic" => letter.topic.clone(),
        "id" => letter.key.clone(),
        "time" => webhook::time(letter),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Escape, filled, request};
    use crate::{
        Letter,
        request::Unlawful,
        samples::{HOSTILE, hostile, letter},
        text::{clean, one_line},
    };

    #[test]
    fn every_place_is_filled_and_nothing_else() {
        let template =
            "{{title}}|{{ text }}|{{severity}}|{{topic}}|{{id}}|{{time}}|{{other}}|{{|}}|{{{title}}}";
        assert_eq!(
            filled(template, &letter(), Escape::Nothing),
            "Got it: web-1|Address: 203.0.113.7\n任务：web\n#B3C4D5|warning|TASK_SUCCEEDED|delivery_01KA2B3C4D5|\
             2023-11-14T22:13:20.000Z|{{other}}|{{|}}|{{{title}}}"
        );
    }

    #[test]
    fn json_stays_json_whatever_is_told() {
        let body = r#"{"a":"{{title}}","b":["{{text}}"],"c":"{{topic}}"}"#;
        let request = request("https://a.example/", "application/json", body, None, &hostile(), 0).unwrap();
        let body: Value = serde_json::from_str(&request.body).unwrap();
        assert_eq!((&body["a"], &body["c"]), (&json!(one_line(HOSTILE)), &json!(HOSTILE)));
        assert!(body["b"][0].as_str().unwrap().contains(&clean(HOSTILE)));
    }

    #[test]
    fn a_value_is_never_taken_for_a_place() {
        let sly = Letter { title: "{{id}}".to_owned(), ..letter() };
        assert_eq!(filled("{{title}}", &sly, Escape::Nothing), "{{id}}");
    }

    #[test]
    fn forms_and_markup_are_escaped_as_well() {
        let sly = Letter { title: "a&b=<c>'".to_owned(), ..letter() };
        assert_eq!(
            filled("t={{title}}", &sly, Escape::of("application/x-www-form-urlencoded")),
            "t=a%26b%3D%3Cc%3E%27"
        );
        assert_eq!(filled("<t>{{title}}</t>", &sly, Escape::of("text/XML")), "<t>a&amp;b=&lt;c&gt;&#39;</t>");
    }

    #[test]
    fn a_content_type_is_one_line() {
        for unlawful in ["", " ", "text/plain\r\nX: y", "文"] {
            let refused = request("https://a.example/", unlawful, "", None, &letter(), 0).err();
            assert_eq!(refused, Some(Unlawful::ContentType));
        }
    }
}

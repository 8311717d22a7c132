//! The HTML of Telegram's messages, parsed as its servers do it (`parse_html` in `TDLib`'s
//! <https://github.com/tdlib/td/blob/master/td/telegram/MessageEntity.cpp>), complaints included.

use serde_json::{Value, json};

const TAGS: &[(&str, &str)] = &[
    ("a", "text_link"),
    ("b", "bold"),
    ("strong", "bold"),
    ("i", "italic"),
    ("em", "italic"),
    ("s", "strikethrough"),
    ("strike", "strikethrough"),
    ("del", "strikethrough"),
    ("u", "underline"),
    ("ins", "underline"),
    ("tg-spoiler", "spoiler"),
    ("span", "spoiler"),
    ("tg-emoji", "custom_emoji"),
    ("pre", "pre"),
    ("code", "code"),
    ("blockquote", "blockquote"),
];

/// What is shown, and what of it is emphasised: offsets and lengths in UTF-16 units.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Rendered {
    pub(super) text: String,
    pub(super) entities: Vec<Value>,
}

struct Open {
    tag: String,
    argument: String,
    /// Where it begins in the text, in UTF-16 units.
    offset: usize,
}

/// Reads HTML; the complaint is the real service's, without what stands before it.
pub(super) fn parse(html: &str) -> Result<Rendered, String> {
    let mut parser = Parser { html, at: 0, done: Rendered::default(), units: 0, open: Vec::new() };
    parser.run()?;
    match parser.open.last() {
        Some(open) => Err(format!("Can't find end tag corresponding to start tag \"{}\"", open.tag)),
        None => Ok(parser.done),
    }
}

struct Parser<'a> {
    html: &'a str,
    at: usize,
    done: Rendered,
    units: usize,
    open: Vec<Open>,
}

impl Parser<'_> {
    fn run(&mut self) -> Result<(), String> {
        while let Some(sign) = self.html[self.at..].chars().next() {
            match sign {
                '<' if self.html[self.at..].starts_with("</") => self.close()?,
                '<' => self.begin()?,
                '&' => {
                    let (sign, taken) = entity(&self.html[self.at..]).unwrap_or(('&', 1));
                    self.show(sign, taken);
                }
                _ => self.show(sign, sign.len_utf8()),
            }
        }
        Ok(())
    }

    fn show(&mut self, sign: char, taken: usize) {
        self.done.text.push(sign);
        self.units += sign.len_utf16();
        self.at += taken;
    }

    fn begin(&mut self) -> Result<(), String> {
        let begin = self.at;
        let rest = &self.html[begin + 1..];
        let unclosed = || format!("Unclosed start tag at byte offset {begin}");
        let end = rest.find(|sign: char| sign == '>' || sign.is_ascii_whitespace()).ok_or_else(unclosed)?;
        let tag = rest[..end].to_ascii_lowercase();
        if !TAGS.iter().any(|(known, _)| *known == tag) {
            return Err(format!("Unsupported start tag \"{tag}\" at byte offset {begin}"));
        }
        let (attributes, taken) = attributes(&rest[end..]).map_err(|why| why.at(&tag, begin))?;
        let argument = |name: &str| {
            attributes
                .iter()
                .find(|(known, _)| known == name)
                .map(|(_, value)| value.clone())
                .unwrap_or_default()
        };
        let argument = match tag.as_str() {
            "a" => argument("href"),
            "span" => argument("class"),
            "tg-emoji" => argument("emoji-id"),
            _ => String::new(),
        };
        if tag == "span" && argument != "tg-spoiler" {
            return Err(format!("Tag \"span\" must have class \"tg-spoiler\" at byte offset {begin}"));
        }
        self.open.push(Open { tag, argument, offset: self.units });
        self.at = begin + 1 + end + taken;
        Ok(())
    }

    fn close(&mut self) -> Result<(), String> {
        let begin = self.at;
        let Some(open) = self.open.pop() else {
            return Err(format!("Unexpected end tag at byte offset {begin}"));
        };
        let rest = &self.html[begin + 2..];
        let unclosed = || format!("Unclosed end tag at byte offset {begin}");
        let end = rest.find('>').ok_or_else(unclosed)?;
        let found = rest[..end].trim_ascii_end().to_ascii_lowercase();
        if !found.is_empty() && found != open.tag {
            let expected = &open.tag;
            return Err(format!(
                "Unmatched end tag at byte offset {begin}, expected \"</{expected}>\", found \"</{found}>\""
            ));
        }
        self.at = begin + 2 + end + 1;
        self.note(&open);
        Ok(())
    }

    fn note(&mut self, open: &Open) {
        let length = self.units - open.offset;
        let kind = TAGS.iter().find(|(tag, _)| *tag == open.tag).map_or("", |(_, kind)| kind);
        if length == 0 || (open.tag == "a" && open.argument.is_empty()) {
            return;
        }
        let mut entity = json!({ "type": kind, "offset": open.offset, "length": length });
        match kind {
            "text_link" => entity["url"] = json!(open.argument),
            "custom_emoji" => entity["custom_emoji_id"] = json!(open.argument),
            _ => {}
        }
        self.done.entities.push(entity);
    }
}

/// What is wrong with the attributes of a tag.
enum Flaw {
    Unclosed,
    Nameless,
}

impl Flaw {
    fn at(&self, tag: &str, begin: usize) -> String {
        match self {
            Self::Unclosed => format!("Unclosed start tag at byte offset {begin}"),
            Self::Nameless => {
                format!("Empty attribute name in the tag \"{tag}\" at byte offset {begin}")
            }
        }
    }
}

/// Names and values up to the `>`, and how many bytes that took with it.
fn attributes(text: &str) -> Result<(Vec<(String, String)>, usize), Flaw> {
    let mut found = Vec::new();
    let mut at = 0;
    loop {
        at += text[at..].len() - text[at..].trim_ascii_start().len();
        let rest = &text[at..];
        if rest.starts_with('>') {
            return Ok((found, at + 1));
        }
        let stop = |sign: char| sign.is_ascii_whitespace() || sign == '=' || sign == '>';
        let end = rest.find(stop).ok_or(Flaw::Unclosed)?;
        if end == 0 {
            return Err(Flaw::Nameless);
        }
        let name = rest[..end].to_ascii_lowercase();
        at += end;
        let Some(value) = text[at..].strip_prefix('=') else {
            found.push((name, String::new()));
            continue;
        };
        let (value, taken) = value_of(value).ok_or(Flaw::Unclosed)?;
        at += 1 + taken;
        found.push((name, value));
    }
}

/// A value with or without quotes, and how many bytes it took.
fn value_of(text: &str) -> Option<(String, usize)> {
    if let Some(quote) = text.chars().next().filter(|sign| matches!(sign, '"' | '\'')) {
        let end = text[1..].find(quote)?;
        return Some((resolved(&text[1..=end]), end + 2));
    }
    let end = text.find(|sign: char| sign.is_ascii_whitespace() || sign == '>')?;
    Some((resolved(&text[..end]), end))
}

fn resolved(text: &str) -> String {
    let mut out = String::new();
    let mut at = 0;
    while let Some(sign) = text[at..].chars().next() {
        let (sign, taken) = Some(sign)
            .filter(|sign| *sign == '&')
            .and_then(|_| entity(&text[at..]))
            .unwrap_or((sign, sign.len_utf8()));
        out.push(sign);
        at += taken;
    }
    out
}

/// Four names and numbers; the semicolon may be left out. Anything else is shown as it stands.
fn entity(text: &str) -> Option<(char, usize)> {
    let body = &text[1..];
    let (sign, length) = if let Some(number) = body.strip_prefix('#') {
        let hex = number.starts_with('x');
        let digits = &number[usize::from(hex)..];
        let radix = if hex { 16 } else { 10 };
        let end = digits.find(|sign: char| !sign.is_digit(radix)).unwrap_or(digits.len());
        let code = u32::from_str_radix(&digits[..end], radix).ok().filter(|code| *code != 0)?;
        (char::from_u32(code)?, 1 + usize::from(hex) + end)
    } else {
        let end = body.find(|sign: char| !sign.is_ascii_alphabetic()).unwrap_or(body.len());
        let sign = match &body[..end] {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            "quot" => '"',
            _ => return None,
        };
        (sign, end)
    };
    let semicolon = usize::from(body[length..].starts_with(';'));
    Some((sign, 1 + length + semicolon))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(html: &str) -> String {
        parse(html).expect("it is right").text
    }

    fn complaint(html: &str) -> String {
        parse(html).expect_err("it is wrong")
    }

    #[test]
    fn entities_are_resolved_and_tags_are_not_shown() {
        assert_eq!(
            shown("<b>&lt;抢&gt;</b> &amp;amp; &quot;x&quot; &#65;&#x1F600; &nbsp; <i\n>y</i >"),
            "<抢> &amp; \"x\" A😀 &nbsp; y"
        );
    }

    #[test]
    fn offsets_are_in_utf16_units() {
        let found =
            parse("😀<b>抢</b><a href=\"https://x.example/?a=1&amp;b=2\">go</a>").expect("it is right");
        let wanted = [
            json!({ "type": "bold", "offset": 2, "length": 1 }),
            json!({ "type": "text_link", "offset": 3, "length": 2, "url": "https://x.example/?a=1&b=2" }),
        ];
        assert_eq!(found.entities, wanted);
    }

    #[test]
    fn what_the_service_cannot_parse_is_told_in_its_words() {
        assert_eq!(complaint("<b>x"), "Can't find end tag corresponding to start tag \"b\"");
        assert_eq!(complaint("a<br>"), "Unsupported start tag \"br\" at byte offset 1");
        assert_eq!(complaint("x < y"), "Unsupported start tag \"\" at byte offset 2");
        assert_eq!(complaint("x <3"), "Unclosed start tag at byte offset 2");
        assert_eq!(complaint("</b>"), "Unexpected end tag at byte offset 0");
        assert_eq!(
            complaint("<b><i>x</b></i>"),
            "Unmatched end tag at byte offset 7, expected \"</i>\", found \"</b>\""
        );
        assert_eq!(
            complaint("<span>x</span>"),
            "Tag \"span\" must have class \"tg-spoiler\" at byte offset 0"
        );
        assert_eq!(complaint("<b>x</b"), "Unclosed end tag at byte offset 4");
    }
}

//! A mail, read: headers unfolded and decoded, and the text that a person would see.

use super::words::{base64, decoded, quoted, text_of};

/// How deep parts may lie in parts.
const DEEPEST: usize = 5;

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Mail {
    /// Names in lower case, values decoded, in order.
    headers: Vec<(String, String)>,
    /// The first plain text; without one, what HTML shows.
    pub(super) text: String,
}

impl Mail {
    pub(super) fn parse(raw: &[u8]) -> Self {
        let (headers, body) = split(raw);
        let text = text(&headers, body, DEEPEST).unwrap_or_default();
        let headers = headers.into_iter().map(|(name, value)| (name, decoded(&value))).collect();
        Self { headers, text: text.replace("\r\n", "\n").trim_end().to_owned() }
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    /// Without its brackets.
    pub(super) fn message_id(&self) -> Option<String> {
        let id = self.header("message-id")?.trim();
        Some(id.trim_start_matches('<').trim_end_matches('>').to_owned())
    }

    /// The headers, and who the envelope says it is from.
    pub(super) fn headers_with(&self, from: &str) -> Vec<(String, String)> {
        let mut headers = self.headers.clone();
        headers.push(("envelope-from".to_owned(), from.to_owned()));
        headers
    }
}

fn find<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// Unfolded headers with names in lower case, and the body.
fn split(raw: &[u8]) -> (Vec<(String, String)>, &[u8]) {
    let end = raw.windows(4).position(|four| four == b"\r\n\r\n");
    let (head, body) = match end {
        Some(end) => (&raw[..end], &raw[end + 4..]),
        None if raw.starts_with(b"\r\n") => (&raw[..0], &raw[2..]),
        None => (raw, &raw[raw.len()..]),
    };
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in String::from_utf8_lossy(head).split("\r\n") {
        match (line.starts_with([' ', '\t']), headers.last_mut()) {
            (true, Some((_, value))) => value.push_str(line),
            _ => headers.extend(
                line.split_once(':')
                    .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned())),
            ),
        }
    }
    (headers, body)
}

/// The text of a part: its own, or that of the best of its parts.
fn text(headers: &[(String, String)], body: &[u8], depth: usize) -> Option<String> {
    let kind = find(headers, "content-type").unwrap_or("text/plain");
    let kind_name = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if kind_name.starts_with("multipart/") {
        let boundary = parameter(kind, "boundary").filter(|_| depth > 0)?;
        let parts: Vec<_> = parts(body, &boundary).into_iter().map(split).collect();
        let plain = |(headers, _): &&(Vec<(String, String)>, &[u8])| {
            find(headers, "content-type")
                .is_none_or(|kind| !kind.to_ascii_lowercase().starts_with("text/html"))
        };
        let found = parts.iter().filter(plain).find_map(|(headers, body)| text(headers, body, depth - 1));
        return found.or_else(|| parts.iter().find_map(|(headers, body)| text(headers, body, depth - 1)));
    }
    let bytes =
        match find(headers, "content-transfer-encoding").unwrap_or_default().to_ascii_lowercase().as_str() {
            "base64" => base64(body),
            "quoted-printable" => quoted(body),
            _ => body.to_vec(),
        };
    let shown = text_of(&parameter(kind, "charset").unwrap_or_default(), &bytes);
    match kind_name.as_str() {
        "text/html" => Some(crate::channels::markdown::untagged(&shown)),
        name if name.starts_with("text/") => Some(shown),
        _ => None,
    }
}

/// A parameter of a header, such as the boundary of a content type.
fn parameter(value: &str, name: &str) -> Option<String> {
    value.split(';').skip(1).find_map(|part| {
        let (known, value) = part.split_once('=')?;
        known.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches('"').to_owned())
    })
}

/// What stands between lines of the boundary.
fn parts<'a>(body: &'a [u8], boundary: &str) -> Vec<&'a [u8]> {
    let mark = format!("--{boundary}").into_bytes();
    let mut found = Vec::new();
    let mut begin = None;
    let mut at = 0;
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(&mark) {
            if let Some(begin) = begin {
                let part: &[u8] = &body[begin..at];
                found.push(part.strip_suffix(b"\r\n").unwrap_or(part));
            }
            begin = Some(at + line.len());
        }
        at += line.len();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_in_chinese_is_read_as_it_was_written() {
        let raw = "Subject: =?utf-8?B?5oqi5Yiw?=\r\n =?utf-8?B?5LqG?=\r\nMessage-ID: <delivery_1@berth>\r\n\
                   Content-Type: multipart/alternative; boundary=\"x\"\r\n\r\npreamble\r\n--x\r\n\
                   Content-Type: text/html; charset=utf-8\r\n\r\n<p>html</p>\r\n--x\r\n\
                   Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
                   =E6=8A=A2=\r\n=E5=88=B0 =3C1=3E\r\nsecond\r\n--x--\r\n";
        let mail = Mail::parse(raw.as_bytes());
        assert_eq!(mail.header("subject"), Some("抢到了"));
        assert_eq!(mail.message_id().as_deref(), Some("delivery_1@berth"));
        assert_eq!(mail.text, "抢到 <1>\nsecond");
    }

    #[test]
    fn html_alone_is_shown_without_its_tags_and_base64_is_decoded() {
        let html = "Content-Type: text/html\r\n\r\n<p>a &lt;b&gt;</p><br>c";
        assert_eq!(Mail::parse(html.as_bytes()).text, "a <b>c");
        let base64 = "Content-Transfer-Encoding: base64\r\n\r\n5oqi\r\n5Yiw\r\n";
        assert_eq!(Mail::parse(base64.as_bytes()).text, "抢到");
    }
}

//! One HTTP call and what came back, as data: formats make the one, the meaning is read from the other.

use url::Url;

use crate::Kind;

/// One POST. Deliberately without `Debug`: address, heads and body hold secrets.
pub(crate) struct Request {
    pub(crate) url: Url,
    pub(crate) content_type: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

impl Request {
    pub(crate) fn json(url: Url, body: &serde_json::Value) -> Self {
        let content_type = "application/json; charset=utf-8".to_owned();
        Self { url, content_type, headers: Vec::new(), body: body.to_string() }
    }
}

/// What is wrong with a channel that no request can be made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unlawful {
    #[error("the address is not one that can be called")]
    Address,
    #[error("the content type is not one that can be sent")]
    ContentType,
    #[error("the sender is not a mail address")]
    Sender,
    #[error("a recipient is not a mail address")]
    Recipient,
    #[error("the proxy must be an address like socks5://host:port")]
    Proxy,
}

/// An address that a user gave. With a name and a password in it it would be a secret that nobody knows of.
pub(crate) fn address(text: &str) -> Result<Url, Unlawful> {
    let url = Url::parse(text.trim()).map_err(|_| Unlawful::Address)?;
    let lawful = matches!(url.scheme(), "http" | "https")
        && url.host_str().is_some_and(|host| !host.is_empty())
        && url.username().is_empty()
        && url.password().is_none();
    if lawful { Ok(url) } else { Err(Unlawful::Address) }
}

/// An address under another; segments are encoded, so that no text reaches another path.
pub(crate) fn under(base: &str, segments: &[&str]) -> Result<Url, Unlawful> {
    let mut url = address(base)?;
    url.path_segments_mut().map_err(|()| Unlawful::Address)?.pop_if_empty().extend(segments);
    Ok(url)
}

/// What came back.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) retry_after_ms: Option<u64>,
    /// At most so much of it as is read.
    pub(crate) body: String,
}

/// The other side's words, whether it took the letter or why not. They may hold anything yet.
pub(crate) type Verdict = Result<String, (Kind, String)>;

impl Reply {
    pub(crate) fn is_good(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// What a status means where the body says nothing better. Redirects are never followed: they could lead past the guard.
    pub(crate) fn kind_by_status(&self) -> Kind {
        match self.status {
            408 | 425 | 429 | 500.. => Kind::Passing { retry_after_ms: self.retry_after_ms },
            410 => Kind::Gone,
            _ => Kind::Refused,
        }
    }

    pub(crate) fn by_status(&self) -> Verdict {
        if self.is_good() {
            return Ok(self.body.clone());
        }
        Err((self.kind_by_status(), self.words()))
    }

    /// The body, or the status where there is none.
    pub(crate) fn words(&self) -> String {
        if self.body.trim().is_empty() { format!("status {}", self.status) } else { self.body.clone() }
    }

    /// For those who answer with JSON: what is none is no answer of theirs, so a good status proves nothing.
    pub(crate) fn by_status_alone(&self) -> Verdict {
        if self.is_good() {
            return Err((Kind::PASSING, format!("not understood: {}", self.body)));
        }
        self.by_status()
    }

    pub(crate) fn json<T: serde::de::DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_str(&self.body).ok()
    }
}

#[cfg(test)]
pub(crate) fn reply(status: u16, body: &str) -> Reply {
    Reply { status, retry_after_ms: None, body: body.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{Reply, address, under};
    use crate::Kind;

    #[test]
    fn a_status_means_what_is_to_be_done() {
        let kind = |status, retry_after_ms| {
            Reply { status, retry_after_ms, body: String::new() }.by_status().map_err(|(kind, _)| kind)
        };
        for good in [200, 201, 202, 204] {
            assert!(kind(good, None).is_ok());
        }
        for passing in [408, 425, 429, 500, 502, 503, 504, 599] {
            assert_eq!(kind(passing, Some(7)), Err(Kind::Passing { retry_after_ms: Some(7) }), "{passing}");
        }
        for refused in [100, 301, 302, 307, 308, 400, 401, 403, 404, 405, 413, 422] {
            assert_eq!(kind(refused, Some(7)), Err(Kind::Refused), "{refused}");
        }
        assert_eq!(kind(410, None), Err(Kind::Gone));
    }

    #[test]
    fn no_segment_reaches_another_path_or_host() {
        for hostile in ["../x", "a/b", "a?b", "a#b", "a\\b", "中", "\r\n"] {
            let url = under("https://a.example/base/", &[hostile]).unwrap();
            let segments: Vec<_> = url.path_segments().unwrap().collect();
            assert_eq!(
                (segments.len(), segments[0], url.host_str()),
                (2, "base", Some("a.example")),
                "{url}"
            );
            assert_eq!((url.query(), url.fragment()), (None, None), "{url}");
        }
        let token = under("https://api.telegram.org", &["bot1:A-b_c", "sendMessage"]).unwrap();
        assert_eq!(token.as_str(), "https://api.telegram.org/bot1:A-b_c/sendMessage");
    }

    #[test]
    fn only_http_without_a_name_in_it_is_an_address() {
        for unlawful in
            ["", "a.example", "ftp://a.example", "file:///etc/passwd", "https://u:p@a.example", "https://"]
        {
            assert!(address(unlawful).is_err(), "{unlawful}");
        }
        assert!(address("https://a.example/x?y=z").is_ok());
    }
}

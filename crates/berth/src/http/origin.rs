//! Whether a request was sent by a page of another site. A browser says so; other clients say nothing and need not.
//!
//! A request without `Origin` is harmless as long as it bears a token: no browser sends one along. A session's cookie browsers do send, with
//! `Origin` whenever they post; a handshake with a cookie and without `Origin` is taken for one without the cookie.

use actix_web::{
    HttpRequest,
    http::header::{HOST, HeaderName, ORIGIN},
};

use super::refused::Refused;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// `null`, sub-domains and look-alikes are other sites. Both schemes pass, because a proxy may end TLS before us.
pub(super) fn check(request: &HttpRequest) -> Result<(), Refused> {
    let header = |name| request.headers().get_all(name).map(|value| value.to_str().unwrap_or("?"));
    let own_site = header(SEC_FETCH_SITE).all(|site| matches!(site, "same-origin" | "none"));
    let host = header(HOST).next().unwrap_or_default();
    let own_origin = header(ORIGIN).all(|origin| {
        let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        authority.is_some_and(|authority| !authority.is_empty() && authority.eq_ignore_ascii_case(host))
    });
    if own_site && own_origin { Ok(()) } else { Err(Refused::ForeignOrigin) }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::check;

    fn passes(headers: &[(&str, &str)]) -> bool {
        let request =
            headers.iter().fold(TestRequest::default(), |request, header| request.append_header(*header));
        check(&request.append_header(("host", "berth.example:8080")).to_http_request()).is_ok()
    }

    #[test]
    fn our_own_page_and_clients_that_are_no_browser_pass() {
        assert!(passes(&[]));
        assert!(passes(&[("origin", "http://berth.example:8080"), ("sec-fetch-site", "same-origin")]));
        assert!(passes(&[("origin", "https://BERTH.example:8080")]));
        assert!(passes(&[("sec-fetch-site", "none")]));
    }

    #[test]
    fn every_other_origin_is_foreign() {
        for origin in [
            "null",
            "",
            "http://",
            "http://evil.example",
            "http://berth.example",
            "http://berth.example:80801",
            "http://sub.berth.example:8080",
            "http://berth.example:8080.evil.example",
            "http://evil.example/berth.example:8080",
            "ftp://berth.example:8080",
        ] {
            assert!(!passes(&[("origin", origin)]), "{origin}");
        }
        assert!(!passes(&[("origin", "http://berth.example:8080"), ("origin", "http://evil.example")]));
        for site in ["cross-site", "same-site", "?"] {
            assert!(!passes(&[("sec-fetch-site", site)]), "{site}");
        }
    }
}

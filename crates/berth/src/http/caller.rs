//! Who asks, from where, and in which language.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use actix_web::{
    HttpRequest,
    http::header::{ACCEPT_LANGUAGE, AUTHORIZATION, ORIGIN, USER_AGENT},
};
use berth_app::user::Visit;
use berth_domain::access::Act;

use super::{Shared, door::Guest, refused::Refused};

/// Whoever asks. What resolvers need of them is up to the hook that [`super::Server::request_data`] takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asker {
    /// Absent while nobody is signed in.
    pub guest: Option<Guest>,
    pub locale: Locale,
    /// Of the HTTP request, or of the one that opened the socket; the same as in `x-request-id` and in the log.
    pub trace_id: String,
    pub visit: Visit,
    pub over: Over,
    /// The operation asks for one thing only.
    pub alone: bool,
}

/// Which way the request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// An answer can set a cookie. `secure`: TLS stands between us and the browser.
    Post {
        secure: bool,
    },
    Socket,
}

/// The cookie that a session lies in. Its prefix makes browsers refuse one that was set without TLS or for another host.
pub const fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-berth_session" } else { "berth_session" }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Locale {
    #[default]
    English,
    Chinese,
}

impl Locale {
    /// As in `Accept-Language`: the best-weighted language that we speak, the earlier one of equals, English if there is none.
    pub fn of(languages: &str) -> Self {
        let spoken = languages.split(',').filter_map(|entry| {
            let mut parts = entry.trim().split(';');
            let locale = match parts.next()?.trim().to_ascii_lowercase().split('-').next()? {
                "zh" => Self::Chinese,
                "en" => Self::English,
                _ => return None,
            };
            let weight = parts
                .find_map(|part| part.trim().strip_prefix("q="))
                .map_or(Some(1.0), |weight| weight.parse().ok())?;
            Some((locale, weight))
        });
        let best = spoken.fold(None, |best: Option<(Self, f32)>, one| match best {
            Some(best) if best.1 >= one.1 => Some(best),
            _ => Some(one),
        });
        best.filter(|(_, weight)| *weight > 0.0).map(|(locale, _)| locale).unwrap_or_default()
    }

    /// `en` or `zh-CN`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-CN",
        }
    }
}

pub(super) fn locale(request: &HttpRequest) -> Locale {
    let header = request.headers().get(ACCEPT_LANGUAGE);
    header.and_then(|value| value.to_str().ok()).map(Locale::of).unwrap_or_default()
}

/// Who the request shows that it comes from. A token goes before a cookie, and a wrong one is refused. A cookie that lets nobody in any more
/// is as good as none: whoever has it wants to sign in.
fn guest(request: &HttpRequest, shared: &Shared) -> Result<Option<Guest>, Refused> {
    if let Some(header) = request.headers().get(AUTHORIZATION) {
        let presented = header.to_str().ok().and_then(|value| value.split_once(' '));
        let bearer = presented.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        let guest = bearer.and_then(|(_, secret)| shared.door.admit(secret.trim()));
        return guest.map(Some).ok_or(Refused::NoToken);
    }
    let cookie = request.cookie(cookie_name(shared.behind_proxy));
    Ok(cookie.and_then(|cookie| shared.door.admit(cookie.value())))
}

/// The same for a handshake. Browsers send cookies along from any site, and say from which: one that does not say is not believed.
fn guest_at_handshake(request: &HttpRequest, shared: &Shared) -> Result<Option<Guest>, Refused> {
    let by_cookie = !request.headers().contains_key(AUTHORIZATION);
    if by_cookie && !request.headers().contains_key(ORIGIN) {
        return Ok(None);
    }
    guest(request, shared)
}

/// To come costs, also for whoever is then turned away.
fn paced(
    guest: Result<Option<Guest>, Refused>,
    request: &HttpRequest,
    shared: &Shared,
) -> Result<(Option<Guest>, Visit), Refused> {
    let visit = visit(request, shared.behind_proxy);
    shared.pace.admit(guest.as_ref().ok().and_then(Option::as_ref), visit.address)?;
    Ok((guest?, visit))
}

pub(super) fn asker(request: &HttpRequest, shared: &Shared, trace_id: String) -> Result<Asker, Refused> {
    let (guest, visit) = paced(guest(request, shared), request, shared)?;
    let over = Over::Post { secure: shared.behind_proxy };
    Ok(Asker { guest, locale: locale(request), trace_id, visit, over, alone: false })
}

/// The same once more, after something that took its time: whoever was shut out meanwhile is refused, and whoever may do other things than
/// before may do those.
pub(super) fn still(asker: Asker, shared: &Shared) -> Result<Asker, Refused> {
    let Some(guest) = &asker.guest else { return Ok(asker) };
    let guest = shared.door.still(guest).ok_or(Refused::NoToken)?;
    Ok(Asker { guest: Some(guest), ..asker })
}

/// Who opens a socket, as far as it is known before anything is said on it, and from where.
pub(super) fn at_handshake(
    request: &HttpRequest,
    shared: &Shared,
) -> Result<(Option<Guest>, Visit), Refused> {
    paced(guest_at_handshake(request, shared), request, shared)
}

/// Somebody who may do this, over plain HTTP.
pub(super) fn require(request: &HttpRequest, shared: &Shared, act: Act) -> Result<Guest, Refused> {
    let (guest, _) = paced(guest(request, shared), request, shared)?;
    let guest = guest.ok_or(Refused::NoToken)?;
    guest.principal.may(act).map_err(|_| Refused::NotPermitted)?;
    Ok(guest)
}

/// What everybody may have costs of their pace all the same.
pub(super) fn anybody(request: &HttpRequest, shared: &Shared) -> Result<(), Refused> {
    paced(guest(request, shared).or(Ok(None)), request, shared).map(|_| ())
}

/// Behind a proxy the last address that was added is the proxy's own word; the ones before it anybody may have written.
fn visit(request: &HttpRequest, behind_proxy: bool) -> Visit {
    let header = |name: &str| request.headers().get_all(name).last().and_then(|value| value.to_str().ok());
    let forwarded = header("x-forwarded-for").filter(|_| behind_proxy).and_then(last_address);
    let address = forwarded.or_else(|| request.peer_addr().map(|peer| peer.ip()));
    Visit {
        address: address.map(|address| address.to_canonical()),
        agent: header(USER_AGENT.as_str()).unwrap_or_default().to_owned(),
    }
}

/// Of a list of addresses, each perhaps with a port. Nothing where the last is no address: the ones before it are nobody's word.
fn last_address(forwarded: &str) -> Option<IpAddr> {
    let last = forwarded.rsplit(',').next()?.trim();
    let in_brackets = || last.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok();
    let with_port = || last.parse::<SocketAddr>().ok().map(|socket| socket.ip());
    last.parse().ok().or_else(with_port).or_else(|| in_brackets().map(IpAddr::V6))
}

#[cfg(test)]
mod tests {
    use actix_web::{http::header::HeaderValue, test::TestRequest};
    use proptest::prelude::*;

    use super::*;

    const PEER: &str = "198.51.100.9";

    fn seen(forwarded: &[&[u8]], behind_proxy: bool) -> String {
        let request = TestRequest::default().peer_addr((PEER.parse::<IpAddr>().unwrap(), 4711).into());
        let request = forwarded.iter().fold(request, |request, value| {
            request.append_header(("x-forwarded-for", HeaderValue::from_bytes(value).unwrap()))
        });
        visit(&request.to_http_request(), behind_proxy).address.unwrap().to_string()
    }

    #[test]
    fn a_forwarded_address_is_read_in_every_writing_of_proxies() {
        for (written, address) in [
            ("192.0.2.7", "192.0.2.7"),
            ("192.0.2.7:5678", "192.0.2.7"),
            ("2001:db8::1", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("203.0.113.1, 192.0.2.7:1", "192.0.2.7"),
            (" 203.0.113.1 ,  192.0.2.7 ", "192.0.2.7"),
        ] {
            assert_eq!(seen(&[written.as_bytes()], true), address, "{written}");
            assert_eq!(seen(&[written.as_bytes()], false), PEER, "{written}");
        }
        assert_eq!(seen(&[b"203.0.113.1", b"192.0.2.7"], true), "192.0.2.7");
    }

    #[test]
    fn what_is_no_address_leaves_the_peer() {
        for garbage in
            ["", ",", "unknown", "192.0.2.7,", "192.0.2.7, x", "192.0.2.7:", "192.0.2.7:99999", "[192.0.2.7]"]
        {
            assert_eq!(seen(&[garbage.as_bytes()], true), PEER, "{garbage}");
        }
        assert_eq!(seen(&[b"192.0.2.7", b"\xff"], true), PEER);
    }

    proptest! {
        #[test]
        fn nothing_that_a_client_wrote_to_the_left_decides(left in "[ -~]{0,80}", last in any::<IpAddr>(), port in any::<Option<u16>>()) {
            let last = last.to_canonical();
            let written = port.map_or_else(|| last.to_string(), |port| SocketAddr::new(last, port).to_string());
            prop_assert_eq!(seen(&[format!("{left},{written}").as_bytes()], true), last.to_string());
            prop_assert_eq!(seen(&[left.as_bytes(), written.as_bytes()], true), last.to_string());
        }

        #[test]
        fn whatever_a_header_holds_there_is_an_address(bytes in proptest::collection::vec(0x20_u8..0xff, 0..60)) {
            prop_assume!(!bytes.contains(&0x7f));
            prop_assert!(!seen(&[&bytes], true).is_empty());
        }
    }

    #[test]
    fn the_best_weighted_language_that_we_speak_is_spoken() {
        for (header, locale) in [
            ("", Locale::English),
            ("zh-CN,zh;q=0.9,en;q=0.8", Locale::Chinese),
            ("en-US,en;q=0.9,zh;q=0.8", Locale::English),
            ("fr, zh;q=0.3, en;q=0.2", Locale::Chinese),
            ("fr", Locale::English),
            ("zh;q=0", Locale::English),
            ("zh;q=banana, en", Locale::English),
        ] {
            assert_eq!(Locale::of(header), locale, "{header}");
        }
    }
}

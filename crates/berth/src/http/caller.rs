//! Who asks, and in which language. Until real sign-in comes there is one caller: the owner, who has the token.

use actix_web::{
    HttpRequest,
    http::header::{ACCEPT_LANGUAGE, AUTHORIZATION},
};

use crate::token::TokenDigest;

use super::refused::Refused;

/// A caller whose token was right. What resolvers need of it is up to the hook that [`super::Server::request_data`] takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authenticated {
    pub actor: &'static str,
    pub locale: Locale,
    /// Of the HTTP request, or of the one that opened the socket; the same as in `x-request-id` and in the log.
    pub trace_id: String,
}

impl Authenticated {
    pub(super) fn owner(locale: Locale, trace_id: &str) -> Self {
        Self { actor: "owner", locale, trace_id: trace_id.to_owned() }
    }
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

/// Whether the request bears a token, and the right one.
pub(super) enum Bearer {
    Absent,
    Right,
    Wrong,
}

pub(super) fn bearer(request: &HttpRequest, token: &TokenDigest) -> Bearer {
    let Some(header) = request.headers().get(AUTHORIZATION) else { return Bearer::Absent };
    let presented = header.to_str().ok().and_then(|value| value.split_once(' '));
    match presented {
        Some((scheme, presented))
            if scheme.eq_ignore_ascii_case("bearer") && token.admits(presented.trim()) =>
        {
            Bearer::Right
        }
        _ => Bearer::Wrong,
    }
}

pub(super) fn require(request: &HttpRequest, token: &TokenDigest) -> Result<(), Refused> {
    if let Bearer::Right = bearer(request, token) { Ok(()) } else { Err(Refused::NoToken) }
}

#[cfg(test)]
mod tests {
    use super::Locale;

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

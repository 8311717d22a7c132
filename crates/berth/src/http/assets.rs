//! The pages that come with the binary, compressed as they are embedded. They load nothing from anywhere else.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        Method,
        header::{
            ACCEPT, ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, ETAG, HOST,
            IF_NONE_MATCH, LOCATION, VARY,
        },
    },
    web::{Data, Path},
};
use berth_assets::File;

use super::{Shared, caller, endpoints, refused::Refused, wrapping::OwnHeaders};

const UNBUILT: &str = include_str!("unbuilt.html");
const STYLE: &str = include_str!("page.css");

pub(super) async fn to_the_playground() -> HttpResponse {
    HttpResponse::TemporaryRedirect().insert_header((LOCATION, "/graphiql/")).finish()
}

pub(super) async fn playground(
    request: HttpRequest,
    path: Path<String>,
    shared: Data<Shared>,
) -> HttpResponse {
    let page = path.is_empty();
    answer(&request, &shared, &format!("graphiql/{}", if page { "index.html" } else { &path }), page)
}

/// The web client: its files, and its one page for every address that it may have shown. Other clients are told that there is nothing,
/// and so is who wants to do more than read.
pub(super) async fn console(request: HttpRequest, shared: Data<Shared>) -> HttpResponse {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return endpoints::refuse(&request, &Refused::NotFound);
    }
    let path = request.path().trim_start_matches('/');
    let page = path.is_empty() || (is_page(path) && wants_page(&request));
    answer(&request, &shared, &format!("console/{}", if page { "index.html" } else { path }), page)
}

/// An address of the client, not a file that is missing.
fn is_page(path: &str) -> bool {
    !path.starts_with("assets/") && !path.rsplit('/').next().unwrap_or_default().contains('.')
}

fn wants_page(request: &HttpRequest) -> bool {
    let accepted = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok());
    accepted.is_some_and(|value| value.contains("text/html"))
}

fn answer(request: &HttpRequest, shared: &Shared, path: &str, page: bool) -> HttpResponse {
    // Somebody who takes no gzip has megabytes inflated for them.
    if let Err(refused) = caller::anybody(request, shared) {
        return endpoints::refuse(request, &refused);
    }
    match berth_assets::find(path) {
        Some(file) => serve(request, file),
        None if page => HttpResponse::NotFound().content_type("text/html; charset=utf-8").body(UNBUILT),
        None => endpoints::refuse(request, &Refused::NotFound),
    }
}

/// The style of the page that says that there are no pages: it comes with the program, whatever was built.
pub(super) async fn style() -> HttpResponse {
    HttpResponse::Ok().content_type("text/css; charset=utf-8").body(STYLE)
}

/// A browser puts the headers of "not modified" in the place of those that it has stored, so both answers have the same.
fn serve(request: &HttpRequest, file: &File) -> HttpResponse {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let tag = file.tag();
    let is_known = header(IF_NONE_MATCH).split(',').any(|known| known.trim().trim_start_matches("W/") == tag);
    let mut answer = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    let caching = if file.is_immutable() { "public, max-age=31536000, immutable" } else { "no-cache" };
    answer.insert_header((ETAG, tag)).insert_header((CACHE_CONTROL, caching));
    answer.insert_header((VARY, "Accept-Encoding"));
    answer.insert_header((CONTENT_SECURITY_POLICY, policy(header(HOST))));
    answer.extensions_mut().insert(OwnHeaders);
    if is_known {
        return answer.finish();
    }
    answer.content_type(file.content_type());
    if takes_gzip(header(ACCEPT_ENCODING)) {
        return answer.insert_header((CONTENT_ENCODING, "gzip")).body(file.gzip);
    }
    match file.inflate() {
        Ok(plain) => answer.body(plain),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}

/// Monaco writes styles into the page and draws its signs from `data:`; everything else is of this origin. Older browsers do not
/// take a WebSocket of the same origin for `'self'`, so it is named.
fn policy(host: &str) -> String {
    let lawful = |symbol: char| symbol.is_ascii_alphanumeric() || "-._:[]".contains(symbol);
    let socket = if host.chars().all(lawful) && !host.is_empty() {
        format!(" ws://{host} wss://{host}")
    } else {
        String::new()
    };
    format!(
        "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self' 'unsafe-inline'; \
         img-src 'self' data:; font-src 'self' data:; connect-src 'self'{socket}; \
         frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
}

/// As in `Accept-Encoding`: named, or covered by `*`, and not with a weight of nothing.
fn takes_gzip(accepted: &str) -> bool {
    let weight_of = |wanted: &str| {
        accepted.split(',').find_map(|entry| {
            let mut parts = entry.split(';').map(str::trim);
            let named = parts.next()?.eq_ignore_ascii_case(wanted);
            let weight = parts.find_map(|part| part.strip_prefix("q=")).unwrap_or("1");
            named.then(|| weight.parse::<f32>().unwrap_or_default())
        })
    };
    weight_of("gzip").or_else(|| weight_of("*")).is_some_and(|weight| weight > 0.0)
}

#[cfg(test)]
mod tests {
    use super::{policy, takes_gzip};

    #[test]
    fn only_who_takes_gzip_gets_it() {
        for accepted in ["gzip", "gzip, deflate", "br;q=1.0, GZIP;q=0.5", "*", "identity, *;q=0.1"] {
            assert!(takes_gzip(accepted), "{accepted}");
        }
        for accepted in ["", "identity", "br", "gzip;q=0", "gzip;q=0, *", "gzip;q=x", "*;q=0", "gzipped"] {
            assert!(!takes_gzip(accepted), "{accepted}");
        }
    }

    #[test]
    fn the_policy_names_the_socket_of_the_host_that_was_asked_and_nothing_that_is_no_host() {
        assert!(
            policy("berth.test:8080")
                .contains("connect-src 'self' ws://berth.test:8080 wss://berth.test:8080;")
        );
        assert!(policy("[::1]:8080").contains("ws://[::1]:8080"));
        for wrong in ["", "evil.example; script-src *", "a b", "*"] {
            assert!(policy(wrong).contains("connect-src 'self'; "), "{wrong}");
        }
    }
}

//! What stands at `/` until the web client is there: one honest page, in both languages, that runs no script.

use actix_web::{HttpRequest, HttpResponse, web::Data};

use super::{Shared, caller, endpoints};

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");

pub(super) async fn page() -> HttpResponse {
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(PAGE)
}

pub(super) async fn style() -> HttpResponse {
    HttpResponse::Ok().content_type("text/css; charset=utf-8").body(STYLE)
}

/// The schema is public: it is in the repository too.
pub(super) async fn schema(request: HttpRequest, shared: Data<Shared>) -> HttpResponse {
    if let Err(refused) = caller::anybody(&request, &shared) {
        return endpoints::refuse(&request, &refused);
    }
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(shared.schema.clone())
}

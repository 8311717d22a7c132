//! Who asks. Whether they are who they say is found out before, by whoever puts a [`Caller`] into the request.

use async_graphql::{Context, Error, ErrorExtensions, Guard, Result};
use berth_app::user::{Kind, Visit};
use berth_domain::{
    Language, Text,
    access::{Act, Forbidden, Principal},
};

use super::{fault, minutes::Minutes};

/// Who asks, from where, in which language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Absent while nobody is signed in.
    pub principal: Option<Principal>,
    /// How a user came in; absent for the machine's own token too.
    pub way: Option<Kind>,
    pub language: Language,
    pub visit: Visit,
    /// As in the answer's header and in the process's log.
    pub request: String,
    /// How a session can be handed over; absent where it cannot, as on a WebSocket.
    pub cookie: Option<Cookie>,
    /// The request asks for one thing only.
    pub alone: bool,
}

/// How a browser keeps its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cookie {
    pub name: &'static str,
    /// TLS stands between us and the browser.
    pub secure: bool,
}

impl Caller {
    /// Somebody without an address, for tests and tools.
    pub fn of(principal: Principal, language: Language) -> Self {
        Self {
            principal: Some(principal),
            way: None,
            language,
            visit: Visit::default(),
            request: String::new(),
            cookie: None,
            alone: true,
        }
    }
}

/// Passes those who may.
pub(crate) struct Allowed(pub(crate) Act);

#[async_trait::async_trait]
impl Guard for Allowed {
    async fn check(&self, ctx: &Context<'_>) -> Result<()> {
        Minutes::begin(ctx, self.0);
        allow(ctx, self.0)
    }
}

/// Passes everybody, and tells the minutes that something was asked which nobody needs to be signed in for.
pub(crate) struct Anybody;

#[async_trait::async_trait]
impl Guard for Anybody {
    async fn check(&self, ctx: &Context<'_>) -> Result<()> {
        Minutes::begin_public(ctx);
        Ok(())
    }
}

/// The table, asked in a resolver.
pub(crate) fn allow(ctx: &Context<'_>, act: Act) -> Result<()> {
    let Some(principal) = principal(ctx) else { return Err(unauthenticated(language(ctx))) };
    principal.may(act).map_err(|no| forbidden(language(ctx), no))
}

pub(crate) fn may(ctx: &Context<'_>, act: Act) -> bool {
    principal(ctx).is_some_and(|principal| principal.may(act).is_ok())
}

pub(crate) fn caller<'a>(ctx: &Context<'a>) -> Option<&'a Caller> {
    ctx.data_opt()
}

pub(crate) fn principal<'a>(ctx: &Context<'a>) -> Option<&'a Principal> {
    caller(ctx)?.principal.as_ref()
}

pub(crate) fn language(ctx: &Context<'_>) -> Language {
    caller(ctx).map(|caller| caller.language).unwrap_or_default()
}

/// In the caller's language.
pub(crate) fn say(ctx: &Context<'_>, text: &Text) -> String {
    text.in_language(language(ctx)).to_owned()
}

pub(crate) fn forbidden(language: Language, forbidden: Forbidden) -> Error {
    let error = fault::coded("FORBIDDEN", forbidden.text().in_language(language));
    match forbidden.0.needs() {
        Some(right) => error.extend_with(|_, extensions| extensions.set("needs", right.word())),
        None => error,
    }
}

fn unauthenticated(language: Language) -> Error {
    let text = Text::new("sign in first", "请先登录");
    fault::coded("UNAUTHENTICATED", text.in_language(language))
}

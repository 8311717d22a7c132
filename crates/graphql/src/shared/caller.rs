//! Who asks. Whether they are who they say is found out before, by whoever puts a [`Caller`] into the request.

use async_graphql::{Context, Guard, Result};
use berth_domain::{Language, Text};

use super::fault;

/// Who asks, and in which language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// As it is written into every event: a user's or a token's name.
    pub actor: String,
    pub language: Language,
}

/// Passes requests that bear a [`Caller`].
pub(crate) struct SignedIn;

impl Guard for SignedIn {
    async fn check(&self, ctx: &Context<'_>) -> Result<()> {
        match ctx.data_opt::<Caller>() {
            Some(_) => Ok(()),
            None => Err(fault::coded("UNAUTHENTICATED", "nobody is signed in")),
        }
    }
}

pub(crate) fn language(ctx: &Context<'_>) -> Language {
    ctx.data_opt::<Caller>().map(|caller| caller.language).unwrap_or_default()
}

/// In the caller's language.
pub(crate) fn say(ctx: &Context<'_>, text: &Text) -> String {
    text.in_language(language(ctx)).to_owned()
}

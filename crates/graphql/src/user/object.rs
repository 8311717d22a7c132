//! A user as the API shows them. Of secrets it shows none, and of their digests nothing either.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use berth_app::user::{Admitted, Kind};
use berth_domain::{
    UserId,
    access::{self, Act},
    user::{self, Content, RECOVERY_CODES},
};

use crate::shared::{
    caller::{Allowed, caller, language, principal},
    context::app,
    scalars::{DateTime, int},
};

/// What a user is. Each has all the rights that the ones after it have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "access::Role")]
pub(crate) enum Role {
    /// Everything.
    SuperAdmin,
    /// Everything but users, tenants and their keys, the system's own matters and its history.
    Admin,
    /// Looks.
    Viewer,
}

/// One of the rights, and what an API token can be limited to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "access::Right")]
pub(crate) enum Scope {
    /// See everything but history.
    Read,
    /// Command tasks and launch profiles.
    Operate,
    /// Users, tenants and their keys, history, the system's own matters.
    Administer,
}

pub(crate) struct Viewer;

/// Whoever asks.
#[Object]
impl Viewer {
    /// The name that stands beside what they do.
    async fn username(&self, ctx: &Context<'_>) -> String {
        principal(ctx).map(|principal| principal.name.clone()).unwrap_or_default()
    }

    /// Their user id. Null for whoever came in with the machine's own token.
    async fn id(&self, ctx: &Context<'_>) -> Option<ID> {
        principal(ctx).and_then(|principal| principal.user).map(|id| ID(id.to_string()))
    }

    /// What they are. Null for whoever came in with the machine's own token, who may everything.
    async fn role(&self, ctx: &Context<'_>) -> Option<Role> {
        own(ctx).map(|(_, content)| content.role.into())
    }

    /// What they may, by the way they came in.
    async fn scopes(&self, ctx: &Context<'_>) -> Vec<Scope> {
        let rights = principal(ctx).map(|principal| principal.rights().clone()).unwrap_or_default();
        rights.into_iter().map(Into::into).collect()
    }

    /// The language of messages: `zh-CN` or `en`.
    async fn locale(&self, ctx: &Context<'_>) -> &'static str {
        match language(ctx) {
            berth_domain::Language::English => "en",
            berth_domain::Language::Chinese => "zh-CN",
        }
    }

    /// A code is asked for beside the password.
    async fn second_factor(&self, ctx: &Context<'_>) -> bool {
        own(ctx).is_some_and(|(_, content)| content.second_factor.is_some())
    }

    /// How many recovery codes are left. Null without a second factor.
    async fn recovery_codes_left(&self, ctx: &Context<'_>) -> Option<i32> {
        let factor = own(ctx)?.1.second_factor?;
        Some(int(usize::from(RECOVERY_CODES).saturating_sub(factor.used_codes.len())))
    }

    /// Browsers that are signed in as them, the newest first. Told to people, not to API tokens.
    #[graphql(guard = "Allowed(Act::OwnAccount)")]
    async fn sessions(&self, ctx: &Context<'_>) -> Vec<Session> {
        own(ctx).map(|(_, content)| sessions(ctx, &content)).unwrap_or_default()
    }

    /// Their API tokens, the newest first. Told to people, not to API tokens.
    #[graphql(guard = "Allowed(Act::OwnAccount)")]
    async fn api_tokens(&self, ctx: &Context<'_>) -> Vec<ApiToken> {
        own(ctx).map(|(_, content)| tokens(ctx, &content)).unwrap_or_default()
    }
}

#[derive(Clone)]
pub(crate) struct User {
    pub(super) id: UserId,
    pub(super) content: Content,
}

/// Somebody who signs in.
#[Object]
impl User {
    /// Unique among all things, and for ever.
    async fn id(&self) -> ID {
        ID(self.id.to_string())
    }

    /// What they sign in with.
    async fn username(&self) -> &str {
        &self.content.username
    }

    /// What they are.
    async fn role(&self) -> Role {
        self.content.role.into()
    }

    /// They cannot sign in, and whoever was signed in as them is not any more.
    async fn disabled(&self) -> bool {
        self.content.disabled
    }

    /// A code is asked for beside the password.
    async fn second_factor(&self) -> bool {
        self.content.second_factor.is_some()
    }

    /// When they were made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.content.created_at)
    }

    /// When they last signed in. Null when they never did.
    async fn signed_in_at(&self) -> Option<DateTime> {
        self.content.signed_in_at.map(DateTime)
    }

    /// Browsers that are signed in as them, the newest first.
    async fn sessions(&self, ctx: &Context<'_>) -> Vec<Session> {
        sessions(ctx, &self.content)
    }

    /// Their API tokens, the newest first.
    async fn api_tokens(&self, ctx: &Context<'_>) -> Vec<ApiToken> {
        tokens(ctx, &self.content)
    }
}

/// One browser that is signed in.
#[derive(SimpleObject)]
pub(crate) struct Session {
    /// Its id.
    id: ID,
    /// It is the one that asks.
    current: bool,
    /// The address it came from.
    from: String,
    /// What the browser says it is.
    agent: String,
    /// When it was opened.
    opened_at: DateTime,
    /// When it was last used, as far as this server process knows.
    used_at: Option<DateTime>,
    /// When it ends at the latest.
    expires_at: DateTime,
}

/// A script's way in.
#[derive(SimpleObject)]
pub(crate) struct ApiToken {
    /// Its id.
    id: ID,
    /// Its name, of which its user has one.
    name: String,
    /// What it may at most; never more than its user.
    scopes: Vec<Scope>,
    /// When it was made.
    created_at: DateTime,
    /// When it was last used, as far as this server process knows. Null when it was not since that began.
    used_at: Option<DateTime>,
    /// When it lapses. Never when null.
    expires_at: Option<DateTime>,
}

/// The account of whoever asks.
pub(super) fn own(ctx: &Context<'_>) -> Option<(UserId, Content)> {
    let id = principal(ctx)?.user?;
    Some((id, app(ctx).users.by_id(id)?))
}

fn sessions(ctx: &Context<'_>, content: &Content) -> Vec<Session> {
    let now = super::super::shared::context::now(ctx);
    let current = caller(ctx).and_then(|caller| caller.way);
    let open = content.sessions.iter().rev().filter(|session| session.expires_at > now);
    open.map(|session| session_shown(ctx, session, current)).collect()
}

fn session_shown(ctx: &Context<'_>, session: &user::Session, current: Option<Kind>) -> Session {
    Session {
        id: ID(session.id.to_string()),
        current: current == Some(Kind::Session(session.id)),
        from: session.from.clone(),
        agent: session.agent.clone(),
        opened_at: DateTime(session.opened_at),
        used_at: app(ctx).users.used_at(&session.digest).map(DateTime),
        expires_at: DateTime(session.expires_at),
    }
}

fn tokens(ctx: &Context<'_>, content: &Content) -> Vec<ApiToken> {
    content.tokens.iter().rev().map(|token| token_shown(ctx, token)).collect()
}

pub(super) fn token_shown(ctx: &Context<'_>, token: &user::ApiToken) -> ApiToken {
    ApiToken {
        id: ID(token.id.to_string()),
        name: token.name.clone(),
        scopes: token.rights.iter().copied().map(Into::into).collect(),
        created_at: DateTime(token.created_at),
        used_at: app(ctx).users.used_at(&token.digest).map(DateTime),
        expires_at: token.expires_at.map(DateTime),
    }
}

/// Who was admitted just now, for the answer to a sign-in, whose request nobody was signed in for.
#[derive(SimpleObject)]
pub(crate) struct SignedInUser {
    /// Their user id.
    id: ID,
    /// The name that they signed in with.
    username: String,
    /// What they are.
    role: Role,
    /// When the session ends at the latest.
    expires_at: DateTime,
}

impl SignedInUser {
    pub(super) fn of(admitted: &Admitted, content: &Content, expires_at: berth_domain::Timestamp) -> Self {
        Self {
            id: ID(admitted.user.to_string()),
            username: content.username.clone(),
            role: content.role.into(),
            expires_at: DateTime(expires_at),
        }
    }
}

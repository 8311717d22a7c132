//! Coming in and going out. These are asked by whom nobody knows yet.

use async_graphql::{Context, Object, Result};
use berth_app::{
    Denied,
    user::{Kind, Let, Visit},
};
use berth_domain::{Code, Explanation, Text};
use secrecy::ExposeSecret;

use super::{
    input::{SessionCreateInput, SessionPayload, SetupCompleteInput},
    object::SignedInUser,
};
use crate::shared::{
    caller::{Allowed, Anybody, Caller, Cookie, caller, language, principal},
    command::order_of,
    context::app,
    fault,
    minutes::Minutes,
    user_error::{UserErrorCode, settle},
};
use berth_domain::access::Act;

#[derive(Default)]
pub(crate) struct SessionMutation;

#[Object]
impl SessionMutation {
    /// Makes the first user, a super administrator, and signs them in. Needs the code that the server printed when it started, and
    /// is over once there is a user. Must be the only field of its request, sent by POST.
    #[graphql(guard = "Anybody")]
    async fn setup_complete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The code, and who they will be.")] input: SetupCompleteInput,
    ) -> Result<SessionPayload> {
        let (caller, cookie) = at_the_door(ctx)?;
        let (code, password) = (input.setup_code.0.expose_secret(), &input.password.0);
        let let_in = app(ctx).users.set_up(code, &input.username, password, &caller.visit).await;
        hand_over(ctx, let_in, (&caller.visit, false), cookie)
    }

    /// Signs somebody in. The session comes in a cookie that no script can read. Must be the only field of its request, sent by
    /// POST. Whoever is wrong five times within half an hour is not listened to any more from where they are.
    #[graphql(guard = "Anybody")]
    async fn session_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who, and how that is proven.")] input: SessionCreateInput,
    ) -> Result<SessionPayload> {
        let (caller, cookie) = at_the_door(ctx)?;
        // Only the name of a user there is: people type their password into this field, too.
        let users = &app(ctx).users;
        let named = users.by_name(&input.username);
        if let Some((_, user)) = &named {
            Minutes::named(ctx, &user.username);
        }
        let otp = input.otp.as_ref().map(|otp| otp.0.expose_secret());
        let let_in = users.sign_in(&input.username, &input.password.0, otp, &caller.visit).await;
        hand_over(ctx, let_in, (&caller.visit, named.is_some()), cookie)
    }

    /// Signs out: this session ends at once, with every subscription that it opened.
    #[graphql(guard = "Allowed(Act::OwnAccount)")]
    async fn session_delete(&self, ctx: &Context<'_>) -> Result<SessionPayload> {
        let caller = caller(ctx).expect("the guard let somebody pass");
        let told = match caller.way {
            Some(Kind::Session(session)) => app(ctx).users.sign_out(session, order_of(ctx)).await.map(drop),
            // A token is no session: it is revoked, or forgotten by whoever has it.
            Some(Kind::Token(_)) | None => Ok(()),
        };
        if let Some(cookie) = caller.cookie {
            ctx.insert_http_header("set-cookie", written(cookie, "", 0));
        }
        let user_errors = settle(ctx, told, &[])?.err().unwrap_or_default();
        Ok(SessionPayload { user: None, user_errors })
    }
}

/// Guesses must be countable, and a session must have a way to the browser.
fn at_the_door<'a>(ctx: &Context<'a>) -> Result<(&'a Caller, Cookie)> {
    let caller = caller(ctx).filter(|caller| caller.alone);
    let text = Text::new(
        "this must be the only field of its request, sent by POST",
        "此操作必须单独以 POST 请求发送",
    );
    let found = caller.and_then(|caller| Some((caller, caller.cookie?)));
    found.ok_or_else(|| {
        // Nothing was tried yet, and a line for each such request of strangers would fill the disk.
        if principal(ctx).is_none() {
            Minutes::strike_out(ctx);
        }
        fault::bad_query(language(ctx), &text)
    })
}

/// Of attempts that nobody listened to, or that named nobody, only some leave a line.
fn hand_over(
    ctx: &Context<'_>,
    let_in: Result<Let, Denied>,
    (visit, named): (&Visit, bool),
    cookie: Cookie,
) -> Result<SessionPayload> {
    let Let { secret, expires_at, admitted } = match settle(ctx, let_in, &[])? {
        Ok(let_in) => let_in,
        Err(user_errors) => {
            let unheard = user_errors.iter().any(|error| error.code == UserErrorCode::LimitReached);
            let stranger = principal(ctx).is_none();
            if stranger && (unheard || !named) && !app(ctx).users.worth_a_line(visit) {
                Minutes::strike_out(ctx);
            }
            return Ok(SessionPayload { user: None, user_errors });
        }
    };
    let Some(content) = app(ctx).users.by_id(admitted.user) else {
        let gone = Explanation::new(Code::NotFound, Text::new("the user is gone", "该用户已不存在"));
        let user_errors = settle::<()>(ctx, Err(Denied::Refused(vec![gone])), &[])?.err().unwrap_or_default();
        return Ok(SessionPayload { user: None, user_errors });
    };
    Minutes::by(ctx, admitted.user, &content.username);
    Minutes::also_about(ctx, &admitted.user);
    let seconds = expires_at.since(crate::shared::context::now(ctx)) / 1000;
    ctx.insert_http_header("set-cookie", written(cookie, secret.expose_secret(), seconds.max(0)));
    let user = Some(SignedInUser::of(&admitted, &content, expires_at));
    Ok(SessionPayload { user, user_errors: Vec::new() })
}

fn written(cookie: Cookie, value: &str, seconds: i64) -> String {
    let secure = if cookie.secure { "; Secure" } else { "" };
    format!("{}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}", cookie.name)
}

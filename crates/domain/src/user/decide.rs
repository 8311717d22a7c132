//! Command × state → events or refusal.

use super::{
    TOKENS,
    command::{Checked, Command, Create, Proof, SignIn},
    event::{
        Created, Deleted, Disabled, Enabled, Event, PasswordChanged, RoleChanged, SecondFactorRemoved,
        SecondFactorSet, SignedIn, SignedOut, TokenMade, TokenRevoked,
    },
    refusal::Refusal,
    state::{Content, SecondFactor, User, evolve},
};
use crate::{
    Aggregate, Timestamp,
    access::Act,
    explain::{Violations, check_name},
};

/// The longest that is kept of what a browser says it is, in characters.
const AGENT_LENGTH: usize = 200;

impl Aggregate for User {
    const KIND: &'static str = "user";
    const SNAPSHOT: u16 = 1;
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;

    fn act(command: &Command) -> Act {
        command.act()
    }

    fn decide(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        match (command, &self.content, self.existing()) {
            (Command::Create(create), None, _) => make(*create),
            (Command::Create(_), Some(_), _) => Err(Refusal::AlreadyCreated),
            (Command::Delete { .. }, Some(_), None) => Ok(vec![]),
            (command, _, Some(content)) => change(content, command),
            (_, _, None) => Err(Refusal::NoSuchUser),
        }
    }

    fn evolve(&mut self, event: &Event) {
        evolve(self, event);
    }
}

fn make(create: Create) -> Result<Vec<Event>, Refusal> {
    let mut violations = Violations::default();
    check_name(&mut violations, &create.username, &["username"]);
    let plain =
        !create.username.contains(|symbol: char| symbol.is_whitespace() || [':', '/'].contains(&symbol));
    violations.require(
        plain,
        &["username"],
        "a user name has no spaces, colons and slashes",
        "用户名不能含有空格、冒号或斜杠",
    );
    // They stand beside what is done by others than users.
    let own = !["owner", "system", "anonymous"].contains(&create.username.to_lowercase().as_str());
    violations.require(own, &["username"], "this name means somebody else", "该名称另有所指");
    violations.into_result().map_err(Refusal::Invalid)?;
    let Create { username, role, password, first, at } = create;
    Ok(vec![Created { username, role, password, first, at }.into()])
}

fn change(content: &Content, command: Command) -> Result<Vec<Event>, Refusal> {
    let one = |event: Event| Ok(vec![event]);
    let unless = |already: bool, event: Event| Ok(if already { vec![] } else { vec![event] });
    match command {
        Command::Create(_) => Err(Refusal::AlreadyCreated),
        Command::ChangeRole { role, at } => unless(content.role == role, RoleChanged { role, at }.into()),
        Command::Disable { at } => unless(content.disabled, Disabled { at }.into()),
        Command::Enable { at } => unless(!content.disabled, Enabled { at }.into()),
        Command::Delete { at } => one(Deleted { username: content.username.clone(), at }.into()),
        Command::ResetPassword { password, second_factor_too, at } => {
            let removed = content.second_factor.as_ref().filter(|_| second_factor_too);
            let removed = removed.map(|_| SecondFactorRemoved { at }.into());
            let changed = PasswordChanged { password, reset: true, at }.into();
            Ok([changed].into_iter().chain(removed).collect())
        }
        Command::ChangePassword { checked, password, at } => {
            unchanged(content, &checked)?;
            one(PasswordChanged { password, reset: false, at }.into())
        }
        Command::SignIn(sign_in) => let_in(content, *sign_in),
        Command::SignOut { session, at } => {
            unless(content.session(session).is_none(), SignedOut { session, at }.into())
        }
        Command::SetSecondFactor { checked, secret, step, at } => {
            // Whoever has one takes it away first, which asks for a code of it.
            if content.second_factor.is_some() {
                return Err(Refusal::HasSecondFactor);
            }
            unchanged(content, &checked)?;
            one(SecondFactorSet { secret, step, at }.into())
        }
        Command::RemoveSecondFactor { checked, proof, at } => {
            let Some(factor) = &content.second_factor else { return Ok(vec![]) };
            unchanged(content, &checked)?;
            unused(factor, proof)?;
            one(SecondFactorRemoved { at }.into())
        }
        Command::MakeToken { checked, token, name, digest, rights, expires_at, at } => {
            unchanged(content, &checked)?;
            check_token(content, &name, expires_at, at)?;
            one(TokenMade { token, name, digest, rights, expires_at, at }.into())
        }
        Command::RevokeToken { token, at } => {
            unless(content.token(token).is_none(), TokenRevoked { token, at }.into())
        }
    }
}

/// Decided where the log puts sign-ins in order, so that of fifty with the same code one succeeds.
fn let_in(content: &Content, sign_in: SignIn) -> Result<Vec<Event>, Refusal> {
    if content.disabled {
        return Err(Refusal::Disabled);
    }
    unchanged(content, &sign_in.checked)?;
    let (step, recovery_code) = match &content.second_factor {
        Some(factor) => unused(factor, sign_in.proof)?,
        None => (None, None),
    };
    let SignIn { session, digest, from, agent, expires_at, at, .. } = sign_in;
    let agent = agent.chars().filter(|symbol| !symbol.is_control()).take(AGENT_LENGTH).collect();
    Ok(vec![SignedIn { session, digest, from, agent, expires_at, step, recovery_code, at }.into()])
}

fn unchanged(content: &Content, checked: &Checked) -> Result<(), Refusal> {
    if content.checked_with() == *checked { Ok(()) } else { Err(Refusal::Changed) }
}

/// What is used up by showing it. Each code is good once, whatever it is shown for.
fn unused(factor: &SecondFactor, proof: Proof) -> Result<(Option<u64>, Option<u8>), Refusal> {
    match proof {
        Proof::None => Err(Refusal::NeedsCode),
        Proof::Code { step } if step > factor.step => Ok((Some(step), None)),
        Proof::Recovery { number } if !factor.used_codes.contains(&number) => Ok((None, Some(number))),
        Proof::Code { .. } | Proof::Recovery { .. } => Err(Refusal::CodeUsed),
    }
}

fn check_token(
    content: &Content,
    name: &str,
    expires_at: Option<Timestamp>,
    at: Timestamp,
) -> Result<(), Refusal> {
    if content.tokens.len() >= TOKENS {
        return Err(Refusal::TooManyTokens);
    }
    let mut violations = Violations::default();
    check_name(&mut violations, name, &["name"]);
    let known = content.tokens.iter().any(|token| token.name == name);
    violations.require(!known, &["name"], "you have a token of this name", "您已有同名的令牌");
    let later = expires_at.is_none_or(|expires_at| expires_at > at);
    violations.require(later, &["expiresAt"], "this is in the past", "该时间已经过去");
    violations.into_result().map_err(Refusal::Invalid)
}

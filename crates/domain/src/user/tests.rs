//! Given, when, then: what the rules of a user say, a sentence a test.

use super::*;
use crate::{
    Aggregate, SecretRef, SessionId, Timestamp, TokenId,
    access::{Right, Role},
    explain::Explain,
};

/// Given what happened, when this is asked, then these events or this refusal follow.
#[expect(clippy::needless_pass_by_value, reason = "a story reads better without ampersands")]
fn check(given: &[Event], when: Command, then: Result<Vec<Event>, Refusal>) {
    assert_eq!(User::folded(given).decide(when.clone()), then, "given {given:#?}\nwhen {when:?}");
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_795_000_000_000 + seconds * 1000)
}

fn secret(number: u32) -> SecretRef {
    SecretRef(format!("secret_{number}"))
}

fn session(number: u128) -> SessionId {
    SessionId::from_parts(1, number)
}

fn token(number: u128) -> TokenId {
    TokenId::from_parts(1, number)
}

fn digest(text: &str) -> Digest {
    Digest(text.into())
}

fn create(username: &str) -> Command {
    let (username, role, password) = (username.into(), Role::Admin, secret(1));
    Command::Create(Box::new(Create { username, role, password, first: false, at: at(0) }))
}

fn created() -> Event {
    Created { username: "alice".into(), role: Role::Admin, password: secret(1), first: false, at: at(0) }
        .into()
}

/// Against the password that they were made with.
fn checked() -> Checked {
    Checked { password: secret(1), second_factor: None }
}

/// And the second factor of [`factor`].
fn checked_both() -> Checked {
    Checked { second_factor: Some(secret(2)), ..checked() }
}

fn sign_in(number: u128, checked: Checked, proof: Proof) -> Command {
    Command::SignIn(Box::new(SignIn {
        checked,
        session: session(number),
        digest: digest("d"),
        from: "192.0.2.7".into(),
        agent: "Firefox".into(),
        expires_at: at(3600),
        proof,
        at: at(1),
    }))
}

fn signed_in(number: u128, seconds: i64) -> SignedIn {
    SignedIn {
        session: session(number),
        digest: digest("d"),
        from: "192.0.2.7".into(),
        agent: "Firefox".into(),
        expires_at: at(seconds + 3599),
        step: None,
        recovery_code: None,
        at: at(seconds),
    }
}

fn factor() -> Event {
    SecondFactorSet { secret: secret(2), step: 100, at: at(0) }.into()
}

fn after(events: &[Event]) -> Content {
    User::folded(events).existing().expect("they exist").clone()
}

#[test]
fn a_user_is_made_once_under_a_plain_name() {
    check(&[], create("alice"), Ok(vec![created()]));
    check(&[created()], create("alice"), Err(Refusal::AlreadyCreated));
    for wrong in ["", "a b", "a:b", "a\n", "a/b", "Owner", "system"] {
        let refusal = User::default().decide(create(wrong)).expect_err("it is bad");
        assert_eq!(refusal.explain()[0].field, ["username"], "{wrong:?}");
    }
}

#[test]
fn nothing_can_be_asked_of_nobody() {
    check(&[], Command::Disable { at: at(1) }, Err(Refusal::NoSuchUser));
    let deleted = Event::from(Deleted { username: "alice".into(), at: at(2) });
    check(&[created(), deleted.clone()], sign_in(1, checked(), Proof::None), Err(Refusal::NoSuchUser));
    check(&[created(), deleted], Command::Delete { at: at(3) }, Ok(vec![]));
}

#[test]
fn who_is_disabled_is_signed_out_and_not_let_in() {
    let given = [created(), signed_in(1, 1).into(), Disabled { at: at(2) }.into()];
    assert!(after(&given).sessions.is_empty());
    check(&given, sign_in(2, checked(), Proof::None), Err(Refusal::Disabled));
    check(&given, Command::Enable { at: at(3) }, Ok(vec![Enabled { at: at(3) }.into()]));
    check(&given, Command::Disable { at: at(3) }, Ok(vec![]));
}

#[test]
fn a_new_password_ends_every_session_and_forgets_the_old_one() {
    let given = [created(), signed_in(1, 1).into()];
    let changed = Event::from(PasswordChanged { password: secret(9), reset: false, at: at(2) });
    check(
        &given,
        Command::ChangePassword { checked: checked(), password: secret(9), at: at(2) },
        Ok(vec![changed.clone()]),
    );
    let user = User::folded(given.iter().chain([&changed]));
    assert!(user.existing().expect("they exist").sessions.is_empty());
    assert_eq!(user.secrets(), [&secret(9)]);
}

#[test]
fn a_code_lets_in_once_and_no_older_one_after_it() {
    let given = [created(), factor()];
    check(&given, sign_in(1, checked_both(), Proof::None), Err(Refusal::NeedsCode));
    check(&given, sign_in(1, checked_both(), Proof::Code { step: 100 }), Err(Refusal::CodeUsed));
    let by_code = Event::from(SignedIn { step: Some(101), ..signed_in(1, 1) });
    let expires = SignedIn { expires_at: at(3600), step: Some(101), ..signed_in(1, 1) };
    check(&given, sign_in(1, checked_both(), Proof::Code { step: 101 }), Ok(vec![expires.into()]));
    let given = [created(), factor(), by_code];
    check(&given, sign_in(2, checked_both(), Proof::Code { step: 101 }), Err(Refusal::CodeUsed));
    check(&given, sign_in(2, checked_both(), Proof::Code { step: 100 }), Err(Refusal::CodeUsed));
}

#[test]
fn a_recovery_code_lets_in_once() {
    let used = Event::from(SignedIn { recovery_code: Some(3), ..signed_in(1, 1) });
    let given = [created(), factor(), used];
    check(&given, sign_in(2, checked_both(), Proof::Recovery { number: 3 }), Err(Refusal::CodeUsed));
    let other = SignedIn { expires_at: at(3600), recovery_code: Some(4), ..signed_in(2, 1) };
    check(&given, sign_in(2, checked_both(), Proof::Recovery { number: 4 }), Ok(vec![other.into()]));
}

#[test]
fn sessions_that_ran_out_make_room_and_then_the_oldest() {
    let mut given = vec![created(), signed_in(0, -4000).into()];
    given.extend((1..=20).map(|number| Event::from(signed_in(number, 1))));
    let sessions = |given: &[Event]| after(given).sessions.iter().map(|one| one.id).collect::<Vec<_>>();
    assert_eq!(sessions(&given).len(), SESSIONS);
    assert_eq!(sessions(&given)[0], session(1));
    given.push(signed_in(21, 2).into());
    assert_eq!(sessions(&given)[0], session(2));
}

#[test]
fn a_session_ends_once() {
    let given = [created(), signed_in(1, 1).into()];
    let ended = SignedOut { session: session(1), at: at(2) };
    check(&given, Command::SignOut { session: session(1), at: at(2) }, Ok(vec![ended.into()]));
    check(&given, Command::SignOut { session: session(7), at: at(2) }, Ok(vec![]));
}

#[test]
fn a_second_factor_is_taken_away_before_there_is_another() {
    let set = Command::SetSecondFactor { checked: checked_both(), secret: secret(5), step: 200, at: at(1) };
    check(&[created(), factor()], set, Err(Refusal::HasSecondFactor));
    let removed = Event::from(SecondFactorRemoved { at: at(1) });
    let remove = |step| Command::RemoveSecondFactor {
        checked: checked_both(),
        proof: Proof::Code { step },
        at: at(1),
    };
    check(&[created(), factor()], remove(101), Ok(vec![removed.clone()]));
    check(&[created(), factor()], remove(100), Err(Refusal::CodeUsed));
    check(&[created()], remove(101), Ok(vec![]));
    let reset = Command::ResetPassword { password: secret(9), second_factor_too: true, at: at(1) };
    let changed = PasswordChanged { password: secret(9), reset: true, at: at(1) };
    check(&[created(), factor()], reset, Ok(vec![changed.into(), removed]));
}

#[test]
fn tokens_have_names_of_their_own_and_end_once() {
    let asking = |number, name: &str, expires_at| Command::MakeToken {
        checked: checked(),
        token: token(number),
        name: name.into(),
        digest: digest("t"),
        rights: [Right::Read].into(),
        expires_at,
        at: at(1),
    };
    let made = |number, name: &str| {
        Event::from(TokenMade {
            token: token(number),
            name: name.into(),
            digest: digest("t"),
            rights: [Right::Read].into(),
            expires_at: None,
            at: at(1),
        })
    };
    check(&[created()], asking(1, "backup", None), Ok(vec![made(1, "backup")]));
    let given = [created(), made(1, "backup")];
    assert!(User::folded(&given).decide(asking(2, "backup", None)).is_err());
    assert!(User::folded(&given).decide(asking(2, "other", Some(at(0)))).is_err());
    let revoked = TokenRevoked { token: token(1), at: at(2) };
    check(&given, Command::RevokeToken { token: token(1), at: at(2) }, Ok(vec![revoked.into()]));
    let many: Vec<_> = (0..50).map(|number| made(number, &number.to_string())).collect();
    let given: Vec<_> = [created()].into_iter().chain(many).collect();
    check(&given, asking(99, "one more", None), Err(Refusal::TooManyTokens));
}

/// Comparing a password takes a while, in which an administrator can reset it: what was compared with the old one opens nothing any more.
#[test]
fn what_was_checked_against_an_older_password_or_factor_is_refused() {
    let reset = Event::from(PasswordChanged { password: secret(9), reset: true, at: at(1) });
    let asked = |checked: Checked| {
        let (name, digest, rights) = ("ci".to_owned(), digest("t"), [Right::Read].into());
        [
            sign_in(1, checked.clone(), Proof::None),
            Command::ChangePassword { checked: checked.clone(), password: secret(8), at: at(2) },
            Command::SetSecondFactor { checked: checked.clone(), secret: secret(5), step: 200, at: at(2) },
            Command::MakeToken {
                checked,
                token: token(1),
                name,
                digest,
                rights,
                expires_at: None,
                at: at(2),
            },
        ]
    };
    for command in asked(checked()) {
        check(&[created(), reset.clone()], command, Err(Refusal::Changed));
    }
    for command in asked(Checked { password: secret(9), ..checked() }) {
        assert!(User::folded(&[created(), reset.clone()]).decide(command).is_ok());
    }
    // A telephone that was replaced proves nothing either.
    let other = SecondFactorSet { secret: secret(6), step: 100, at: at(1) };
    let given = [created(), factor(), SecondFactorRemoved { at: at(1) }.into(), other.into()];
    check(&given, sign_in(1, checked_both(), Proof::Code { step: 300 }), Err(Refusal::Changed));
    let remove =
        Command::RemoveSecondFactor { checked: checked_both(), proof: Proof::Code { step: 300 }, at: at(2) };
    check(&given, remove, Err(Refusal::Changed));
}

//! Who comes in, and who does not.

use std::net::{IpAddr, Ipv4Addr};

use berth_app::{
    Denied, Order,
    audit::Verified,
    user::{Let, Visit, WantedToken},
};
use berth_domain::{
    Code, Timestamp, UserId,
    access::{Act, Principal, Right, Role},
    audit::{Outcome, Record},
};
use berth_store::CommandId;
use futures::future::join_all;
use secrecy::{ExposeSecret, SecretString};
use totp_rs::{Builder, Secret};

use crate::world::{START_MS, Stage, order, play, refusal_codes};

const PASSWORD: &str = "Correct-Horse-1";

fn password() -> SecretString {
    PASSWORD.into()
}

fn from(last: u8) -> Visit {
    Visit { address: Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, last))), agent: "Firefox".into() }
}

async fn owner(stage: &Stage) -> Let {
    let code = stage.app.users.setup_code().expect("nobody is there yet");
    stage.app.users.set_up(&code, "alice", &password(), &from(1)).await.unwrap()
}

async fn user(stage: &Stage, name: &str, role: Role) -> UserId {
    stage.app.users.create(name, role, &password(), order(name)).await.unwrap().id
}

async fn sign_in(stage: &Stage, name: &str, place: u8) -> Result<Let, Denied> {
    stage.app.users.sign_in(name, &password(), None, &from(place)).await
}

fn by(principal: &Principal, command: &str) -> Order {
    Order::given(principal.clone(), CommandId::parse(command).unwrap(), [7; 32])
}

fn admits(stage: &Stage, secret: &SecretString) -> bool {
    stage.app.users.admit(secret.expose_secret()).is_some()
}

fn play_users<F: Future<Output = ()>>(act: impl FnOnce(Stage) -> F) {
    play([], act);
}

#[test]
fn of_a_hundred_who_set_up_at_once_one_becomes_the_first_user_for_ever() {
    play_users(async |mut stage| {
        assert!(stage.app.users.setup_required());
        let code = stage.app.users.setup_code().unwrap();
        let wrong = stage.app.users.set_up("0000", "mallory", &password(), &from(9)).await;
        assert_eq!(refusal_codes(wrong.err().unwrap()), [Code::Invalid]);
        let names: Vec<_> = (0..20).map(|number| format!("user{number}")).collect();
        let password = password();
        let visits: Vec<_> = (0..20).map(|number| from(100 + number)).collect();
        let all = names.iter().zip(&visits);
        let answers =
            join_all(all.map(|(name, visit)| stage.app.users.set_up(&code, name, &password, visit))).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
        assert_eq!(stage.app.users.all().len(), 1);
        stage.restart().await;
        assert!(!stage.app.users.setup_required() && stage.app.users.setup_code().is_none());
        assert_eq!(stage.app.users.all()[0].1.role, Role::SuperAdmin);
    });
}

#[test]
fn a_password_must_be_worth_its_name_and_is_nowhere_in_the_log() {
    play_users(async |stage| {
        let code = stage.app.users.setup_code().unwrap();
        let weak = stage.app.users.set_up(&code, "alice", &"short".into(), &from(1)).await;
        assert_eq!(refusal_codes(weak.err().unwrap()).len(), 3);
        let alice = owner(&stage).await;
        let log = format!("{:?}", stage.events().await);
        for secret in [PASSWORD, alice.secret.expose_secret(), "argon2"] {
            assert!(!log.contains(secret), "{secret}");
        }
    });
}

#[test]
fn a_session_lets_in_until_it_is_ended_disabled_reset_or_over() {
    play_users(async |stage| {
        let alice = owner(&stage).await.admitted.principal;
        let bob = user(&stage, "bob", Role::Viewer).await;
        let users = &stage.app.users;
        let mut changed = users.changed();

        let one = sign_in(&stage, "Bob ", 2).await.unwrap();
        let other = sign_in(&stage, "bob", 3).await.unwrap();
        assert!(admits(&stage, &one.secret) && admits(&stage, &other.secret));
        changed.mark_unchanged();
        let session = users.by_id(bob).unwrap().sessions[0].id;
        users.sign_out(session, by(&one.admitted.principal, "out")).await.unwrap();
        assert!(changed.has_changed().unwrap(), "whoever has a stream open hears of it");
        assert!(!admits(&stage, &one.secret) && admits(&stage, &other.secret));
        assert!(users.still(&one.admitted).is_none());

        users.disable(bob, by(&alice, "disable")).await.unwrap();
        assert!(!admits(&stage, &other.secret));
        assert!(sign_in(&stage, "bob", 2).await.is_err());
        users.enable(bob, by(&alice, "enable")).await.unwrap();
        assert!(!admits(&stage, &other.secret), "an ended session stays ended");

        let again = sign_in(&stage, "bob", 2).await.unwrap();
        users.reset_password(bob, &"Another-Pass-2".into(), false, by(&alice, "reset")).await.unwrap();
        assert!(!admits(&stage, &again.secret));
        assert!(sign_in(&stage, "bob", 2).await.is_err(), "with the old password");
    });
}

#[test]
fn a_session_ends_when_nobody_uses_it_and_in_any_case_after_half_a_day() {
    play_users(async |mut stage| {
        let alice = owner(&stage).await;
        for _ in 0..10 {
            stage.pass(29 * 60).await;
            assert!(admits(&stage, &alice.secret));
        }
        stage.restart().await;
        assert!(admits(&stage, &alice.secret), "a restart ends nobody's session");
        stage.pass(30 * 60).await;
        assert!(!admits(&stage, &alice.secret));
        let again = sign_in(&stage, "alice", 1).await.unwrap();
        for _ in 0..25 {
            stage.pass(29 * 60).await;
            admits(&stage, &again.secret);
        }
        assert!(!admits(&stage, &again.secret), "half a day is over");
    });
}

#[test]
fn rights_follow_the_role_at_once() {
    play_users(async |stage| {
        let alice = owner(&stage).await.admitted.principal;
        let bob = user(&stage, "bob", Role::Admin).await;
        let session = sign_in(&stage, "bob", 2).await.unwrap();
        assert_eq!(session.admitted.principal.may(Act::Grab), Ok(()));
        stage.app.users.change_role(bob, Role::Viewer, by(&alice, "role")).await.unwrap();
        let now = stage.app.users.still(&session.admitted).unwrap();
        assert!(now.principal.may(Act::Grab).is_err() && now.principal.may(Act::Look).is_ok());
    });
}

/// The second wall: whoever got past the resolver is asked again where the command is decided.
#[test]
fn nobody_commands_what_the_table_does_not_give_them() {
    play([berth_cloud::fake::Answer::CAPACITY], async |stage| {
        owner(&stage).await;
        user(&stage, "bob", Role::Viewer).await;
        let bob = sign_in(&stage, "bob", 2).await.unwrap().admitted.principal;
        let tenant = stage.tenant("tokyo").await;
        let events = stage.events().await.len();
        let forbidden = |denied: Option<Denied>| matches!(denied, Some(Denied::Forbidden(_)));
        let new = crate::world::new_grab(tenant, 60);
        assert!(forbidden(stage.app.grabs.create(new, by(&bob, "1")).await.err()));
        assert!(forbidden(stage.app.tenants.test(tenant, by(&bob, "2")).await.err()));
        assert!(forbidden(stage.app.tenants.remove(tenant, true, 0, by(&bob, "3")).await.err()));
        let new = crate::world::new_tenant("osaka");
        assert!(forbidden(stage.app.tenants.create(new, by(&bob, "4")).await.err()));
        let created = stage.app.users.create("eve", Role::SuperAdmin, &password(), by(&bob, "5")).await;
        assert!(forbidden(created.err()));
        assert_eq!(stage.events().await.len(), events);
    });
}

#[test]
fn nobody_takes_their_own_role_away_and_two_cannot_take_each_others() {
    play_users(async |stage| {
        let alice = owner(&stage).await.admitted;
        let bob = user(&stage, "bob", Role::SuperAdmin).await;
        let session = sign_in(&stage, "bob", 2).await.unwrap().admitted;
        let users = &stage.app.users;
        let own = users.change_role(alice.user, Role::Viewer, by(&alice.principal, "own")).await;
        assert_eq!(refusal_codes(own.err().unwrap()), [Code::StateConflict]);
        let (one, other) = futures::join!(
            users.change_role(bob, Role::Viewer, by(&alice.principal, "one")),
            users.change_role(alice.user, Role::Viewer, by(&session.principal, "other")),
        );
        assert!(one.is_ok() != other.is_ok(), "one of the two came first");
        let supers = users.all().into_iter().filter(|(_, user)| user.role == Role::SuperAdmin);
        assert_eq!(supers.count(), 1);
    });
}

#[test]
fn at_most_five_guesses_are_looked_at_however_many_come_at_once() {
    play_users(async |stage| {
        owner(&stage).await;
        let (users, wrong) = (&stage.app.users, SecretString::from("Wrong-Horse-1"));
        let visit = from(66);
        let guesses = join_all((0..30).map(|_| users.sign_in("alice", &wrong, None, &visit))).await;
        let codes: Vec<_> = guesses.into_iter().map(|guess| refusal_codes(guess.err().unwrap())[0]).collect();
        assert_eq!(codes.iter().filter(|code| **code == Code::Invalid).count(), 5);
        let locked = sign_in(&stage, "alice", 66).await.err().unwrap();
        assert_eq!(refusal_codes(locked), [Code::LimitReached], "though the password is right");
        assert!(sign_in(&stage, "alice", 1).await.is_ok(), "from home she comes in");
        let nobody = users.sign_in("nobody", &wrong, None, &from(67)).await.err().unwrap();
        let alice = users.sign_in("alice", &wrong, None, &from(67)).await.err().unwrap();
        assert_eq!(format!("{nobody:?}"), format!("{alice:?}"), "nobody learns which names there are");
        stage.pass(30 * 60).await;
        assert!(sign_in(&stage, "alice", 66).await.is_ok());
    });
}

#[test]
fn a_restart_makes_nobody_a_stranger_where_they_are_signed_in() {
    play_users(async |mut stage| {
        owner(&stage).await;
        stage.restart().await;
        let wrong = SecretString::from("Wrong-Horse-1");
        for stranger in 100..130 {
            stage.app.users.sign_in("alice", &wrong, None, &from(stranger)).await.err().unwrap();
        }
        let elsewhere = sign_in(&stage, "alice", 2).await.err().unwrap();
        assert_eq!(refusal_codes(elsewhere), [Code::LimitReached], "the crowd took this minute's guess");
        assert!(sign_in(&stage, "alice", 1).await.is_ok());
    });
}

#[test]
fn with_a_second_factor_a_code_is_asked_for_and_is_good_once() {
    play_users(async |stage| {
        let alice = owner(&stage).await.admitted.principal;
        let users = &stage.app.users;
        let new = users.propose_second_factor(&by(&alice, "propose")).unwrap();
        let totp = Builder::new().with_secret(Secret::try_from_base32(new.seed.expose_secret()).unwrap());
        let totp = totp.with_digits(6).with_step_duration(30).build().unwrap();
        let code = |stage: &Stage| totp.generate(stage.clock.now_ms().unsigned_abs() / 1000).to_string();
        let set = async |code: String, command: &str| {
            users.set_second_factor(&new.seed, &code, &password(), &from(1), by(&alice, command)).await
        };
        assert_eq!(refusal_codes(set("000000".into(), "set0").await.err().unwrap()), [Code::Invalid]);
        let (_, recovery) = set(code(&stage), "set").await.unwrap();

        assert_eq!(refusal_codes(sign_in(&stage, "alice", 1).await.err().unwrap()), [Code::Invalid]);
        let with = async |code: String| {
            users.sign_in("alice", &password(), Some(&code), &from(1)).await.map(|let_in| let_in.secret)
        };
        assert!(with(code(&stage)).await.is_err(), "it confirmed the factor, and is used up");
        stage.pass(60).await;
        let now = code(&stage);
        let all = join_all((0..5).map(|_| with(now.clone()))).await;
        assert_eq!(all.iter().filter(|one| one.is_ok()).count(), 1);
        assert!(with(recovery[3].clone()).await.is_ok());
        assert!(with(recovery[3].clone()).await.is_err());

        stage.pass(60).await;
        let now = code(&stage);
        users.remove_second_factor(&password(), &now, &from(1), by(&alice, "remove")).await.unwrap();
        assert!(sign_in(&stage, "alice", 1).await.is_ok());
        let log = format!("{:?}", stage.events().await);
        assert!(!log.contains(new.seed.expose_secret()) && !log.contains(&recovery[3]));
    });
}

#[test]
fn a_token_has_no_more_rights_than_it_was_given_nor_than_its_user_has() {
    play_users(async |stage| {
        let alice = owner(&stage).await.admitted.principal;
        let bob = user(&stage, "bob", Role::Admin).await;
        let session = sign_in(&stage, "bob", 2).await.unwrap().admitted.principal;
        let users = &stage.app.users;
        let wanted = |name: &str, rights, expires_at| WantedToken { name: name.into(), rights, expires_at };
        let all = wanted("all", Role::SuperAdmin.rights(), None);
        let too_much = users.make_token(all, &password(), &from(2), by(&session, "t0")).await;
        assert_eq!(refusal_codes(too_much.err().unwrap()), [Code::Invalid]);
        let until = Timestamp::from_millis(START_MS + 3_600_000);
        let ci = wanted("ci", [Right::Read, Right::Operate].into(), Some(until));
        let wrong = users.make_token(ci.clone(), &"Wrong-Horse-1".into(), &from(2), by(&session, "t1")).await;
        assert_eq!(refusal_codes(wrong.err().unwrap()), [Code::Invalid], "whoever found the browser open");
        let (_, token) = users.make_token(ci, &password(), &from(2), by(&session, "t2")).await.unwrap();
        let admitted = users.admit(token.secret.expose_secret()).unwrap();
        assert_eq!(admitted.principal.name, "bob/ci");
        assert!(admitted.principal.may(Act::Grab).is_ok());
        users.change_role(bob, Role::Viewer, by(&alice, "role")).await.unwrap();
        assert!(users.still(&admitted).unwrap().principal.may(Act::Grab).is_err());
        stage.pass(3600).await;
        assert!(users.still(&admitted).is_none(), "its time is over");
    });
}

fn record(number: i64) -> Record {
    Record {
        actor: "alice".into(),
        user: None,
        from: None,
        mutation: "grabTaskStart".into(),
        subjects: vec![],
        outcome: Outcome::Done,
        grave: false,
        request: number.to_string(),
        at: Timestamp::from_millis(START_MS + number),
    }
}

#[test]
fn every_record_is_written_and_the_chain_holds() {
    play_users(async |mut stage| {
        let records = join_all((0..300).map(|number| stage.app.trail.record(record(number)))).await;
        assert!(records.iter().all(Result::is_ok));
        stage.restart().await;
        stage.app.trail.record(record(300)).await.unwrap();
        assert_eq!(stage.app.trail.verify().await.unwrap(), Verified::Whole { records: 301 });
    });
}

/// More records than one page of the log has; and what is no record is found also where nothing comes after it.
#[test]
fn a_long_trail_is_walked_to_its_end_and_breaks_where_something_else_stands() {
    play_users(async |stage| {
        for _ in 0..2 {
            let records = join_all((0..600).map(|number| stage.app.trail.record(record(number)))).await;
            assert!(records.iter().all(Result::is_ok));
        }
        assert_eq!(stage.app.trail.verify().await.unwrap(), Verified::Whole { records: 1200 });
        stage.poison("audit", "trail").await;
        assert_eq!(stage.app.trail.verify().await.unwrap(), Verified::Broken { number: 1201 });
    });
}

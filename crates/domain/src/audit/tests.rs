//! What a chain of records finds out.

use proptest::prelude::*;
use sha2::{Digest as _, Sha256};

use super::*;
use crate::{Aggregate, Timestamp, UserId, event::Event as _};

fn key(secret: u8) -> Key {
    Key::new(move |text| Sha256::digest([&[secret], text].concat()).into())
}

fn record(number: usize) -> Record {
    Record {
        actor: format!("somebody {number}"),
        user: number.is_multiple_of(2).then(|| UserId::from_parts(1, 7)),
        from: Some("192.0.2.7".into()),
        mutation: "tenantDelete".into(),
        subjects: vec!["tenant_1".into()],
        outcome: Outcome::Done,
        grave: true,
        request: "0123".into(),
        at: Timestamp::from_millis(1_795_000_000_000),
    }
}

fn trail(length: usize) -> Vec<Recorded> {
    let mut audit = Audit::default();
    let mut trail = Vec::new();
    let records: Vec<_> = (0..length).map(record).collect();
    // Three at a time: how many come at once makes no difference.
    for records in records.chunks(3) {
        let command = Command::Record { records: records.to_vec(), key: key(7) };
        for event in audit.decide(command).expect("the trail takes everything") {
            audit.evolve(&event);
            let Event::Recorded(recorded) = event;
            trail.push(recorded);
        }
    }
    trail
}

fn verify(trail: &[Recorded], key: &Key) -> Result<u64, Broken> {
    let mut chain = Chain::new(key);
    trail.iter().try_for_each(|recorded| chain.take(recorded))?;
    Ok(chain.records())
}

#[test]
fn an_untouched_trail_holds() {
    assert_eq!(verify(&trail(0), &key(7)), Ok(0));
    assert_eq!(verify(&trail(12), &key(7)), Ok(12));
}

#[test]
fn without_the_key_nobody_makes_one_that_holds() {
    assert_eq!(verify(&trail(3), &key(8)), Err(Broken { number: 1 }));
}

/// Known, and said in the module: the number of records has to come from elsewhere.
#[test]
fn a_trail_that_was_cut_short_holds_as_far_as_it_goes() {
    assert_eq!(verify(&trail(9)[..5], &key(7)), Ok(5));
}

proptest! {
    #[test]
    fn a_record_that_was_changed_dropped_or_moved_is_found(at in 0_usize..30, other in 0_usize..30, how in 0_u8..6) {
        let mut touched = trail(31);
        match how {
            0 => touched[at].record.actor.push('x'),
            1 => touched[at].record.outcome = Outcome::Forbidden,
            2 => touched[at].record.from = None,
            3 => { touched.remove(at); }
            4 => touched[at].seal = touched[at + 1].seal.clone(),
            _ => {
                prop_assume!(at != other);
                touched.swap(at, other);
            }
        }
        let found = verify(&touched, &key(7)).expect_err("it was touched").number;
        prop_assert!(found <= u64::try_from(at.max(other)).unwrap() + 1);
    }
}

/// The seal is over a record as it was written, so what the first shape did not know must stay unsaid.
#[test]
fn a_trail_that_was_begun_in_the_first_shape_holds_on() {
    let lifted = trail(4).into_iter().map(|recorded| {
        let first = recorded.record.user.is_none();
        let event = Event::from(recorded);
        assert_eq!(event.encode().get().contains("\"user\""), !first);
        let read = Event::decode("audit.recorded", if first { 1 } else { 2 }, &event.encode());
        let Event::Recorded(recorded) = read.expect("both shapes are read");
        recorded
    });
    assert_eq!(verify(&lifted.collect::<Vec<_>>(), &key(7)), Ok(4));
}

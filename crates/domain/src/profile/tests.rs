//! Given, when, then: what the rules of a profile say, a sentence a test.

use super::*;
use crate::{
    Aggregate, SecretRef, Timestamp,
    explain::Explain,
    grab::{Size, Spec},
};

/// Given what happened, when this is asked, then these events or this refusal follow.
#[expect(clippy::needless_pass_by_value, reason = "a story reads better without ampersands")]
fn check(given: &[Event], when: Command, then: Result<Vec<Event>, Refusal>) {
    assert_eq!(Profile::folded(given).decide(when.clone()), then, "given {given:#?}\nwhen {when:?}");
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_795_000_000_000 + seconds * 1000)
}

fn secret(number: u32) -> SecretRef {
    SecretRef(format!("secret_{number}"))
}

fn spec() -> Spec {
    Spec {
        shape: "VM.Standard.A1.Flex".into(),
        sizes: vec![Size { ocpus: 4.0, memory_gb: 24.0 }],
        boot_volume_gb: 50,
        image: "Canonical Ubuntu 24.04".into(),
        root_password: Some(secret(1)),
        user_data: Some(secret(2)),
        ..Spec::default()
    }
}

fn create() -> Create {
    Create { name: "免费 ARM".into(), spec: spec(), at: at(0) }
}

fn created() -> Event {
    Created { name: create().name, spec: spec(), at: at(0) }.into()
}

fn deleted() -> Event {
    Deleted { name: create().name, at: at(9) }.into()
}

fn edit() -> Edit {
    Edit { name: None, spec: None, keep_root_password: true, keep_user_data: true, at: at(5) }
}

fn editing(edit: Edit) -> Command {
    Command::Edit(Box::new(edit))
}

/// The fields that are named when this is kept.
fn fields(create: Create) -> Vec<String> {
    let refusal = Profile::default().decide(Command::Create(Box::new(create))).expect_err("it is bad");
    refusal.explain().into_iter().map(|violation| violation.field.join(".")).collect()
}

#[test]
fn a_profile_is_kept_once() {
    check(&[], Command::Create(Box::new(create())), Ok(vec![created()]));
    check(&[created()], Command::Create(Box::new(create())), Err(Refusal::AlreadyCreated));
    check(&[created(), deleted()], Command::Create(Box::new(create())), Err(Refusal::AlreadyCreated));
}

#[test]
fn nothing_can_be_asked_of_a_profile_that_was_never_kept_or_is_gone() {
    check(&[], editing(edit()), Err(Refusal::NoSuchProfile));
    check(&[], Command::Delete { at: at(9) }, Err(Refusal::NoSuchProfile));
    check(&[created(), deleted()], editing(edit()), Err(Refusal::NoSuchProfile));
}

#[test]
fn a_profile_is_deleted_once_and_deleting_it_again_is_already_so() {
    check(&[created()], Command::Delete { at: at(9) }, Ok(vec![deleted()]));
    check(&[created(), deleted()], Command::Delete { at: at(10) }, Ok(vec![]));
    assert!(Profile::folded(&[created()]).existing().is_some());
    assert!(Profile::folded(&[created(), deleted()]).existing().is_none());
}

#[test]
fn everything_that_is_wrong_with_it_is_named_at_once_as_of_a_tasks_wish() {
    let bad = Spec { image: " ".into(), boot_volume_gb: 1, sizes: vec![], ..spec() };
    let named = fields(Create { name: String::new(), spec: bad, at: at(0) });
    assert_eq!(named, ["name", "spec.image", "spec.bootVolumeGb", "spec.sizes"]);
}

#[test]
fn it_may_leave_the_region_to_each_task_but_not_name_one_that_is_none() {
    assert!(spec().regions.is_empty());
    let nowhere = Spec { regions: vec!["no where".into()], ..spec() };
    assert_eq!(fields(Create { spec: nowhere, ..create() }), ["spec.regions.0"]);
}

#[test]
fn an_edit_changes_what_it_names_and_leaves_the_rest() {
    let edited = |name: &str, spec| Event::from(Edited { name: name.into(), spec, at: at(5) });
    let renamed = edited("micro", spec());
    check(&[created()], editing(Edit { name: Some("micro".into()), ..edit() }), Ok(vec![renamed.clone()]));
    let bigger = Spec { boot_volume_gb: 100, ..spec() };
    let given = [created(), renamed];
    let then = edited("micro", bigger.clone());
    check(&given, editing(Edit { spec: Some(bigger), ..edit() }), Ok(vec![then]));
    check(&[created()], editing(Edit { spec: Some(spec()), ..edit() }), Ok(vec![]));
    check(&[created()], editing(edit()), Ok(vec![]));
    let bad = Edit { name: Some("a\nb".into()), ..edit() };
    assert!(Profile::folded(&[created()]).decide(editing(bad)).is_err());
}

#[test]
fn its_secrets_stay_unless_they_are_replaced_or_taken_away() {
    let bare = Spec { root_password: None, user_data: None, ..spec() };
    let after = |edit: Edit| {
        let mut profile = Profile::folded(&[created()]);
        for event in profile.decide(editing(edit)).expect("it is lawful") {
            profile.evolve(&event);
        }
        profile.secrets().into_iter().cloned().collect::<Vec<_>>()
    };
    let kept = [secret(1), secret(2)];
    let other = Spec { boot_volume_gb: 100, ..bare.clone() };
    assert_eq!(after(Edit { spec: Some(other), ..edit() }), kept);
    let gone = Edit { spec: Some(bare.clone()), keep_root_password: false, ..edit() };
    assert_eq!(after(gone), [secret(2)]);
    let new = Spec { root_password: Some(secret(3)), ..bare };
    let replaced = [secret(3), secret(2)];
    assert_eq!(after(Edit { spec: Some(new), ..edit() }), replaced);
    assert!(Profile::folded(&[created(), deleted()]).secrets().is_empty());
}

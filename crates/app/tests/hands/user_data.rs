//! A root password and a text for cloud-init that cannot go together, whichever of them came first.

use berth_app::{
    Denied,
    grab::{Change, NewGrab, NewSecret},
    profile::{self, NewProfile},
};
use berth_cloud::fake::Answer;
use berth_domain::{GrabId, ProfileId, TenantId, grab::Spec};
use secrecy::SecretString;

use crate::world::{Stage, new_grab, order, play};

const PARTS: &str = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"x\"\n\n--x--\n";
const SCRIPT: &str = "#!/bin/sh";

fn spec() -> Spec {
    new_grab(TenantId::from_parts(0, 0), 60).spec
}

fn secret(text: &str) -> Option<SecretString> {
    (!text.is_empty()).then(|| text.into())
}

async fn task(stage: &Stage, root_password: &str, user_data: &str) -> GrabId {
    let tenant = stage.tenant("tokyo").await;
    let (root_password, user_data) = (secret(root_password), secret(user_data));
    let new = NewGrab { root_password, user_data, start: false, ..new_grab(tenant, 60) };
    stage.app.grabs.create(new, order("new")).await.unwrap().id
}

fn change(root_password: NewSecret, user_data: NewSecret) -> Change {
    Change { spec: Some(spec()), root_password, user_data, ..Change::default() }
}

/// The fields that a refusal names.
fn fields(denied: Denied) -> Vec<String> {
    let Denied::Refused(reasons) = denied else { panic!("{denied:?}") };
    reasons.into_iter().map(|reason| reason.field.join(".")).collect()
}

#[test]
fn a_message_of_parts_is_refused_beside_a_password_that_stays() {
    play(vec![Answer::CAPACITY; 100], async |stage| {
        let grabs = &stage.app.grabs;
        let id = task(&stage, "secret", "").await;
        let refused =
            grabs.update(id, change(NewSecret::Kept, NewSecret::Text(PARTS.into())), order("1")).await;
        assert_eq!(fields(refused.unwrap_err()), ["spec.userData"]);
        grabs.update(id, change(NewSecret::Kept, NewSecret::Text(SCRIPT.into())), order("2")).await.unwrap();
        grabs.update(id, change(NewSecret::Gone, NewSecret::Text(PARTS.into())), order("3")).await.unwrap();
    });
}

#[test]
fn a_password_is_refused_beside_a_message_of_parts_that_stays() {
    play(vec![Answer::CAPACITY; 100], async |stage| {
        let grabs = &stage.app.grabs;
        let id = task(&stage, "", PARTS).await;
        let password = || NewSecret::Text("secret".into());
        let refused = grabs.update(id, change(password(), NewSecret::Kept), order("1")).await;
        assert_eq!(fields(refused.unwrap_err()), ["spec.rootPassword"]);
        grabs.update(id, change(password(), NewSecret::Text(SCRIPT.into())), order("2")).await.unwrap();
        grabs.update(id, change(password(), NewSecret::Kept), order("3")).await.unwrap();
        grabs.update(id, change(NewSecret::Gone, NewSecret::Text(PARTS.into())), order("4")).await.unwrap();
        let again = grabs.update(id, change(password(), NewSecret::Kept), order("3")).await.unwrap();
        assert!(again.done.repeated, "it is answered as before, whatever stays by now");
    });
}

#[test]
fn a_profile_is_as_careful_as_a_task() {
    play([], async |stage| {
        let profiles = &stage.app.profiles;
        let kept = async |name: &str, root_password: &str, user_data: &str| -> ProfileId {
            let (root_password, user_data) = (secret(root_password), secret(user_data));
            let new = NewProfile { name: name.into(), spec: spec(), root_password, user_data };
            profiles.create(new, order(name)).await.unwrap().id
        };
        let change = |root_password, user_data| profile::Change {
            spec: Some(spec()),
            root_password,
            user_data,
            ..profile::Change::default()
        };
        let (locked, parted) = (kept("a", "secret", "").await, kept("b", "", PARTS).await);
        let refused =
            profiles.update(locked, change(NewSecret::Kept, NewSecret::Text(PARTS.into())), order("1")).await;
        assert_eq!(fields(refused.unwrap_err()), ["spec.userData"]);
        let password = || NewSecret::Text("secret".into());
        let refused = profiles.update(parted, change(password(), NewSecret::Kept), order("2")).await;
        assert_eq!(fields(refused.unwrap_err()), ["spec.rootPassword"]);
        profiles.update(parted, change(password(), NewSecret::Gone), order("3")).await.unwrap();
    });
}

//! Launch profiles: kept once, named once, and never sharing a secret with what is made from them.

use berth_app::{
    grab::{NewGrab, NewSecret},
    profile::{Change, NewProfile},
};
use berth_cloud::fake::Answer;
use berth_domain::{Code, GrabId, ProfileId, TenantId, grab::Spec};
use berth_store::{Log, SecretId};
use secrecy::{ExposeSecret, SecretString};

use crate::world::{START_MS, Stage, new_grab, order, play, refusal_codes};

fn new_profile(name: &str) -> NewProfile {
    NewProfile {
        name: name.into(),
        spec: Spec { regions: vec![], ..new_grab(TenantId::from_parts(0, 0), 60).spec },
        root_password: Some(SecretString::from("CANARY-PROFILE")),
        user_data: Some(SecretString::from("#!/bin/sh")),
    }
}

async fn kept(stage: &Stage, name: &str) -> ProfileId {
    stage.app.profiles.create(new_profile(name), order(name)).await.unwrap().id
}

/// A task that is made from a profile and not started.
async fn made(stage: &Stage, tenant: TenantId, id: ProfileId) -> GrabId {
    let wish = stage.app.profiles.wish(id).await.unwrap();
    let spec = Spec { regions: vec!["ap-tokyo-1".into()], ..wish.spec };
    let (root_password, user_data) = (wish.root_password, wish.user_data);
    let new = NewGrab { spec, root_password, user_data, start: false, ..new_grab(tenant, 60) };
    stage.app.grabs.create(new, order("made")).await.unwrap().id
}

async fn is_there(stage: &Stage, name: &SecretId) -> bool {
    stage.log.secret(name).await.unwrap().is_some()
}

/// The names of a profile's own secrets.
async fn names(stage: &Stage, id: ProfileId) -> Vec<SecretId> {
    let told = stage.app.profiles.update(id, Change::default(), order("look")).await.unwrap();
    told.state.secrets().into_iter().map(|name| SecretId::parse(&name.0).unwrap()).collect()
}

#[test]
fn a_task_and_its_profile_have_each_their_own_secrets() {
    play(vec![Answer::CAPACITY; 100], async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let id = kept(&stage, "arm").await;
        let task = made(&stage, tenant, id).await;
        let own = names(&stage, id).await;
        let grab = stage.state(task).await;
        let copied: Vec<_> = grab.secrets().iter().map(|name| SecretId::parse(&name.0).unwrap()).collect();
        assert_eq!((own.len(), copied.len()), (2, 2));
        assert!(own.iter().all(|name| !copied.contains(name)));

        stage.app.profiles.delete(id, order("delete")).await.unwrap();
        for (own, copied) in own.iter().zip(&copied) {
            assert!(!is_there(&stage, own).await && is_there(&stage, copied).await);
        }
        stage.app.grabs.start(task, order("start")).await.unwrap();
        while stage.cloud.launches().is_empty() {
            assert!(stage.clock.now_ms() < START_MS + 600_000, "its secrets could not be opened");
            stage.pass(1).await;
        }

        let (other, third) = (kept(&stage, "other").await, stage.app.profiles.wish(id).await);
        assert_eq!(refusal_codes(third.err().unwrap()), [Code::NotFound]);
        stage.app.grabs.stop(task, order("stop")).await.unwrap();
        stage.pass(5).await;
        stage.app.grabs.delete(task, order("gone")).await.unwrap();
        let wish = stage.app.profiles.wish(other).await.unwrap();
        assert_eq!(wish.root_password.unwrap().expose_secret(), "CANARY-PROFILE");
    });
}

#[test]
fn an_edit_changes_no_task_and_forgets_the_password_that_it_replaces() {
    play([], async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let id = kept(&stage, "arm").await;
        let task = made(&stage, tenant, id).await;
        let before = (names(&stage, id).await, stage.state(task).await);
        let bigger = Spec { boot_volume_gb: 100, ..new_profile("arm").spec };
        let change = Change {
            spec: Some(bigger),
            root_password: NewSecret::Text("another".into()),
            ..Change::default()
        };
        stage.app.profiles.update(id, change, order("edit")).await.unwrap();
        assert_eq!(stage.state(task).await, before.1);
        assert!(!is_there(&stage, &before.0[0]).await, "the old password");
        assert!(is_there(&stage, &before.0[1]).await, "the text stays: nobody gave another");
        let wish = stage.app.profiles.wish(id).await.unwrap();
        assert_eq!((wish.spec.boot_volume_gb, wish.spec.root_password), (100, None));
        assert_eq!(wish.root_password.unwrap().expose_secret(), "another");
        assert_eq!(wish.user_data.unwrap().expose_secret(), "#!/bin/sh");
    });
}

#[test]
fn a_name_is_given_once_and_is_free_again_after_deleting() {
    play([], async |stage| {
        let profiles = &stage.app.profiles;
        let id = kept(&stage, "ARM").await;
        let taken = profiles.create(new_profile("arm "), order("twin")).await.unwrap_err();
        assert_eq!(refusal_codes(taken), [Code::Taken]);
        let rename = |name: &str| Change { name: Some(name.into()), ..Change::default() };
        profiles.update(id, rename("micro"), order("rename")).await.unwrap();
        let other = kept(&stage, "arm").await;
        let taken = profiles.update(id, rename("Arm"), order("back")).await.unwrap_err();
        assert_eq!(refusal_codes(taken), [Code::Taken]);
        profiles.delete(other, order("delete")).await.unwrap();
        profiles.update(id, rename("Arm"), order("again")).await.unwrap();
    });
}

#[test]
fn the_same_command_is_done_once_whatever_has_become_of_the_profile() {
    play([], async |stage| {
        let profiles = &stage.app.profiles;
        let first = profiles.create(new_profile("arm"), order("new")).await.unwrap();
        let again = profiles.create(new_profile("arm"), order("new")).await.unwrap();
        assert_eq!((first.id, first.done.position), (again.id, again.done.position));
        assert!(again.done.repeated && again.state == first.state);
        let gone = profiles.delete(first.id, order("delete")).await.unwrap();
        assert_eq!(
            profiles.delete(first.id, order("delete")).await.unwrap().done.position,
            gone.done.position
        );
        let late = profiles.create(new_profile("arm"), order("new")).await.unwrap();
        assert_eq!((late.id, late.done.position), (first.id, first.done.position));
        let events = stage.events().await;
        let names: Vec<_> = events.iter().map(|event| event.name.as_str()).collect();
        assert_eq!(names, ["profile.created", "profile.deleted"]);
    });
}

#[test]
fn what_the_domain_cannot_know_is_said_together_with_what_it_does() {
    play([], async |stage| {
        let mut bad = new_profile("");
        bad.spec.regions = vec!["nowhere-1".into()];
        bad.user_data = Some(SecretString::from("x".repeat(16_001)));
        let denied = stage.app.profiles.create(bad, order("bad")).await.unwrap_err();
        let berth_app::Denied::Refused(reasons) = denied else { panic!("{denied:?}") };
        let fields: Vec<_> = reasons.iter().map(|reason| reason.field.join(".")).collect();
        assert_eq!(fields, ["spec.regions.0", "spec.userData", "name"]);
        let unknown = ProfileId::from_parts(0, 0);
        let none = stage.app.profiles.delete(unknown, order("none")).await.unwrap_err();
        assert_eq!(refusal_codes(none), [Code::NotFound]);
    });
}

//! Launch profiles in rows: by name, without those that are gone, and the same when folded anew.

use berth_domain::{
    ProfileId, SecretRef,
    grab::Spec,
    profile::{Created, Deleted, Edited, Event},
};
use berth_store::StreamId;
use berth_views::{
    Slice, Views, log_entry,
    profile::{self, Filter},
};

use crate::world::{World, time};

fn profile_id(index: u64) -> ProfileId {
    ProfileId::from_parts(1000 + index, 7)
}

fn spec(shape: &str) -> Spec {
    let root_password = Some(SecretRef("secret_1".into()));
    Spec { shape: shape.into(), image: "Ubuntu 24.04".into(), root_password, ..Spec::default() }
}

fn created(name: &str, shape: &str) -> Event {
    Created { name: name.into(), spec: spec(shape), at: time(1) }.into()
}

async fn happens(world: &World, index: u64, events: Vec<Event>) {
    world.happens(StreamId::new("profile", profile_id(index)), "ada", events).await;
}

async fn some() -> World {
    let world = World::new().await;
    happens(&world, 1, vec![created("micro", "VM.Standard.E2.1.Micro")]).await;
    let renamed = Edited { name: "ARM".into(), spec: spec("VM.Standard.A1.Flex"), at: time(2) };
    happens(&world, 2, vec![created("zebra", "VM.Standard.A1.Flex"), renamed.into()]).await;
    let gone = Deleted { name: "gone".into(), at: time(3) };
    happens(&world, 3, vec![created("gone", "VM.Standard.A1.Flex"), gone.into()]).await;
    world
}

async fn names(views: &Views, search: Option<&str>) -> Vec<String> {
    let filter = Filter { search: search.map(str::to_owned) };
    let page = profile::page(views, &filter, &Slice::First { count: 10, after: None }).await.unwrap();
    assert_eq!(page.total, Some(page.rows().count() as u64));
    page.rows().map(|row| row.profile.existing().unwrap().name.clone()).collect()
}

#[tokio::test]
async fn profiles_are_listed_by_name_and_deleted_ones_are_not() {
    let world = some().await;
    let views = world.level().await;
    assert_eq!(names(&views, None).await, ["ARM", "micro"]);
    assert_eq!(names(&views, Some("a1.flex")).await, ["ARM"]);
    assert_eq!(names(&views, Some("zebra")).await, [""; 0]);
    let rows = profile::by_ids(&views, &[profile_id(2), profile_id(3), profile_id(4)]).await.unwrap();
    assert_eq!(rows.len(), 2, "what is gone is still known by its id");
    let gone = rows.iter().find(|row| row.id == profile_id(3)).unwrap();
    assert_eq!(
        (gone.version.get(), gone.position, gone.profile.deleted_at),
        (2, views.position(), Some(time(3)))
    );
}

#[tokio::test]
async fn rows_are_the_same_in_whatever_portions_they_are_folded() {
    let world = some().await;
    let whole = world.level().await.dump().await.unwrap();
    assert_eq!(world.folded_anew().await, whole);
    let views = world.views_named("single.db").await;
    for event in world.events().await {
        views.fold(&[event]).await.unwrap();
    }
    assert_eq!(views.dump().await.unwrap(), whole);
}

#[tokio::test]
async fn each_event_of_a_profile_gives_a_line_in_both_languages() {
    let world = some().await;
    let lines: Vec<_> = world.events().await.iter().map(|event| log_entry::message(event).unwrap()).collect();
    let english: Vec<_> = lines.iter().map(|line| line.english.as_str()).collect();
    assert_eq!(
        english[1..3],
        ["the launch profile \"zebra\" was saved", "the launch profile \"ARM\" was changed"]
    );
    assert_eq!(lines[4].chinese, "启动模板“gone”已删除");
}

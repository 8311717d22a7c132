//! What a daily report is made of.

use berth_domain::{
    Timestamp,
    grab::{AttemptSettled, Event, Outcome, PreparationFailed, Reason, Succeeded},
    report::{Gathered, OfTenant, Span, Sums, Tasks},
    tenant::{Suspended, SuspensionReason},
};
use berth_views::{
    Views,
    statistics::{Filter, Moment},
};

use crate::world::{
    World, attempt_started, created_for, grab_id, miss, provider_error, registered, settled, started,
    tenant_id, time,
};

const HOUR: u64 = 3600;
const TOKYO: &str = "ap-tokyo-1";

/// The world begins at 22:13:20: this is its first hour, or so many later.
fn hours(from: i64, to: i64) -> Span {
    let hour = |number: i64| Timestamp::from_millis(1_699_999_200_000 + number * 3_600_000);
    Span { from: hour(from), to: hour(to) }
}

/// Tokyo got an instance in the first hour; Osaka, which is suspended, missed twice in it and met a fault in the next; Seoul has nothing.
async fn world() -> World {
    let world = World::new().await;
    for (index, name) in [(1, "tokyo"), (2, "osaka"), (3, "seoul")] {
        world.tenant(tenant_id(index), vec![registered(name, TOKYO)]).await;
    }
    let (reason, note) = (SuspensionReason::KeyRejected, "NotAuthenticated: no".to_owned());
    world.tenant(tenant_id(2), vec![Suspended { reason, note }.into()]).await;
    world.grab(grab_id(1), lucky()).await;
    world.grab(grab_id(2), unlucky()).await;
    world
}

fn lucky() -> Vec<Event> {
    let (number, instance, availability_domain) = (1, "instance-1".to_owned(), "AD-1".to_owned());
    let taken = settled(number, Outcome::Accepted, Reason::Launched);
    let (public_ip, private_ip, at) = (Some("203.0.113.7".to_owned()), None, time(90));
    let runs =
        Succeeded { number, instance: instance.clone(), availability_domain, public_ip, private_ip, at };
    vec![
        created_for(tenant_id(1), 1, "抢ARM机器", TOKYO),
        started(),
        attempt_started(number),
        AttemptSettled { instance: Some(instance), ..taken }.into(),
        runs.into(),
    ]
}

fn unlucky() -> Vec<Event> {
    let fault = settled(3, Outcome::Network, Reason::NotReached);
    let later = vec![attempt_started(3), AttemptSettled { at: time(HOUR), ..fault }.into()];
    let (outcome, reason, provider_error, at) =
        (Outcome::Auth, Reason::NotPermitted, provider_error(), time(HOUR + 9));
    let failed = PreparationFailed { outcome, reason, provider_error, in_a_row: 1, not_before: at, at };
    let begin = vec![created_for(tenant_id(2), 2, "task", TOKYO), started()];
    [begin, miss(1), miss(2), later, vec![failed.into()]].concat()
}

async fn gathered(views: &Views, span: Span) -> Gathered {
    Moment::of(views).await.unwrap().gathered(span).await.unwrap()
}

fn of<'a>(gathered: &'a Gathered, name: &str) -> &'a OfTenant {
    gathered.tenants.iter().find(|each| each.name == name).unwrap()
}

#[tokio::test]
async fn each_tenant_has_its_own_figures_of_the_span() {
    let world = world().await;
    let views = world.level().await;
    let first = gathered(&views, hours(0, 1)).await;
    let tokyo = &of(&first, "tokyo").sums;
    assert_eq!((tokyo.attempts, tokyo.faults, tokyo.obtained), (1, 0, 1));
    assert_eq!(tokyo.by_outcome, [(Outcome::Accepted, 1)].into());
    assert_eq!(tokyo.tasks, Tasks { succeeded: 1, ..Tasks::default() });
    let osaka = &of(&first, "osaka").sums;
    assert_eq!((osaka.attempts, osaka.faults, osaka.obtained), (2, 0, 0));
    assert_eq!((osaka.failed_preparations, osaka.tasks.running), (0, 1));
    assert_eq!(of(&first, "seoul").sums, Sums::default());

    let second = gathered(&views, hours(1, 2)).await;
    let osaka = &of(&second, "osaka").sums;
    assert_eq!((osaka.attempts, osaka.faults, osaka.failed_preparations), (1, 1, 1));
    assert_eq!(of(&second, "tokyo").sums.attempts, 0);
    assert!(second.obtained.is_empty());
}

#[tokio::test]
async fn days_add_up_to_what_the_statistics_count() {
    let world = world().await;
    let views = world.level().await;
    let all = Moment::of(&views).await.unwrap().totals(&Filter::default()).await.unwrap();
    let [first, second, both] = [hours(0, 1), hours(1, 2), hours(-48, 48)];
    let sums = async |span| gathered(&views, span).await.figures().all;
    let (first, second, both) = (sums(first).await, sums(second).await, sums(both).await);
    assert_eq!((both.attempts, both.faults, both.obtained), (all.attempts, all.faults, all.granted));
    assert_eq!(first.attempts + second.attempts, both.attempts);
    assert_eq!(both.tasks, first.tasks, "tasks are counted as they are now");
}

#[tokio::test]
async fn what_was_got_is_told_with_its_names_and_addresses() {
    let world = world().await;
    let got = gathered(&world.level().await, hours(0, 1)).await.obtained;
    assert_eq!(got.len(), 1);
    let got = &got[0];
    assert_eq!((got.grab, got.tenant, got.at), (grab_id(1), tenant_id(1), time(90)));
    assert_eq!([&got.name, &got.tenant_name, &got.instance], ["抢ARM机器", "tokyo", "instance-1"]);
    assert_eq!([&got.region, &got.shape], [TOKYO, "VM.Standard.A1.Flex"]);
    assert_eq!((got.public_ip.as_deref(), got.private_ip.as_deref()), (Some("203.0.113.7"), None));
}

#[tokio::test]
async fn tenants_that_may_not_act_are_named() {
    let world = world().await;
    let suspended = gathered(&world.level().await, hours(0, 1)).await.suspended;
    let named: Vec<_> = suspended.iter().map(|each| (each.name.as_str(), each.reason)).collect();
    assert_eq!(named, [("osaka", SuspensionReason::KeyRejected)]);
}

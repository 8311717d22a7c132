//! Changing one's mind: other wishes, another moment, a place in the queue, off the lists.

use super::*;
use crate::SecretRef;

const OTHER: &str = "eu-frankfurt-1";
const SMALL: Size = Size { ocpus: 1.0, memory_gb: 6.0 };

fn edit(spec: Spec) -> Edit {
    Edit {
        name: None,
        spec: Some(spec),
        keep_root_password: true,
        keep_user_data: true,
        schedule: None,
        min_interval: Seconds(5),
        at: at(50),
    }
}

fn edited(spec: Spec) -> Event {
    Edited { name: "ARM".into(), spec, schedule: schedule(), at: at(50) }.into()
}

fn hurry(seconds: i64) -> Command {
    Command::Hurry { min_interval: Seconds(5), at: at(seconds) }
}

fn small() -> Spec {
    Spec { sizes: vec![SMALL], ..spec() }
}

/// Regions, domains and sizes of this many attempts in a row, each a miss.
fn tour(spec: Spec, count: u32) -> Vec<(String, String, Option<Size>)> {
    let created = Created { tenant: tenant(), name: "ARM".into(), spec, schedule: schedule(), at: at(0) };
    let mut grab = Grab::folded(&[created.into(), started(0)]);
    let (tokyo, frankfurt) = (["AD-1".into(), "AD-2".into()], ["EU-1".into()]);
    let sites =
        [Site { region: REGION, domains: Some(&tokyo) }, Site { region: OTHER, domains: Some(&frankfurt) }];
    let sites = &sites[..grab.order.as_ref().map_or(0, |order| order.goal.regions().len())];
    let attempts = (1..=count).map(|number| {
        let now = i64::from(number) * 100;
        let step = grab.plan(Surroundings { sites, ..around(now) });
        let Step::AttemptNow { aim, .. } = step else { panic!("{step:?} is not an attempt") };
        let Aim { region, availability_domain, size } = aim.clone();
        let target = Target { region, availability_domain, size, ..target("") };
        let (token, body_hash) = (format!("token-{number}"), "hash".into());
        grab.evolve(&AttemptStarted { number, token, target, body_hash, at: at(now) }.into());
        grab.evolve(&missed(number, now + 1));
        (aim.region, aim.availability_domain, aim.size)
    });
    attempts.collect()
}

#[test]
fn the_size_most_wanted_is_tried_in_every_domain_before_the_next() {
    let tour = tour(Spec { sizes: vec![SIZE, SMALL], ..spec() }, 5);
    let seen: Vec<_> = tour.iter().map(|(_, domain, size)| (domain.as_str(), *size)).collect();
    let (big, small) = (Some(SIZE), Some(SMALL));
    assert_eq!(seen, [("AD-1", big), ("AD-2", big), ("AD-1", small), ("AD-2", small), ("AD-1", big)]);
}

#[test]
fn regions_take_turns_before_their_second_domains_do() {
    let tour = tour(Spec { regions: vec![REGION.into(), OTHER.into()], ..spec() }, 4);
    let seen: Vec<_> = tour.iter().map(|(region, domain, _)| (region.as_str(), domain.as_str())).collect();
    assert_eq!(seen, [(REGION, "AD-1"), (OTHER, "EU-1"), (REGION, "AD-2"), (REGION, "AD-1")]);
}

#[test]
fn of_domains_that_are_named_each_region_takes_its_own() {
    let domains = vec!["AD-2".into(), "EU-1".into()];
    let regions = vec![REGION.into(), OTHER.into()];
    let tour = tour(Spec { regions, availability_domains: domains, ..spec() }, 3);
    let seen: Vec<_> = tour.iter().map(|(_, domain, _)| domain.as_str()).collect();
    assert_eq!(seen, ["AD-2", "EU-1", "AD-2"]);
}

#[test]
fn a_region_whose_domains_are_unknown_is_read_before_anything_is_tried() {
    let created = edited(Spec { regions: vec![REGION.into(), OTHER.into()], ..spec() });
    let grab = Grab::folded(&running([created]));
    let known = ["AD-1".into()];
    let sites = [Site { region: REGION, domains: Some(&known) }, Site { region: OTHER, domains: None }];
    let step = grab.plan(Surroundings { sites: &sites, ..around(200) });
    assert_eq!(step, Step::Prepare { region: OTHER.into() });
}

#[test]
fn an_image_id_or_a_subnet_is_of_one_region() {
    let regions = vec![REGION.to_owned(), OTHER.to_owned()];
    let faults = |spec: Spec| match Grab::folded(&running([])).decide(Command::Edit(Box::new(edit(spec)))) {
        Err(Refusal::Invalid(faults)) => faults.into_iter().map(|fault| fault.field.join(".")).collect(),
        other => panic!("{other:?}"),
    };
    let image: Vec<String> =
        faults(Spec { image: "ocid1.image.1".into(), regions: regions.clone(), ..spec() });
    assert_eq!(image, ["spec.image"]);
    let network = Network { subnet: Some("ocid1.subnet.1".into()), ..Network::default() };
    let subnet: Vec<String> = faults(Spec { regions, network, ..spec() });
    assert_eq!(subnet, ["spec.subnet"]);
    let twice: Vec<String> = faults(Spec { regions: vec![REGION.into(); 2], ..spec() });
    assert_eq!(twice, ["spec.regions"]);
}

#[test]
fn a_running_task_is_changed_from_its_next_attempt_on() {
    let given = running([asked(1, 5), missed(1, 6)]);
    check(&given, Command::Edit(Box::new(edit(small()))), Ok(vec![edited(small())]));
    let changed = running([asked(1, 5), missed(1, 6), edited(small())]);
    let aim = Aim { region: REGION.into(), availability_domain: "AD-1".into(), size: Some(SMALL) };
    assert_eq!(plan(&changed, 200), Step::AttemptNow { number: 2, aim });
}

#[test]
fn an_attempt_that_is_out_keeps_what_it_was_composed_of_until_it_is_settled() {
    let composed_of = |grab: &Grab| match &grab.have {
        Have::Asked(asked) => asked.composed_of.as_deref().cloned(),
        have => panic!("{have:?}"),
    };
    let mut grab = Grab::folded(&running([asked(1, 5)]));
    assert_eq!(composed_of(&grab), None, "it is the order's own");
    grab.evolve(&edited(small()));
    assert_eq!(composed_of(&grab), Some(spec()));
    grab.evolve(&edited(Spec { boot_volume_gb: 100, ..spec() }));
    assert_eq!(composed_of(&grab), Some(spec()), "however often it is changed");
    grab.evolve(&missed(1, 60));
    assert_eq!(grab.have, Have::Nothing);
}

#[test]
fn a_secret_is_needed_until_nothing_is_composed_of_it() {
    let with = |name: &str| Spec { root_password: Some(SecretRef(name.into())), ..spec() };
    let created =
        Created { tenant: tenant(), name: "ARM".into(), spec: with("old"), schedule: schedule(), at: at(0) };
    let mut grab = Grab::folded(&[created.into(), started(0), asked(1, 5), edited(with("new"))]);
    let names = |grab: &Grab| grab.secrets().iter().map(|name| name.0.clone()).collect::<Vec<_>>();
    assert_eq!(names(&grab), ["old", "new"]);
    grab.evolve(&missed(1, 60));
    assert_eq!(names(&grab), ["new"]);
    let stopped = Grab::folded(&[edited(with("new"))]);
    assert!(names(&stopped).is_empty());
    grab.evolve(&Deleted { at: at(99) }.into());
    assert!(names(&grab).is_empty());
}

#[test]
fn a_password_that_is_not_given_again_stays_unless_it_is_taken_away() {
    let secret = |name: &str| Some(SecretRef(name.into()));
    let sealed = Spec { root_password: secret("old"), user_data: secret("data"), ..spec() };
    let given = running([edited(sealed.clone())]);
    let kept = Spec { boot_volume_gb: 100, ..sealed.clone() };
    let bare = Spec { boot_volume_gb: 100, ..spec() };
    check(&given, Command::Edit(Box::new(edit(bare.clone()))), Ok(vec![edited(kept)]));
    let taken = Edit { keep_root_password: false, ..edit(bare.clone()) };
    let without = Spec { user_data: secret("data"), ..bare };
    check(&given, Command::Edit(Box::new(taken)), Ok(vec![edited(without)]));
}

#[test]
fn a_change_that_changes_nothing_is_none_and_a_bad_one_is_refused_whole() {
    let given = running([]);
    check(&given, Command::Edit(Box::new(edit(spec()))), Ok(vec![]));
    let bad = Edit { name: Some(String::new()), ..edit(Spec { boot_volume_gb: 1, ..spec() }) };
    match Grab::folded(&given).decide(Command::Edit(Box::new(bad))) {
        Err(Refusal::Invalid(violations)) => assert_eq!(violations.len(), 2),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_has_its_instance_is_changed_no_more() {
    let got = running([asked(1, 5), granted(1, 6), ran(1, 90)]);
    let refusal = Refusal::NotNow { action: Action::Update, state: State::Succeeded };
    check(&got, Command::Edit(Box::new(edit(small()))), Err(refusal));
}

#[test]
fn whoever_hurries_is_next_at_once_even_after_a_back_off() {
    let refused =
        AttemptSettled { not_before: Some(at(400)), ..bare(1, Outcome::Auth, Reason::KeyRejected, 6) };
    let given = running([asked(1, 5), refused.into()]);
    assert_eq!(plan(&given, 40), Step::WaitUntil(at(400)));
    check(&given, hurry(40), Ok(vec![hurried(40)]));
    let in_a_hurry = [given, vec![hurried(40)]].concat();
    assert_eq!(plan(&in_a_hurry, 40), attempt_in("AD-2", 2));
    check(&in_a_hurry, hurry(41), Ok(vec![]));
    let tried = [in_a_hurry, vec![asked(2, 42), missed(2, 43)]].concat();
    assert!(matches!(plan(&tried, 44), Step::WaitUntil(_)), "once is once");
}

#[test]
fn a_preparation_that_fails_in_a_hurry_is_not_repeated_at_once() {
    let failed = PreparationFailed {
        outcome: Outcome::Network,
        reason: Reason::NotReached,
        provider_error: error(),
        in_a_row: 1,
        not_before: at(50),
        at: at(41),
    };
    assert_eq!(
        plan(&running([asked(1, 5), missed(1, 6), hurried(40), failed.into()]), 42),
        Step::WaitUntil(at(50))
    );
}

#[test]
fn nobody_hurries_an_attempt_that_is_out_or_faster_than_the_configuration_allows() {
    check(&running([asked(1, 5)]), hurry(40), Err(Refusal::AttemptOut));
    check(&running([asked(1, 5), granted(1, 6)]), hurry(40), Err(Refusal::AttemptOut));
    let given = running([asked(1, 5), missed(1, 6)]);
    check(&given, hurry(9), Err(Refusal::TooSoon(at(10))));
    check(&given, hurry(10), Ok(vec![hurried(10)]));
    let closed = running_with(Schedule { start_at: Some(at(500)), ..schedule() }, []);
    check(&closed, hurry(40), Err(Refusal::TooSoon(at(500))));
    let paused = running([paused(Holder::Person, 5)]);
    check(&paused, hurry(40), Err(Refusal::NotNow { action: Action::AttemptNow, state: State::Paused }));
}

#[test]
fn a_task_without_a_place_is_pending_and_remembers_since_when() {
    let queue = Command::Queue { at: at(20) };
    let queued = Event::from(Queued { at: at(20) });
    for given in [vec![created()], running([stopped(5)]), running([gave_up(GaveUp::LimitReached, 5)])] {
        check(&given, queue.clone(), Ok(vec![queued.clone()]));
        let waiting = [given, vec![queued.clone()]].concat();
        let grab = Grab::folded(&waiting);
        assert_eq!((grab.state(), grab.queued_at()), (State::Pending, Some(at(20))));
        assert_eq!(grab.allowed_actions(), [Action::Pause, Action::Stop, Action::Update]);
        assert_eq!(plan(&waiting, 200), Step::Rest);
        check(&waiting, queue.clone(), Ok(vec![]));
        check(&waiting, Command::Start { at: at(30) }, Ok(vec![started(30)]));
        check(&waiting, Command::Stop { at: at(30) }, Ok(vec![stopped(30)]));
        assert_eq!(Grab::folded(&[waiting, vec![started(30)]].concat()).queued_at(), None);
    }
    check(&running([]), queue, Ok(vec![]));
}

#[test]
fn a_finished_task_is_deleted_and_is_then_no_more() {
    let delete = Command::Delete { at: at(99) };
    let deleted = Event::from(Deleted { at: at(99) });
    let got = running([asked(1, 5), granted(1, 6), ran(1, 90)]);
    for given in [vec![created()], running([stopped(5)]), running([gave_up(GaveUp::LimitReached, 5)]), got] {
        check(&given, delete.clone(), Ok(vec![deleted.clone()]));
        let gone = [given, vec![deleted.clone()]].concat();
        check(&gone, delete.clone(), Ok(vec![]));
        check(&gone, Command::Start { at: at(100) }, Err(Refusal::NoSuchTask));
        assert!(Grab::folded(&gone).allowed_actions().is_empty());
    }
    let running_still = Refusal::NotNow { action: Action::Delete, state: State::Running };
    check(&running([]), delete.clone(), Err(running_still));
    check(&running([asked(1, 5), stopped(6)]), delete, Err(Refusal::AttemptOut));
}

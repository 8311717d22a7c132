//! Reports of capacity: they say where to go first, and never keep an attempt from anywhere.

use berth_cloud::{
    Room,
    fake::{Answer, FakeCloud},
};
use berth_domain::grab::State;

use crate::world::{Stage, new_grab, order, play};

fn domains_tried(cloud: &FakeCloud) -> Vec<String> {
    cloud.launches().into_iter().map(|seen| seen.availability_domain).collect()
}

fn short(domains: &[String]) -> Vec<&str> {
    domains.iter().map(|name| name.rsplit('-').next().unwrap()).collect()
}

#[test]
fn the_first_launch_goes_where_the_report_says_that_there_is_room() {
    play([], async |stage| {
        stage.cloud.report("fake:AD-1", Room::Full);
        stage.cloud.report("fake:AD-2", Room::Available);
        let tenant = stage.tenant("tokyo").await;
        let id = stage.grab(tenant, 5).await;
        stage.until(id, State::Succeeded).await;
        assert_eq!(domains_tried(&stage.cloud), ["fake:AD-2"]);
        let reports = stage.cloud.reports();
        let asked: Vec<_> = reports.iter().map(|seen| seen.domain.as_str()).collect();
        assert_eq!(asked, ["fake:AD-1", "fake:AD-2", "fake:AD-3"]);
        assert_eq!(reports[0].sizes[0].shape, "VM.Standard.A1.Flex");
        assert_eq!((reports[0].sizes[0].ocpus, reports[0].sizes[0].memory_gb), (Some(4.0), Some(24.0)));
    });
}

#[test]
fn a_report_that_lies_keeps_nothing_from_any_domain() {
    play(vec![Answer::CAPACITY; 8], async |stage| {
        stage.cloud.report("fake:AD-1", Room::Unsupported);
        stage.cloud.report("fake:AD-2", Room::Full);
        stage.cloud.report("fake:AD-3", Room::Available);
        let tenant = stage.tenant("tokyo").await;
        let id = stage.grab(tenant, 5).await;
        stage.until(id, State::Succeeded).await;
        assert_eq!(short(&domains_tried(&stage.cloud)), ["3", "2", "1", "3", "2", "1", "3", "2", "1"]);
    });
}

/// Each new report turns two of the domains around. Gone by at once, it would lead past the third for ever.
#[test]
fn a_report_that_changes_its_mind_each_time_leaves_no_domain_out() {
    play(vec![Answer::CAPACITY; 1000], async |stage| {
        let say = |best: &str, second: &str| {
            stage.cloud.report(best, Room::Available);
            stage.cloud.report(second, Room::Unknown);
        };
        stage.cloud.report("fake:AD-3", Room::Full);
        say("fake:AD-1", "fake:AD-2");
        let tenant = stage.tenant("tokyo").await;
        stage.grab(tenant, 700).await;
        for round in 0..24 {
            match round % 2 {
                0 => say("fake:AD-1", "fake:AD-2"),
                _ => say("fake:AD-2", "fake:AD-1"),
            }
            stage.pass(700).await;
        }
        let tried = domains_tried(&stage.cloud);
        for domain in ["fake:AD-1", "fake:AD-2", "fake:AD-3"] {
            let times = tried.iter().filter(|name| *name == domain).count();
            assert!(times >= tried.len() / 4, "{domain} {times} times of {:?}", short(&tried));
        }
        assert!(stage.cloud.reports().len() > 30, "{}", stage.cloud.reports().len());
    });
}

#[test]
fn who_may_not_ask_goes_on_as_without_and_asks_once_a_day() {
    play(vec![Answer::CAPACITY; 10_000], async |stage| {
        stage.cloud.refuse_reports(Some(Answer::NO_POLICY));
        let tenant = stage.tenant("tokyo").await;
        stage.grab(tenant, 300).await;
        stage.pass(3600).await;
        let tried = domains_tried(&stage.cloud);
        assert_eq!(short(&tried[..4]), ["1", "2", "3", "1"]);
        assert!(tried.len() >= 9, "{}", tried.len());
        assert_eq!(stage.cloud.reports().len(), 1, "after the first refusal nothing more is asked");
        stage.pass(86_400).await;
        assert_eq!(stage.cloud.reports().len(), 2, "a day later a policy may have been made");
    });
}

#[test]
fn a_report_is_asked_for_at_most_once_in_ten_minutes_whatever_became_of_it() {
    play(vec![Answer::CAPACITY; 10_000], async |stage| {
        let tenant = stage.tenant("tokyo").await;
        stage.grab(tenant, 20).await;
        stage.app.grabs.create(new_grab(tenant, 20), order("same-size")).await.unwrap();
        stage.pass(500).await;
        assert_eq!(stage.cloud.reports().len(), 3, "two tasks of one size ask once, for three domains");
        stage.cloud.refuse_reports(Some(Answer::FAULT));
        stage.pass(600).await;
        assert_eq!(stage.cloud.reports().len(), 4, "a service that fails is not asked for the other domains");
        stage.pass(600).await;
        assert_eq!(stage.cloud.reports().len(), 5, "it is asked again in its time");
    });
}

#[test]
fn no_report_is_asked_for_where_there_is_nothing_to_choose() {
    let one = FakeCloud::new([]).with_domains(&["fake:AD-1"]);
    berth_actors::testing::on_virtual_time(async move {
        let stage = Stage::new(one, berth_app::Settings::default()).await;
        let tenant = stage.tenant("tokyo").await;
        let id = stage.grab(tenant, 5).await;
        stage.until(id, State::Succeeded).await;
        assert!(stage.cloud.reports().is_empty());
    });
    play([], async |stage| {
        stage.cloud.report("fake:AD-3", Room::Available);
        let tenant = stage.tenant("tokyo").await;
        let mut named = new_grab(tenant, 5);
        named.spec.availability_domains = vec!["fake:AD-2".into(), "fake:AD-1".into()];
        let id = stage.app.grabs.create(named, order("named")).await.unwrap().id;
        stage.until(id, State::Succeeded).await;
        assert_eq!(
            domains_tried(&stage.cloud),
            ["fake:AD-2"],
            "whoever names domains has chosen their order"
        );
        assert!(stage.cloud.reports().is_empty());
    });
}

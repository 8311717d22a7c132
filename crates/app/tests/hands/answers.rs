//! Every answer that is easily misread, and what becomes of it: limits, keys, accounts, rights, shapes, faults.

use crate::world::{Stage, order, play};
use berth_cloud::{Limit, fake::Answer};
use berth_domain::{
    GrabId, Refused, TenantId, Trouble,
    grab::{Event, GaveUp, Grab, Holder, Outcome, Reason, State, Wish, state_hint, state_reason},
    tenant::{Status, SuspensionReason},
};

const QUOTA: Answer = Answer::refuse(400, "QuotaExceeded", "bootVolumeQuota");
const BAD_FIELD: Answer = Answer::refuse(400, "InvalidParameter", "Invalid imageId");
const NOT_PERMITTED: Answer = Answer::refuse(403, "NotAuthorized", "no policy");
const HOME_REGION: Answer = Answer::refuse(403, "NotAllowed", "must be directed at the home region");
const BUSY: Answer = Answer::refuse(409, "IncorrectState", "");
const CONFLICT: Answer = Answer::refuse(409, "Conflict", "");

fn a1(used: f64) -> [Limit; 2] {
    let limit = |name: &str, used, total| Limit { name: name.into(), availability_domain: None, total, used };
    [limit("standard-a1-core-count", used, 4.0), limit("standard-a1-memory-count", used * 6.0, 24.0)]
}

async fn tenant_and_task(stage: &Stage) -> (TenantId, GrabId) {
    let tenant = stage.tenant("tokyo").await;
    (tenant, stage.grab(tenant, 5).await)
}

/// Waits for so many launches and until the last of them is settled.
async fn launched(stage: &Stage, count: usize) {
    while stage.cloud.launches().len() < count {
        stage.pass(1).await;
    }
    stage.pass(1).await;
}

fn count(history: &[Event], is: impl Fn(&Event) -> bool) -> usize {
    history.iter().filter(|event| is(event)).count()
}

/// People are told what it was and what to do, in both languages.
fn told(grab: &Grab) {
    for text in [Some(state_reason(grab)), state_hint(grab)] {
        let text = text.unwrap_or_else(|| panic!("no hint for {:?}: {:?}", grab.state(), grab.last));
        assert!(!text.english.is_empty() && !text.chinese.is_ascii(), "{text:?}");
    }
}

#[test]
fn a_limit_that_is_not_used_up_is_a_false_alarm_and_the_task_goes_on() {
    play([Answer::CAPACITY, Answer::LIMIT, Answer::CAPACITY], async |stage| {
        stage.cloud.set_limits(a1(0.0));
        let (_, id) = tenant_and_task(&stage).await;
        launched(&stage, 2).await;
        told(&stage.state(id).await);
        stage.pass(590).await;
        assert_eq!(stage.cloud.launches().len(), 2, "it cools down for ten minutes");
        let grab = stage.until(id, State::Succeeded).await;
        assert_eq!((grab.tally.attempts, grab.false_limits), (4, 1));
        let history = stage.history(id).await;
        assert_eq!(count(&history, |event| matches!(event, Event::LimitChecked(_))), 1, "told once");
    });
}

#[test]
fn however_often_a_false_limit_is_named_the_task_goes_on() {
    play(vec![Answer::LIMIT; 6], async |stage| {
        stage.cloud.set_limits(a1(0.0));
        let (_, id) = tenant_and_task(&stage).await;
        assert_eq!(stage.until(id, State::Succeeded).await.false_limits, 6);
    });
}

#[test]
fn a_limit_that_is_used_up_ends_the_task_and_says_which() {
    play([Answer::LIMIT], async |stage| {
        stage.cloud.set_limits(a1(4.0));
        let (_, id) = tenant_and_task(&stage).await;
        let grab = stage.until(id, State::Failed).await;
        assert_eq!(grab.wish, Wish::GivenUp(GaveUp::LimitReached));
        assert!(
            state_reason(&grab).english.contains("standard-a1-core-count 4/4"),
            "{:?}",
            state_reason(&grab)
        );
        assert_eq!(stage.cloud.launches().len(), 1);
        told(&grab);
    });
}

#[test]
fn a_limit_of_which_nothing_can_be_seen_proves_nothing() {
    play([Answer::LIMIT], async |stage| {
        let (_, id) = tenant_and_task(&stage).await;
        stage.until(id, State::Succeeded).await;
    });
}

#[test]
fn a_limit_is_looked_into_when_the_network_is_back() {
    play([Answer::LIMIT], async |stage| {
        stage.cloud.set_limits(a1(4.0));
        let (_, id) = tenant_and_task(&stage).await;
        launched(&stage, 1).await;
        stage.cloud.cut_off(true);
        stage.pass(1200).await;
        assert_eq!(stage.state(id).await.state(), State::Running);
        assert_eq!(stage.cloud.launches().len(), 1, "nothing is tried before it is looked into");
        stage.cloud.cut_off(false);
        stage.until(id, State::Failed).await;
    });
}

#[test]
fn a_crash_before_the_limit_is_looked_into_changes_nothing() {
    play([Answer::LIMIT], async |mut stage| {
        stage.cloud.set_limits(a1(4.0));
        let (_, id) = tenant_and_task(&stage).await;
        launched(&stage, 1).await;
        stage.restart().await;
        let grab = stage.until(id, State::Failed).await;
        assert_eq!(grab.wish, Wish::GivenUp(GaveUp::LimitReached));
    });
}

#[test]
fn a_quota_ends_the_task_at_once_and_says_which() {
    play([QUOTA], async |stage| {
        let (_, id) = tenant_and_task(&stage).await;
        let grab = stage.until(id, State::Failed).await;
        assert_eq!(grab.wish, Wish::GivenUp(GaveUp::QuotaExceeded));
        assert!(state_reason(&grab).chinese.contains("bootVolumeQuota"), "{:?}", state_reason(&grab));
        told(&grab);
    });
}

#[test]
fn a_request_found_invalid_is_confirmed_once_and_the_field_is_shown() {
    for answer in [BAD_FIELD, CONFLICT] {
        play([answer.clone(), answer.clone()], async |stage| {
            let (_, id) = tenant_and_task(&stage).await;
            let grab = stage.until(id, State::Failed).await;
            assert_eq!((grab.wish, grab.tally.attempts), (Wish::GivenUp(GaveUp::RequestRefused), 2));
            if answer == BAD_FIELD {
                assert!(state_reason(&grab).english.contains("Invalid imageId"));
            }
            told(&grab);
        });
    }
}

#[test]
fn a_bad_key_is_tried_three_times_over_ten_minutes_and_then_its_tasks_are_held() {
    play(vec![Answer::REJECT_KEY; 9], async |stage| {
        let (tenant, id) = tenant_and_task(&stage).await;
        launched(&stage, 1).await;
        told(&stage.state(id).await);
        let began = stage.clock.now_ms();
        let grab = stage.until(id, State::Paused).await;
        let minutes = (stage.clock.now_ms() - began) / 60_000;
        assert!((9..=11).contains(&minutes), "{minutes} minutes");
        assert_eq!(stage.cloud.launches().len(), 3);
        assert_eq!(grab.wish, Wish::Paused(Holder::Tenant), "held, not deleted");
        assert_eq!(stage.tenant_state(tenant).await.status, Status::Suspended(SuspensionReason::KeyRejected));
        told(&grab);
    });
}

#[test]
fn a_clock_that_is_wrong_is_told_from_a_bad_key() {
    play(vec![Answer::CAPACITY; 9], async |stage| {
        let (tenant, id) = tenant_and_task(&stage).await;
        launched(&stage, 1).await;
        let refused = Refused {
            status: 401,
            code: "NotAuthenticated".into(),
            clock_skew: Some(-3600),
            ..Refused::default()
        };
        stage.cloud.refuse_all(Some(Trouble::Refused(refused)));
        let grab = stage.until(id, State::Paused).await;
        assert_eq!(grab.last.and_then(|last| last.reason), Some(Reason::ClockSkew));
        assert_eq!(stage.tenant_state(tenant).await.status, Status::Suspended(SuspensionReason::ClockSkew));

        stage.cloud.refuse_all(None);
        stage.app.tenants.test(tenant, order("test")).await.unwrap();
        stage.until(id, State::Succeeded).await;
    });
}

#[test]
fn a_right_that_is_missing_holds_the_task_alone_and_not_its_tenant() {
    for answer in [NOT_PERMITTED, HOME_REGION] {
        play(vec![answer; 3], async |stage| {
            let (tenant, id) = tenant_and_task(&stage).await;
            let grab = stage.until(id, State::Paused).await;
            assert_eq!(grab.wish, Wish::Paused(Holder::Permission));
            assert_eq!(stage.tenant_state(tenant).await.status, Status::Active);
            told(&grab);
            stage.pass(3600).await;
            assert_eq!(stage.cloud.launches().len(), 3);
            stage.app.grabs.resume(id, order("resume")).await.unwrap();
            stage.until(id, State::Succeeded).await;
        });
    }
}

#[test]
fn a_closed_account_halts_its_tenant_at_once() {
    play(vec![Answer::CAPACITY; 30], async |stage| {
        let (tenant, id) = tenant_and_task(&stage).await;
        let other = stage.grab(tenant, 5).await;
        launched(&stage, 3).await;
        stage.cloud.refuse_all(Answer::NO_POLICY.trouble());
        let since = stage.clock.now_ms();
        stage.until(id, State::Paused).await;
        stage.until(other, State::Paused).await;
        assert!(stage.clock.now_ms() - since < 30_000, "at once");
        assert_eq!(
            stage.tenant_state(tenant).await.status,
            Status::Suspended(SuspensionReason::AccountSuspended)
        );
        told(&stage.state(id).await);

        stage.cloud.refuse_all(None);
        stage.app.tenants.test(tenant, order("test")).await.unwrap();
        stage.until(id, State::Succeeded).await;
    });
}

#[test]
fn a_wrong_id_in_an_open_account_ends_the_task_after_one_confirmation() {
    play([Answer::NO_POLICY, Answer::NO_POLICY], async |stage| {
        let (tenant, id) = tenant_and_task(&stage).await;
        let grab = stage.until(id, State::Failed).await;
        assert_eq!((grab.wish, grab.tally.attempts), (Wish::GivenUp(GaveUp::RequestRefused), 2));
        assert_eq!(stage.tenant_state(tenant).await.status, Status::Active);
        told(&grab);
    });
}

#[test]
fn an_id_that_was_only_out_of_date_is_read_anew_and_the_task_goes_on() {
    play([Answer::NO_POLICY, Answer::CAPACITY], async |stage| {
        let (_, id) = tenant_and_task(&stage).await;
        stage.until(id, State::Succeeded).await;
    });
}

#[test]
fn a_domain_without_the_shape_is_asked_again_after_a_day() {
    play([vec![Answer::NO_SHAPE], vec![Answer::CAPACITY; 30]].concat(), async |stage| {
        let tenant = stage.tenant("tokyo").await;
        stage.grab(tenant, 3600).await;
        stage.pass(30 * 3600).await;
        let launches = stage.cloud.launches();
        let turns: Vec<_> = (0..launches.len())
            .filter(|turn| launches[*turn].availability_domain == launches[0].availability_domain)
            .collect();
        assert_eq!(turns[0], 0);
        assert!((20..30).contains(&turns[1]), "after some 24 hours: {turns:?}");
    });
}

#[test]
fn a_shape_that_no_domain_offers_ends_the_task_and_says_so() {
    play(vec![Answer::NO_SHAPE; 3], async |stage| {
        let (_, id) = tenant_and_task(&stage).await;
        let grab = stage.until(id, State::Failed).await;
        assert_eq!((grab.wish, grab.tally.attempts), (Wish::GivenUp(GaveUp::NoDomainOffersShape), 3));
        told(&grab);
    });
}

#[test]
fn a_busy_cloud_and_a_network_that_is_away_are_backed_off_from_and_spend_no_miss() {
    for (answer, outcome) in [(BUSY, Outcome::ServerFault), (Answer::Unreached, Outcome::Network)] {
        play(vec![answer.clone(); 4], async |stage| {
            let (_, id) = tenant_and_task(&stage).await;
            let began = stage.clock.now_ms();
            let grab = stage.until(id, State::Succeeded).await;
            assert_eq!(grab.tally.by_outcome[&outcome], 4);
            assert_eq!(grab.tally.by_outcome.get(&Outcome::Capacity), None);
            assert!(stage.clock.now_ms() - began >= 75_000, "5, 10, 20 and 40 seconds");
        });
    }
}

#[test]
fn a_gateway_that_fails_leaves_doubt_that_is_found_out_before_anything_else() {
    for status in [500, 502, 503, 504] {
        play(vec![Answer::refuse(status, "", "<html>"); 4], async |stage| {
            let (_, id) = tenant_and_task(&stage).await;
            launched(&stage, 1).await;
            told(&stage.state(id).await);
            let grab = stage.until(id, State::Succeeded).await;
            assert_eq!(grab.tally.by_outcome[&Outcome::ServerFault], 1, "{status}");
            let launches = stage.cloud.launches();
            assert!(launches[..4].iter().all(|seen| seen.token == launches[0].token), "its own token");
            assert_eq!(stage.cloud.alive().len(), 1);
        });
    }
}

#[test]
fn faults_in_a_row_raise_one_alarm() {
    play(vec![Answer::Unreached; 12], async |stage| {
        let (_, id) = tenant_and_task(&stage).await;
        stage.until(id, State::Succeeded).await;
        let history = stage.history(id).await;
        let raised: Vec<_> = history
            .iter()
            .filter_map(|event| match event {
                Event::AlarmRaised(raised) => Some((raised.faults, raised.outcome)),
                _ => None,
            })
            .collect();
        assert_eq!(raised, [(5, Outcome::Network)]);
    });
}

#[test]
fn an_instance_that_finds_no_place_is_released_after_ten_minutes_and_counts_as_a_miss() {
    play([Answer::GrantUnplaced], async |stage| {
        let (_, id) = tenant_and_task(&stage).await;
        launched(&stage, 1).await;
        let stuck = stage.cloud.alive()[0].id.clone();
        stage.pass(580).await;
        assert!(stage.cloud.terminations().is_empty(), "it has ten minutes");
        let grab = stage.until(id, State::Succeeded).await;
        assert_eq!(stage.cloud.terminations(), [stuck]);
        assert_eq!((grab.tally.by_outcome[&Outcome::Capacity], grab.tally.faults), (1, 0));
        assert_eq!(stage.cloud.alive().len(), 1);
        let history = stage.history(id).await;
        let asked = history.iter().position(|event| matches!(event, Event::ReleaseAsked(_)));
        let lost = history.iter().position(|event| matches!(event, Event::InstanceLost(_)));
        let next = history.iter().rposition(|event| matches!(event, Event::AttemptStarted(_)));
        assert!(asked < lost && lost < next, "{asked:?} {lost:?} {next:?}");
    });
}

#[test]
fn nothing_new_is_tried_while_a_release_is_refused_or_its_answer_is_lost() {
    play([Answer::GrantUnplaced], async |stage| {
        stage.cloud.answer_terminations([Answer::WRONG_STATE, Answer::Unheard, Answer::FAULT]);
        let (_, id) = tenant_and_task(&stage).await;
        while stage.cloud.terminations().len() < 3 {
            stage.pass(5).await;
            assert!(stage.cloud.launches().len() <= 1);
        }
        stage.until(id, State::Succeeded).await;
        assert_eq!((stage.cloud.terminations().len(), stage.cloud.alive().len()), (4, 1));
    });
}

#[test]
fn a_release_that_was_asked_for_before_a_crash_is_followed_after_it() {
    play([Answer::GrantUnplaced], async |mut stage| {
        stage.cloud.answer_terminations([Answer::GrantUnheard]);
        let (_, id) = tenant_and_task(&stage).await;
        while stage.cloud.terminations().is_empty() {
            stage.pass(1).await;
        }
        stage.restart().await;
        let grab = stage.until(id, State::Succeeded).await;
        assert_eq!((grab.tally.by_outcome[&Outcome::Capacity], stage.cloud.alive().len()), (1, 1));
    });
}

#[test]
fn a_work_request_that_failed_without_leaving_an_instance_is_read_like_an_answer() {
    for (words, outcome) in
        [("Out of host capacity.", Outcome::Capacity), ("An internal error occurred.", Outcome::ServerFault)]
    {
        play([Answer::GrantThenEnd(words), Answer::Grant], async |stage| {
            let (_, id) = tenant_and_task(&stage).await;
            while stage.cloud.launches().is_empty() {
                stage.clock.sleep(std::time::Duration::from_millis(10)).await;
            }
            stage.cloud.hide("fake.instance.1");
            let began = stage.clock.now_ms();
            let grab = stage.until(id, State::Succeeded).await;
            assert_eq!(grab.tally.by_outcome[&outcome], 1);
            assert!(stage.clock.now_ms() - began < 120_000, "nobody waits ten minutes for what has failed");
            assert!(matches!(&grab.held[..], [held] if held.number == 2));
        });
    }
}

//! Given, when, then: what a tenant's pace promises, a sentence a test. Callers and their cloud are played to the hundredth second.

use super::{bucket::FLOOR_PER_SECOND, *};

const TICK_MS: i64 = 10;
/// How long the cloud takes to answer.
const ANSWER_MS: i64 = 150;
const STORM_MS: i64 = 300_000;

fn at(milliseconds: i64) -> Timestamp {
    Timestamp::from_millis(1_700_000_000_000 + milliseconds)
}

fn too_many(region: &str) -> Slowdown<'_> {
    Slowdown { scope: Scope::User, region, retry_after: None, chance: 0.5 }
}

/// When everybody who asked at once is served, if nothing happens in between.
fn served(pace: &mut Pace, until: Timestamp) -> Vec<(Ticket, Timestamp)> {
    let (mut now, mut served) = (at(0), vec![]);
    loop {
        match pace.next(now) {
            Next::Serve(ticket) => served.push((ticket, now)),
            Next::At(moment) if moment <= until => now = moment,
            Next::At(_) | Next::Nobody => return served,
        }
    }
}

/// What a caller does at a moment.
#[derive(Clone, Copy)]
enum Doing {
    Resting(i64),
    Waiting(Ticket),
    Calling(i64),
}

/// So many callers of one region, each with this interval, before, in and after a storm.
struct Play {
    callers: i64,
    interval: i64,
    chance: f64,
}

impl Play {
    /// When calls were made, in milliseconds: the storm begins at `STORM_MS` and lasts as long.
    fn calls(&self) -> Vec<i64> {
        let mut pace = Pace::new(10.0, at(0));
        let phase = |caller| Doing::Resting(caller * self.interval / self.callers);
        let mut callers: Vec<_> = (0..self.callers).map(phase).collect();
        let mut calls = vec![];
        for now in (0..3 * STORM_MS).step_by(10) {
            for caller in &mut callers {
                *caller = self.moved(*caller, now, &mut pace);
            }
            while let Next::Serve(ticket) = pace.next(at(now)) {
                let is_it = |caller: &&mut Doing| matches!(caller, Doing::Waiting(own) if *own == ticket);
                *callers.iter_mut().find(is_it).expect("who is served waits") = Doing::Calling(now);
                calls.push(now);
            }
        }
        calls
    }

    fn moved(&self, caller: Doing, now: i64, pace: &mut Pace) -> Doing {
        match caller {
            Doing::Resting(until) if now >= until => Doing::Waiting(pace.ask("tokyo", at(now))),
            Doing::Calling(since) if now - since >= ANSWER_MS => {
                if (STORM_MS..2 * STORM_MS).contains(&since) {
                    pace.throttled(&Slowdown { chance: self.chance, ..too_many("tokyo") }, at(now));
                } else {
                    pace.answered("tokyo", at(now));
                }
                Doing::Resting(since + self.interval.max(TICK_MS))
            }
            same => same,
        }
    }
}

fn count(calls: &[i64], span: std::ops::Range<i64>) -> usize {
    calls.iter().filter(|call| span.contains(call)).count()
}

#[test]
fn a_minute_after_a_storm_of_five_minutes_four_fifths_of_the_old_rate_are_back() {
    for (callers, interval) in [(30, 0), (20, 5_000), (50, 60_000), (10, 20_000)] {
        for chance in [0.0, 0.5, 0.999] {
            let calls = Play { callers, interval, chance }.calls();
            let before = count(&calls, STORM_MS - 60_000..STORM_MS);
            let after = count(&calls, 2 * STORM_MS + 60_000..2 * STORM_MS + 120_000);
            let told = format!("{callers} callers each {interval} ms, chance {chance}");
            assert!(after * 5 >= before * 4, "{told}: {after} calls in the second minute, {before} before");
            let within = count(&calls, STORM_MS..2 * STORM_MS);
            assert!(within <= 90, "{told}: {within} calls into the storm");
        }
    }
}

#[test]
fn after_so_many_throttles_that_the_rate_fell_to_the_floor_it_is_back_within_a_minute_too() {
    let mut pace = Pace::new(10.0, at(0));
    let mut now = 0;
    for _ in 0..600 {
        pace.ask("tokyo", at(now));
        assert!(matches!(pace.next(at(now)), Next::Serve(_)));
        now += 110;
    }
    let old = pace.regions(at(now)).next().expect("it was called").1.rate;
    let mut last = now;
    for _ in 0..40 {
        last = pace.throttled(&too_many("tokyo"), at(now)).since(at(0));
        (now, last) = (last, now);
    }
    let rate = |at| pace.regions(at).next().expect("it was called").1.rate;
    assert!((rate(at(last)) - FLOOR_PER_SECOND).abs() < 1e-9, "one call in five minutes: {}", rate(at(last)));
    assert!(rate(at(last + 60_000)) >= 0.8 * old, "{} of {old}", rate(at(last + 60_000)));
}

#[test]
fn a_throttle_of_the_user_holds_back_its_region_and_no_other() {
    let mut pace = Pace::new(10.0, at(0));
    let (tokyo, osaka) = (pace.ask("tokyo", at(0)), pace.ask("osaka", at(0)));
    let until = pace.throttled(&too_many("tokyo"), at(0));
    assert!(until >= at(1_000) && until <= at(30_000));
    let served = served(&mut pace, at(60_000));
    assert_eq!(served[0], (osaka, at(0)));
    assert!(served[1].0 == tokyo && served[1].1 >= until, "{served:?}");
    assert_eq!(pace.tenancy(at(0)).frozen_until, None);
}

#[test]
fn a_throttle_of_the_tenancy_holds_back_every_region() {
    let mut pace = Pace::new(10.0, at(0));
    pace.ask("tokyo", at(0));
    pace.ask("osaka", at(0));
    let until = pace.throttled(&Slowdown { scope: Scope::Tenancy, ..too_many("tokyo") }, at(0));
    assert!(served(&mut pace, at(60_000)).iter().all(|(_, moment)| *moment >= until));
    assert_eq!(pace.tenancy(at(0)).frozen_until, Some(until));
}

#[test]
fn a_throttle_halves_what_was_really_used_and_not_what_was_allowed() {
    let mut pace = Pace::new(10.0, at(0));
    for second in 0..60 {
        pace.ask("tokyo", at(second * 1000));
        pace.next(at(second * 1000));
    }
    pace.throttled(&too_many("tokyo"), at(60_000));
    let rate = pace.regions(at(60_000)).next().expect("it was called").1.rate;
    assert!(rate > 0.4 && rate < 0.6, "half of about one a second: {rate}");
}

#[test]
fn throttles_that_answer_calls_from_before_the_freeze_are_the_same_news() {
    let mut pace = Pace::new(10.0, at(0));
    for second in 0..60 {
        pace.ask("tokyo", at(second * 1000));
        pace.next(at(second * 1000));
    }
    let until = pace.throttled(&too_many("tokyo"), at(60_000));
    let rate = pace.regions(at(60_000)).next().expect("it was called").1.rate;
    for _ in 0..10 {
        assert_eq!(pace.throttled(&Slowdown { chance: 0.9, ..too_many("tokyo") }, at(60_100)), until);
    }
    assert!((pace.regions(at(60_100)).next().expect("it was called").1.rate - rate).abs() < 1e-9);
    let named = Slowdown { retry_after: Some(Seconds(90)), ..too_many("tokyo") };
    assert_eq!(pace.throttled(&named, at(60_100)), at(150_100), "a time that the cloud names is obeyed");
}

#[test]
fn the_clouds_own_retry_after_is_obeyed_up_to_an_hour() {
    let throttled = |seconds| {
        let named = Slowdown { retry_after: Some(Seconds(seconds)), ..too_many("tokyo") };
        Pace::new(10.0, at(0)).throttled(&named, at(0))
    };
    assert_eq!(throttled(17), at(17_000));
    assert_eq!(throttled(0), at(1_000));
    assert_eq!(throttled(u32::MAX), at(3_600_000));
}

#[test]
fn who_waits_through_a_throttle_is_served_in_the_old_order() {
    let mut pace = Pace::new(10.0, at(0));
    let early: Vec<_> = (0..5).map(|_| pace.ask("tokyo", at(0))).collect();
    pace.throttled(&too_many("tokyo"), at(0));
    let late: Vec<_> = (0..5).map(|_| pace.ask("tokyo", at(0))).collect();
    let order: Vec<_> = served(&mut pace, at(600_000)).into_iter().map(|(ticket, _)| ticket).collect();
    assert_eq!(order, [early, late].concat());
}

#[test]
fn who_goes_away_costs_nobody_a_call() {
    let mut pace = Pace::new(10.0, at(0));
    let (gone, stays) = (pace.ask("tokyo", at(0)), pace.ask("tokyo", at(0)));
    pace.withdraw(gone);
    assert_eq!(served(&mut pace, at(60_000)), [(stays, at(0))]);
}

#[test]
fn above_the_last_good_rate_it_grows_by_a_twentieth_a_minute_while_calls_are_answered() {
    let mut pace = Pace::new(10.0, at(0));
    for second in 0..60 {
        pace.ask("tokyo", at(second * 1000));
        pace.next(at(second * 1000));
    }
    pace.throttled(&Slowdown { chance: 0.0, ..too_many("tokyo") }, at(60_000));
    let rate = |pace: &Pace, now| pace.regions(at(now)).next().expect("it was called").1.rate;
    let good = rate(&pace, 100_000);
    assert!(good > 0.8 && good < 1.1, "what was used before: {good}");
    assert!((rate(&pace, 3_600_000) - good).abs() < 1e-9, "an idle hour proves nothing");
    for minute in 2..12 {
        pace.answered("tokyo", at(minute * 60_000));
    }
    let grown = rate(&pace, 12 * 60_000);
    assert!(grown > 1.3 * good && grown < 1.8 * good, "{grown} after ten minutes, {good} before");
}

#[test]
fn a_freeze_known_from_before_a_restart_lasts_an_hour_at_most() {
    let mut pace = Pace::new(10.0, at(0));
    pace.freeze(Scope::User, "tokyo", at(60_000), at(0));
    pace.freeze(Scope::User, "osaka", at(86_400_000), at(0));
    let frozen: Vec<_> = pace.regions(at(0)).map(|(name, budget)| (name, budget.frozen_until)).collect();
    assert_eq!(frozen, [("osaka", Some(at(3_600_000))), ("tokyo", Some(at(60_000)))]);
}

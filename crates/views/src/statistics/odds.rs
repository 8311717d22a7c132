//! What the past says about the chances at one place: how often instances were granted there, and at which hours.
//!
//! No forecast: clouds add room when they do. But rooms open at habitual hours, and who knows them asks then.

use std::collections::BTreeMap;

use berth_domain::{TenantId, Text, Timestamp};

const MINUTE_MS: i64 = 60_000;
const HOURS: usize = 24;
/// Hours further apart than this are no habit.
const LONGEST_WINDOW: usize = 6;
/// One grant is no habit either.
const FEWEST: u64 = 2;

/// What was tried and what was got in a span of time, of which odds are made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// By tenant, region and shape; under no tenant is everybody's.
    attempts: BTreeMap<(Option<TenantId>, String, String), u64>,
    grants: Vec<Grant>,
}

/// An instance that was seen running.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Grant {
    pub(super) tenant: TenantId,
    pub(super) region: String,
    pub(super) shape: String,
    pub(super) at: Timestamp,
}

/// How a place has been. Hours are those of a day that is so many minutes ahead of UTC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Odds {
    pub region: String,
    /// Any shape when absent.
    pub shape: Option<String>,
    pub days: u32,
    pub utc_offset_minutes: i32,
    pub attempts: u64,
    pub grants: u64,
    /// Grants by the hour of the day.
    pub by_hour: [u64; HOURS],
    /// Where most of them fall, if they do.
    pub window: Option<Window>,
}

/// Hours in a row, which may pass midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The hour it begins with.
    pub from: u32,
    /// The hour it ends before.
    pub to: u32,
    pub grants: u64,
}

impl Record {
    pub(super) fn tried(&mut self, tenant: Option<TenantId>, region: String, shape: String, attempts: u64) {
        *self.attempts.entry((tenant, region, shape)).or_default() += attempts;
    }

    pub(super) fn granted(&mut self, grant: Grant) {
        self.grants.push(grant);
    }

    /// Of one tenant or of everybody, over the days that the record spans.
    pub fn odds(
        &self,
        tenant: Option<TenantId>,
        (region, shape): (&str, Option<&str>),
        days: u32,
        utc_offset_minutes: i32,
    ) -> Odds {
        let fits = |other: &str| shape.is_none_or(|shape| shape == other);
        let tried = self
            .attempts
            .iter()
            .filter(|((whose, place, what), _)| *whose == tenant && place == region && fits(what));
        let attempts = tried.map(|(_, attempts)| attempts).sum();
        let mut by_hour = [0; HOURS];
        for grant in &self.grants {
            if tenant.is_none_or(|tenant| tenant == grant.tenant)
                && grant.region == region
                && fits(&grant.shape)
            {
                by_hour[hour_of_day(grant.at, utc_offset_minutes)] += 1;
            }
        }
        Odds {
            region: region.to_owned(),
            shape: shape.map(ToOwned::to_owned),
            days,
            utc_offset_minutes,
            attempts,
            grants: by_hour.iter().sum(),
            by_hour,
            window: window(&by_hour),
        }
    }
}

fn hour_of_day(at: Timestamp, utc_offset_minutes: i32) -> usize {
    let hour = (at.millis() + i64::from(utc_offset_minutes) * MINUTE_MS).div_euclid(60 * MINUTE_MS);
    usize::try_from(hour.rem_euclid(24)).unwrap_or_default()
}

/// The fewest hours in a row that hold more than half of all grants: of several, those that hold most, and then the earliest.
fn window(by_hour: &[u64; HOURS]) -> Option<Window> {
    let all: u64 = by_hour.iter().sum();
    let held =
        |from: usize, length: usize| -> u64 { (from..from + length).map(|hour| by_hour[hour % HOURS]).sum() };
    (1..=LONGEST_WINDOW).filter(|_| all >= FEWEST).find_map(|length| {
        let best = (0..HOURS).rev().max_by_key(|from| held(*from, length))?;
        let grants = held(best, length);
        let hour = |hour: usize| u32::try_from(hour % HOURS).unwrap_or_default();
        (grants * 2 > all).then(|| Window { from: hour(best), to: hour(best + length), grants })
    })
}

impl Odds {
    /// One sentence for the screen beside a wish.
    pub fn sentence(&self) -> Text {
        let Self { region, days, attempts, grants, .. } = self;
        let what = self.shape.as_ref();
        let english = what.map(|shape| format!(" of {shape}")).unwrap_or_default();
        let chinese = what.map(|shape| format!(" {shape}")).unwrap_or_default();
        match (grants, attempts) {
            (0, 0) => Text::new(
                format!("last {days} days: nothing{english} was tried in {region}"),
                format!("最近 {days} 天：{region} 没有尝试过{chinese}"),
            ),
            (0, _) => Text::new(
                format!(
                    "last {days} days: no grant{english} in {region} in {}",
                    counted(*attempts, "attempt")
                ),
                format!("最近 {days} 天：{region} 尝试{chinese} {attempts} 次，没有抢到"),
            ),
            _ => {
                let (mostly, often) = self.mostly();
                Text::new(
                    format!("last {days} days: {}{english} in {region}{mostly}", counted(*grants, "grant")),
                    format!("最近 {days} 天：{region} 抢到{chinese} {grants} 次{often}"),
                )
            }
        }
    }

    fn mostly(&self) -> (String, String) {
        let Some(Window { from, to, .. }) = self.window else { return <(String, String)>::default() };
        let to = if to == 0 { 24 } else { to };
        let (hours, zone) = (format!("{from:02}:00–{to:02}:00"), zone(self.utc_offset_minutes));
        (format!(", mostly {hours} {zone}"), format!("，多在 {hours}（{zone}）"))
    }
}

fn counted(count: u64, thing: &str) -> String {
    if count == 1 { format!("1 {thing}") } else { format!("{count} {thing}s") }
}

/// `UTC+08:00`.
fn zone(minutes: i32) -> String {
    let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    match minutes.signum() {
        0 => "UTC".into(),
        sign => format!("UTC{}{hours:02}:{rest:02}", if sign < 0 { '-' } else { '+' }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenant(index: u64) -> TenantId {
        TenantId::from_parts(index, 7)
    }

    /// Grants at these hours and minutes of one day in UTC, all of the first tenant.
    fn record(moments: &[(i64, i64)]) -> Record {
        let mut record = Record::default();
        record.tried(None, "tokyo".into(), "A1".into(), 500);
        record.tried(Some(tenant(1)), "tokyo".into(), "A1".into(), 400);
        record.tried(Some(tenant(1)), "osaka".into(), "A1".into(), 1);
        for (hour, minute) in moments {
            let at = Timestamp::from_millis((20_000 * 24 * 60 + hour * 60 + minute) * MINUTE_MS);
            let (region, shape) = ("tokyo".into(), "A1".into());
            record.granted(Grant { tenant: tenant(1), region, shape, at });
        }
        record
    }

    fn odds(moments: &[(i64, i64)], utc_offset_minutes: i32) -> Odds {
        record(moments).odds(None, ("tokyo", None), 30, utc_offset_minutes)
    }

    fn said(odds: &Odds) -> [String; 2] {
        let Text { english, chinese } = odds.sentence();
        [english, chinese]
    }

    #[test]
    fn most_grants_within_a_few_hours_are_a_habit() {
        let odds = odds(&[(3, 10), (4, 50), (17, 0)], 0);
        assert_eq!((odds.attempts, odds.grants), (500, 3));
        assert_eq!(odds.window, Some(Window { from: 3, to: 5, grants: 2 }));
        assert_eq!(
            said(&odds),
            [
                "last 30 days: 3 grants in tokyo, mostly 03:00–05:00 UTC",
                "最近 30 天：tokyo 抢到 3 次，多在 03:00–05:00（UTC）",
            ]
        );
    }

    #[test]
    fn hours_are_those_of_the_readers_day() {
        let east = odds(&[(16, 0), (15, 45), (15, 30)], 8 * 60 + 30);
        assert_eq!(east.window, Some(Window { from: 0, to: 1, grants: 3 }), "{east:?}");
        assert_eq!(east.sentence().english, "last 30 days: 3 grants in tokyo, mostly 00:00–01:00 UTC+08:30");
        let west = odds(&[(1, 0), (1, 0)], -3 * 60);
        assert_eq!(west.sentence().english, "last 30 days: 2 grants in tokyo, mostly 22:00–23:00 UTC-03:00");
    }

    #[test]
    fn a_window_may_pass_midnight_and_may_end_there() {
        assert_eq!(odds(&[(23, 0), (0, 0)], 0).window, Some(Window { from: 23, to: 1, grants: 2 }));
        let evening = odds(&[(23, 0), (23, 0)], 0);
        assert!(evening.sentence().english.ends_with("mostly 23:00–24:00 UTC"), "{:?}", evening.sentence());
    }

    #[test]
    fn one_grant_or_grants_all_over_the_day_are_no_habit() {
        assert_eq!(odds(&[(3, 0)], 0).window, None);
        assert_eq!(
            said(&odds(&[(3, 0)], 0)),
            ["last 30 days: 1 grant in tokyo", "最近 30 天：tokyo 抢到 1 次"]
        );
        assert_eq!(odds(&[(0, 0), (8, 0), (16, 0)], 0).window, None);
    }

    #[test]
    fn a_place_without_grants_says_how_often_it_was_tried() {
        let record = record(&[]);
        let of = |whose, region| said(&record.odds(whose, (region, Some("A1")), 7, 0));
        assert_eq!(
            of(None, "tokyo"),
            [
                "last 7 days: no grant of A1 in tokyo in 500 attempts",
                "最近 7 天：tokyo 尝试 A1 500 次，没有抢到",
            ]
        );
        assert!(of(Some(tenant(1)), "osaka")[0].ends_with("in 1 attempt"));
        assert_eq!(
            of(Some(tenant(2)), "tokyo"),
            ["last 7 days: nothing of A1 was tried in tokyo", "最近 7 天：tokyo 没有尝试过 A1",]
        );
    }

    #[test]
    fn only_what_fits_is_counted() {
        let record = record(&[(3, 0), (3, 0)]);
        let grants = |whose, region, shape| record.odds(whose, (region, shape), 30, 0).grants;
        assert_eq!(grants(Some(tenant(1)), "tokyo", Some("A1")), 2);
        assert_eq!(grants(Some(tenant(2)), "tokyo", Some("A1")), 0);
        assert_eq!(grants(None, "tokyo", Some("E2")), 0);
        assert_eq!(grants(None, "osaka", None), 0);
    }
}

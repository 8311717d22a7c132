//! Attempts, counted.

use std::collections::BTreeMap;

use async_graphql::{Lookahead, Object, SimpleObject};
use berth_domain::{Timestamp, grab::Outcome};
use berth_store::Position;
use berth_views::{
    ViewError,
    statistics::{By, Count, Filter, Group, Moment, TIMES, Times, Totals},
};

use super::OutcomeCount;
use crate::shared::scalars::{DateTime, EventPosition, Seconds, int};

const HOURS_OF_DAY: i64 = 24;

/// What a list in statistics costs, before it is asked for: as much as it has rows in the usual case.
const DAY: usize = 24;
const WEEK: usize = 168;
const PLACES: usize = 10;

/// Numbers that were asked for, of one moment.
pub(crate) struct AttemptStatistics {
    span: (Timestamp, Timestamp),
    position: Position,
    totals: Totals,
    times: Times,
    hours: Vec<Group>,
    regions: Vec<Group>,
    domains: Vec<Group>,
    shapes: Vec<Group>,
    week: Vec<Group>,
    heat: Vec<Group>,
}

impl AttemptStatistics {
    /// Asks only what somebody wants to know.
    pub(super) async fn of(
        mut moment: Moment,
        filter: &Filter,
        span: (Timestamp, Timestamp),
        wanted: Lookahead<'_>,
    ) -> Result<Self, ViewError> {
        let mut groups = async |field: &str, by| {
            if wanted.field(field).exists() { moment.grouped(by, filter).await } else { Ok(Vec::new()) }
        };
        let hours = groups("hours", By::Hour).await?;
        let regions = groups("regions", By::Region).await?;
        let domains = groups("availabilityDomains", By::Domain).await?;
        let shapes = groups("shapes", By::Shape).await?;
        let week = groups("hoursOfWeek", By::HourOfWeek).await?;
        let heat = groups("capacityHeatmap", By::RegionAndHour).await?;
        let (totals, times) = (moment.totals(filter).await?, moment.times(filter).await?);
        let position = moment.position();
        Ok(Self { span, position, totals, times, hours, regions, domains, shapes, week, heat })
    }
}

/// How attempts ended in a span of time, and what was got. Hours are those of UTC; whoever shows them shifts them.
#[Object]
impl AttemptStatistics {
    /// Where the span begins.
    async fn from(&self) -> DateTime {
        DateTime(self.span.0)
    }

    /// Where the span ends.
    async fn to(&self) -> DateTime {
        DateTime(self.span.1)
    }

    /// True as of this position.
    async fn position(&self) -> EventPosition {
        EventPosition(self.position)
    }

    /// How many attempts there were.
    async fn attempts(&self) -> i32 {
        int(self.totals.attempts)
    }

    /// How many of them were faults.
    async fn faults(&self) -> i32 {
        int(self.totals.faults)
    }

    /// How many the cloud took.
    async fn accepted(&self) -> i32 {
        int(self.totals.accepted)
    }

    /// How many instances the cloud took and ended before they ran.
    async fn lost(&self) -> i32 {
        int(self.totals.lost)
    }

    /// How many instances were seen running.
    async fn launched(&self) -> i32 {
        int(self.totals.granted)
    }

    /// How long the cloud took to answer on average, in milliseconds. Null when there were no attempts.
    async fn mean_duration_ms(&self) -> Option<i32> {
        self.totals.duration_ms.checked_div(self.totals.attempts).map(int)
    }

    /// How many ended in each way; ways that never came are absent.
    async fn outcomes(&self) -> Vec<OutcomeCount> {
        counts(&self.totals.by_outcome)
    }

    /// How many preparations failed in each way: domains, image or network could not be had. They are no attempts.
    async fn preparation_failures(&self) -> Vec<OutcomeCount> {
        let failures = self.totals.preparations.iter();
        failures
            .map(|(outcome, count)| OutcomeCount { outcome: (*outcome).into(), count: int(*count) })
            .collect()
    }

    /// Median time from the start of a task until its instance was seen running. Null when none was.
    async fn median_time_to_launch(&self) -> Option<Seconds> {
        self.times.median.map(|median| Seconds(median.0))
    }

    /// Times from the start of a task until its instance was seen running.
    async fn time_to_launch(&self) -> TimeToLaunch {
        (&self.times).into()
    }

    /// The same by the hour, oldest first; hours without anything are absent.
    #[graphql(complexity = "DAY * child_complexity")]
    async fn hours(&self) -> Vec<HourStatistics> {
        self.hours.iter().map(HourStatistics::from).collect()
    }

    /// The same by region, in the order of their names.
    #[graphql(complexity = "PLACES * child_complexity")]
    async fn regions(&self) -> Vec<PlaceStatistics> {
        self.regions.iter().map(PlaceStatistics::from).collect()
    }

    /// The same by availability domain, in the order of their names. Attempts of long ago may not say theirs.
    #[graphql(complexity = "PLACES * child_complexity")]
    async fn availability_domains(&self) -> Vec<PlaceStatistics> {
        self.domains.iter().map(PlaceStatistics::from).collect()
    }

    /// The same by shape, in the order of their names.
    #[graphql(complexity = "PLACES * child_complexity")]
    async fn shapes(&self) -> Vec<ShapeStatistics> {
        self.shapes.iter().map(ShapeStatistics::from).collect()
    }

    /// The same by the hour of the week, from Monday on; hours without anything are absent.
    #[graphql(complexity = "WEEK * child_complexity")]
    async fn hours_of_week(&self) -> Vec<WeekHourStatistics> {
        self.week.iter().map(WeekHourStatistics::from).collect()
    }

    /// Launches and attempts by region and hour of the day, to see when capacity opens; cells without anything are absent.
    #[graphql(complexity = "DAY * child_complexity")]
    async fn capacity_heatmap(&self) -> Vec<CapacityCell> {
        self.heat.iter().map(CapacityCell::from).collect()
    }
}

/// How long those took that got their instance.
#[derive(SimpleObject)]
pub(crate) struct TimeToLaunch {
    /// How many there were.
    count: i32,
    /// One in ten took no longer. Null when there were none.
    tenth: Option<Seconds>,
    /// Half of them took no longer. Null when there were none.
    median: Option<Seconds>,
    /// Nine in ten took no longer. Null when there were none.
    ninetieth: Option<Seconds>,
    /// How many took how long, shortest first, with empty steps.
    steps: Vec<TimeStep>,
}

/// How many took longer than the step before it reaches, and no longer than this one does.
#[derive(SimpleObject)]
pub(crate) struct TimeStep {
    /// How far it reaches. Null in the last step, which is open.
    up_to: Option<Seconds>,
    /// How many there were.
    count: i32,
}

/// How the attempts of one hour ended.
#[derive(SimpleObject)]
pub(crate) struct HourStatistics {
    /// When the hour begins, in UTC.
    hour: DateTime,
    /// How many there were.
    attempts: i32,
    /// How many of them were faults.
    faults: i32,
    /// How many instances were seen running.
    launched: i32,
    /// How many ended in each way; ways that never came are absent.
    outcomes: Vec<OutcomeCount>,
}

/// How the attempts at one place ended.
#[derive(SimpleObject)]
pub(crate) struct PlaceStatistics {
    /// Region code.
    region: String,
    /// The availability domain. Null for a whole region, and where it is not known.
    availability_domain: Option<String>,
    /// How many there were.
    attempts: i32,
    /// How many of them were faults.
    faults: i32,
    /// How many instances were seen running.
    launched: i32,
    /// How many ended in each way; ways that never came are absent.
    outcomes: Vec<OutcomeCount>,
}

/// How the attempts at one shape ended.
#[derive(SimpleObject)]
pub(crate) struct ShapeStatistics {
    /// The cloud's machine type.
    shape: String,
    /// How many there were.
    attempts: i32,
    /// How many of them were faults.
    faults: i32,
    /// How many instances were seen running.
    launched: i32,
    /// How many ended in each way; ways that never came are absent.
    outcomes: Vec<OutcomeCount>,
}

/// What came of one hour of the week.
#[derive(SimpleObject)]
pub(crate) struct WeekHourStatistics {
    /// The day, from 1 for Monday to 7 for Sunday, in UTC.
    weekday: i32,
    /// Hour of the day in UTC, 0–23.
    hour: i32,
    /// Attempts.
    attempts: i32,
    /// How many of them were faults.
    faults: i32,
    /// Instances that were seen running.
    launched: i32,
}

/// One cell of the capacity heat map.
#[derive(SimpleObject)]
pub(crate) struct CapacityCell {
    /// Region code.
    region: String,
    /// Hour of the day in UTC, 0–23.
    hour: i32,
    /// Attempts.
    attempts: i32,
    /// Launches: instances that were seen running.
    launched: i32,
}

impl From<&Times> for TimeToLaunch {
    fn from(times: &Times) -> Self {
        let seconds = |time: Option<berth_domain::Seconds>| time.map(|time| Seconds(time.0));
        let ends = TIMES.iter().map(|end| Some(Seconds(end.0))).chain([None]);
        Self {
            count: int(times.count),
            tenth: seconds(times.tenth),
            median: seconds(times.median),
            ninetieth: seconds(times.ninetieth),
            steps: ends
                .zip(times.steps)
                .map(|(up_to, count)| TimeStep { up_to, count: int(count) })
                .collect(),
        }
    }
}

impl From<&Group> for HourStatistics {
    fn from(Group { hour, totals, .. }: &Group) -> Self {
        Self {
            hour: DateTime(Timestamp::from_millis(*hour)),
            attempts: int(totals.attempts),
            faults: int(totals.faults),
            launched: int(totals.granted),
            outcomes: counts(&totals.by_outcome),
        }
    }
}

impl From<&Group> for PlaceStatistics {
    fn from(Group { region, name, totals, .. }: &Group) -> Self {
        Self {
            region: region.clone(),
            availability_domain: Some(name.clone()).filter(|name| !name.is_empty()),
            attempts: int(totals.attempts),
            faults: int(totals.faults),
            launched: int(totals.granted),
            outcomes: counts(&totals.by_outcome),
        }
    }
}

impl From<&Group> for ShapeStatistics {
    fn from(Group { name, totals, .. }: &Group) -> Self {
        Self {
            shape: name.clone(),
            attempts: int(totals.attempts),
            faults: int(totals.faults),
            launched: int(totals.granted),
            outcomes: counts(&totals.by_outcome),
        }
    }
}

impl From<&Group> for WeekHourStatistics {
    fn from(Group { hour, totals, .. }: &Group) -> Self {
        Self {
            weekday: int(hour / HOURS_OF_DAY + 1),
            hour: int(hour % HOURS_OF_DAY),
            attempts: int(totals.attempts),
            faults: int(totals.faults),
            launched: int(totals.granted),
        }
    }
}

impl From<&Group> for CapacityCell {
    fn from(Group { hour, region, totals, .. }: &Group) -> Self {
        let (attempts, launched) = (int(totals.attempts), int(totals.granted));
        Self { region: region.clone(), hour: int(*hour), attempts, launched }
    }
}

fn counts(by_outcome: &BTreeMap<Outcome, Count>) -> Vec<OutcomeCount> {
    let count = |(outcome, count): (&Outcome, &Count)| OutcomeCount {
        outcome: (*outcome).into(),
        count: int(count.attempts),
    };
    by_outcome.iter().map(count).collect()
}

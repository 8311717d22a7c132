//! Attempts, counted.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::{Context, Object};
use berth_domain::{Timestamp, grab::State};
use berth_store::Position;
use berth_views::{
    ViewError,
    statistics::{By, Filter, Group, Moment, Times, Totals},
};

use super::{
    AttemptBucket, OutcomeCount,
    figures::{
        CapacityCell, HourStatistics, PlaceStatistics, ShapeStatistics, StateCount, TimeToLaunch,
        WeekHourStatistics, counts,
    },
};
use crate::shared::scalars::{DateTime, EventPosition, Seconds, int};

/// What a list in statistics costs, before it is asked for: as much as it has rows in the usual case.
const DAY: usize = 24;
const HOUR: u32 = 3600;
const HOUR_MS: i64 = 3_600_000;
const WEEK: usize = 168;
const PLACES: usize = 10;

/// Lists that are read only when somebody wants to know them.
const TASKS: &str = "tasksByState";
const HOURS: &str = "hours";
const SERIES: &str = "series";
const REGIONS: &str = "regions";
const DOMAINS: &str = "availabilityDomains";
const SHAPES: &str = "shapes";
const HOURS_OF_WEEK: &str = "hoursOfWeek";
const HEATMAP: &str = "capacityHeatmap";
const LISTS: [&str; 8] = [TASKS, HOURS, SERIES, REGIONS, DOMAINS, SHAPES, HOURS_OF_WEEK, HEATMAP];

/// Which lists somebody wants to know.
pub(super) struct Wanted(BTreeSet<&'static str>);

/// Numbers that were asked for, of one moment.
#[derive(Clone, PartialEq)]
pub(crate) struct AttemptStatistics {
    span: (Timestamp, Timestamp),
    position: Position,
    tasks: Vec<(State, u64)>,
    totals: Totals,
    times: Times,
    hours: Vec<Group>,
    regions: Vec<Group>,
    domains: Vec<Group>,
    shapes: Vec<Group>,
    week: Vec<Group>,
    heat: Vec<Group>,
}

impl Wanted {
    pub(super) fn of(ctx: &Context<'_>) -> Self {
        let asked = ctx.look_ahead();
        Self(LISTS.into_iter().filter(|list| asked.field(list).exists()).collect())
    }

    fn has(&self, lists: &[&str]) -> bool {
        lists.iter().any(|list| self.0.contains(list))
    }
}

impl AttemptStatistics {
    /// Asks only what somebody wants to know.
    pub(super) async fn of(
        mut moment: Moment,
        filter: &Filter,
        span: (Timestamp, Timestamp),
        wanted: &Wanted,
    ) -> Result<Self, ViewError> {
        let mut groups = async |lists: &[&str], by| {
            if wanted.has(lists) { moment.grouped(by, filter).await } else { Ok(Vec::new()) }
        };
        let hours = groups(&[HOURS, SERIES], By::Hour).await?;
        let regions = groups(&[REGIONS], By::Region).await?;
        let domains = groups(&[DOMAINS], By::Domain).await?;
        let shapes = groups(&[SHAPES], By::Shape).await?;
        let week = groups(&[HOURS_OF_WEEK], By::HourOfWeek).await?;
        let heat = groups(&[HEATMAP], By::RegionAndHour).await?;
        let tasks = if wanted.has(&[TASKS]) { moment.tasks(filter).await? } else { Vec::new() };
        let (totals, times) = (moment.totals(filter).await?, moment.times(filter).await?);
        let position = moment.position();
        Ok(Self { span, position, tasks, totals, times, hours, regions, domains, shapes, week, heat })
    }

    /// Nothing but the moment differs.
    pub(super) fn says_the_same_as(&self, other: &Self) -> bool {
        let Self { span, position, .. } = *other;
        Self { span, position, ..self.clone() } == *other
    }

    /// The slices of the span, which begin at multiples of their length.
    fn slices(&self, width_ms: i64) -> impl Iterator<Item = i64> {
        let (from, to) = (self.span.0.millis(), self.span.1.millis());
        let first = from.div_euclid(width_ms) * width_ms;
        (0..).map(move |slice| first + slice * width_ms).take_while(move |start| *start < to)
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

    /// How many tasks are in each state now, of the same tenant, task and region; states without any are absent. The span does not matter.
    #[graphql(complexity = "PLACES * child_complexity")]
    async fn tasks_by_state(&self) -> Vec<StateCount> {
        self.tasks.iter().map(StateCount::from).collect()
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

    /// How attempts ended over the span in equal slices, oldest first, empty ones too. A slice is of whole hours, and what is asked for is
    /// rounded up to them.
    #[graphql(complexity = "DAY * child_complexity")]
    async fn series(
        &self,
        #[graphql(desc = "How long a slice is.", default_with = "Seconds(3600)")] bucket_width: Seconds,
    ) -> Vec<AttemptBucket> {
        let width_ms = i64::from(bucket_width.0.div_ceil(HOUR).max(1)) * HOUR_MS;
        let mut sums: BTreeMap<i64, BTreeMap<_, u64>> =
            self.slices(width_ms).map(|start| (start, BTreeMap::new())).collect();
        for Group { hour, totals, .. } in &self.hours {
            let Some(sum) = sums.get_mut(&(hour.div_euclid(width_ms) * width_ms)) else { continue };
            for (outcome, count) in &totals.by_outcome {
                *sum.entry(*outcome).or_default() += count.attempts;
            }
        }
        sums.into_iter().map(|(start, sum)| AttemptBucket::new(start, &sum)).collect()
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

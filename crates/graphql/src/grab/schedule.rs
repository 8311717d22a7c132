//! When it is tried, on the way in and on the way out.

use async_graphql::{Enum, InputObject, SimpleObject};
use berth_domain::grab;

use crate::shared::scalars::{DateTime, Seconds, int};

/// When a task tries, and for how long.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct GrabSchedule {
    /// From one attempt to the next.
    interval: Seconds,
    /// Each interval is longer or shorter by at most so many percent, so that tasks do not march in step.
    jitter_percent: i32,
    /// It gives up after so many attempts since its start. Null: never for that reason.
    max_attempts: Option<i32>,
    /// It makes no attempt before this moment. Null: from its start on.
    start_at: Option<DateTime>,
    /// It gives up at this moment. Null: never for that reason.
    deadline: Option<DateTime>,
    /// Attempts start only within one of these, or of `cronWindows`. At any time, when both are empty.
    windows: Vec<GrabWindow>,
    /// Windows that open by a cron expression.
    cron_windows: Vec<GrabCronWindow>,
    /// How far the clock that the windows are read on is ahead of UTC, in minutes.
    utc_offset_minutes: i32,
}

/// A part of some days in which attempts may start. One that ends before it begins ends on the day after.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct GrabWindow {
    /// Days on which it begins. Every day, when empty.
    days: Vec<Weekday>,
    /// Minutes after midnight.
    from_minute: i32,
    /// Minutes after midnight. No attempt starts from this one on.
    to_minute: i32,
}

/// A window that opens whenever its expression comes. One that came while the server was down is open as long as its minutes last.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct GrabCronWindow {
    /// When it opens, as a cron expression: minute, hour, day of the month, month, day of the week; on the clock of `utcOffsetMinutes`.
    cron: String,
    /// For how many minutes it stays open.
    minutes: i32,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "grab::Day")]
pub(crate) enum Weekday {
    /// The first one.
    Monday,
    /// The second one.
    Tuesday,
    /// The third one.
    Wednesday,
    /// The fourth one.
    Thursday,
    /// The fifth one.
    Friday,
    /// The sixth one.
    Saturday,
    /// The last one.
    Sunday,
}

impl From<&grab::Schedule> for GrabSchedule {
    fn from(schedule: &grab::Schedule) -> Self {
        Self {
            interval: Seconds(schedule.interval.0),
            jitter_percent: schedule.jitter_percent.into(),
            max_attempts: (schedule.max_attempts > 0).then(|| int(schedule.max_attempts)),
            start_at: schedule.start_at.map(DateTime),
            deadline: schedule.deadline.map(DateTime),
            windows: schedule.windows.iter().map(Into::into).collect(),
            cron_windows: schedule.cron_windows.iter().map(Into::into).collect(),
            utc_offset_minutes: schedule.utc_offset_minutes.into(),
        }
    }
}

impl From<&grab::Window> for GrabWindow {
    fn from(window: &grab::Window) -> Self {
        Self {
            days: window.days.iter().map(|day| (*day).into()).collect(),
            from_minute: window.from_minute.into(),
            to_minute: window.to_minute.into(),
        }
    }
}

impl From<&grab::CronWindow> for GrabCronWindow {
    fn from(window: &grab::CronWindow) -> Self {
        Self { cron: window.cron.clone(), minutes: window.minutes.into() }
    }
}

/// When a task tries, and for how long.
#[derive(Clone, Default, InputObject)]
pub(crate) struct GrabScheduleInput {
    /// From one attempt to the next; no shorter than `server.minInterval`. Below a minute the cloud often asks to slow down.
    /// As configured when absent: 60, unless somebody changed it.
    pub(super) interval: Option<Seconds>,
    /// Each interval is longer or shorter by at most so many percent, up to 50. As configured when absent: 20, unless somebody
    /// changed it.
    pub(super) jitter_percent: Option<i32>,
    /// Give up after so many attempts since the start; 0 is never for that reason. As configured when absent: never, unless
    /// somebody changed it.
    pub(super) max_attempts: Option<i32>,
    /// No attempt before this moment. From its start on, when absent.
    pub(super) start_at: Option<DateTime>,
    /// Give up at this moment. Never for that reason, when absent.
    pub(super) deadline: Option<DateTime>,
    /// Start attempts only within one of these, or of `cronWindows`. At any time, when both are empty.
    #[graphql(default)]
    pub(super) windows: Vec<GrabWindowInput>,
    /// Windows that open by a cron expression; at most 32 together with the others.
    #[graphql(default)]
    pub(super) cron_windows: Vec<GrabCronWindowInput>,
    /// How far the clock that the windows are read on is ahead of UTC, in minutes: 480 in Shanghai.
    #[graphql(default)]
    pub(super) utc_offset_minutes: i32,
}

/// A part of some days in which attempts may start. One that ends before it begins ends on the day after.
#[derive(Clone, InputObject)]
pub(crate) struct GrabWindowInput {
    /// Days on which it begins. Every day, when empty.
    #[graphql(default)]
    days: Vec<Weekday>,
    /// Minutes after midnight, from 0 to 1439.
    from_minute: i32,
    /// Minutes after midnight, from 0 to 1440. No attempt starts from this one on.
    to_minute: i32,
}

/// A window that opens whenever its expression comes. One that came while the server was down is open as long as its minutes last.
#[derive(Clone, InputObject)]
pub(crate) struct GrabCronWindowInput {
    /// When it opens, as a cron expression of five fields: minute, hour, day of the month, month, day of the week; `0 3 * * MON-FRI`, on
    /// the clock of `utcOffsetMinutes`. It must come at least once in eight years.
    cron: String,
    /// For how many minutes it stays open, from 1 to 10080, which is a week.
    minutes: i32,
}

impl GrabScheduleInput {
    /// In the domain's words; what is absent is as usual. Numbers that do not fit become some that the domain refuses.
    pub(super) fn read(&self, usual: &grab::Schedule) -> grab::Schedule {
        let jitter = self.jitter_percent.map(|percent| percent.try_into().unwrap_or(u8::MAX));
        grab::Schedule {
            interval: self.interval.map_or(usual.interval, |seconds| berth_domain::Seconds(seconds.0)),
            jitter_percent: jitter.unwrap_or(usual.jitter_percent),
            max_attempts: self.max_attempts.map_or(usual.max_attempts, |most| most.try_into().unwrap_or(0)),
            start_at: self.start_at.map(|moment| moment.0),
            deadline: self.deadline.map(|moment| moment.0),
            windows: self.windows.iter().map(GrabWindowInput::read).collect(),
            cron_windows: self.cron_windows.iter().map(GrabCronWindowInput::read).collect(),
            utc_offset_minutes: self.utc_offset_minutes.try_into().unwrap_or(i16::MAX),
        }
    }
}

impl GrabWindowInput {
    fn read(&self) -> grab::Window {
        let minute = |minute: i32| minute.try_into().unwrap_or(u16::MAX);
        grab::Window {
            days: self.days.iter().map(|day| (*day).into()).collect(),
            from_minute: minute(self.from_minute),
            to_minute: minute(self.to_minute),
        }
    }
}

impl GrabCronWindowInput {
    fn read(&self) -> grab::CronWindow {
        grab::CronWindow { cron: self.cron.trim().to_owned(), minutes: self.minutes.try_into().unwrap_or(0) }
    }
}

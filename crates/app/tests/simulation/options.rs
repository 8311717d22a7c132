//! What one seed's world is like.

use crate::{dice::Dice, weather::Weather};

pub(crate) const SECOND: i64 = 1_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;

/// Who is simulated: Berth as it is, or a control that must be found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Variant {
    Berth,
    /// Each call goes out with a token of its own and without tags, as from a naive client.
    NoRetryToken,
    /// The log says that an attempt was written down, and has not done it.
    LogThatLies,
    /// The log loses its tail in a crash, as a database without fsync does.
    LogThatForgets,
}

pub(crate) struct Options {
    pub(crate) seed: u64,
    pub(crate) variant: Variant,
    pub(crate) tenants: usize,
    pub(crate) tasks: usize,
    /// Until then there are faults; afterwards there are none.
    pub(crate) faults_until: i64,
    /// The most calls that a tenant may make in a second.
    pub(crate) ceiling: f64,
    /// A life ends about so long after it began.
    pub(crate) life_ms: i64,
    /// Whether the wall clock is set, forwards and backwards.
    pub(crate) clock_jumps: bool,
    pub(crate) weather: Weather,
}

/// Waits of tasks in seconds. Long ones are more frequent, or the short ones would be all there is.
const INTERVALS: [u32; 12] = [1, 2, 5, 10, 10, 20, 30, 30, 60, 60, 120, 300];

impl Options {
    pub(crate) fn of(seed: u64, variant: Variant) -> Self {
        let dice = Dice::new(seed, 1);
        let tenants = dice.index(3) + 1;
        let faults_until = dice.between(10, 20) * MINUTE;
        Self {
            seed,
            variant,
            tenants,
            tasks: dice.index(5) + 2,
            faults_until,
            ceiling: *dice.pick(&[1.0, 3.0, 10.0]),
            life_ms: dice.between(1, 8) * MINUTE,
            clock_jumps: dice.in_1000(250),
            weather: Weather::of(&dice, tenants, faults_until),
        }
    }

    pub(crate) fn interval(dice: &Dice) -> u32 {
        *dice.pick(&INTERVALS)
    }
}

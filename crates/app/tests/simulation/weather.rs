//! When which fault reigns, drawn beforehand from the seed. After the last moment of faults the sky is clear.

use crate::{dice::Dice, options::MINUTE, options::SECOND};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    ThrottleUser,
    ThrottleTenancy,
    /// `LimitExceeded`, whatever is used.
    LimitAlarm,
    KeyRefused,
    /// 404 for everything: a closed account looks so.
    NotFound,
    Unreachable,
    Slow,
    /// 502, 503, 504, and 500 that is not about room; half of them after the deed.
    Faulty,
    /// Many answers are lost on the way back.
    Deaf,
    /// Lists show what is new late.
    LateLists,
    /// Accepted instances end before they run.
    Crumbling,
    /// The disk of the log is full.
    DiskFull,
    /// The log takes, or does not take, what it is given, and the answer is lost.
    LogDeaf,
    /// The log neither answers nor fails.
    LogStalled,
}

const ALL: [Fault; 14] = [
    Fault::ThrottleUser,
    Fault::ThrottleTenancy,
    Fault::LimitAlarm,
    Fault::KeyRefused,
    Fault::NotFound,
    Fault::Unreachable,
    Fault::Slow,
    Fault::Faulty,
    Fault::Deaf,
    Fault::LateLists,
    Fault::Crumbling,
    Fault::DiskFull,
    Fault::LogDeaf,
    Fault::LogStalled,
];

struct Spell {
    fault: Fault,
    /// Whom it hits; everybody when absent.
    tenant: Option<usize>,
    from: i64,
    until: i64,
}

/// Some room in one domain for a while.
struct Room {
    domain: usize,
    from: i64,
    until: i64,
}

pub(crate) struct Weather {
    spells: Vec<Spell>,
    rooms: Vec<Room>,
    clear_from: i64,
    /// Beside the spells now and then something goes wrong.
    noisy: bool,
}

impl Weather {
    pub(crate) fn of(dice: &Dice, tenants: usize, clear_from: i64) -> Self {
        let spells = (0..dice.between(4, 24)).map(|_| {
            let from = dice.between(0, clear_from - 1);
            let long = dice.between(2 * SECOND, 3 * MINUTE);
            let tenant = (!dice.in_1000(300)).then(|| dice.index(tenants));
            Spell { fault: *dice.pick(&ALL), tenant, from, until: (from + long).min(clear_from) }
        });
        let spells = spells.collect();
        let rooms = (0..dice.between(1, 10)).map(|_| {
            let from = dice.between(0, clear_from - 1);
            Room { domain: dice.index(3), from, until: from + dice.between(SECOND, 2 * MINUTE) }
        });
        Self { spells, rooms: rooms.collect(), clear_from, noisy: true }
    }

    /// A sky without a cloud in it, and room everywhere from the moment on.
    pub(crate) fn clear(room_from: i64) -> Self {
        Self { spells: vec![], rooms: vec![], clear_from: room_from, noisy: false }
    }

    pub(crate) fn is_noisy(&self, now: i64) -> bool {
        self.noisy && !self.is_clear(now)
    }

    pub(crate) fn is_clear(&self, now: i64) -> bool {
        now >= self.clear_from
    }

    pub(crate) fn reigns(&self, fault: Fault, tenant: usize, now: i64) -> bool {
        self.spells.iter().any(|spell| {
            spell.fault == fault
                && spell.tenant.is_none_or(|hit| hit == tenant)
                && (spell.from..spell.until).contains(&now)
        })
    }

    pub(crate) fn has_room(&self, domain: usize, now: i64) -> bool {
        self.is_clear(now)
            || self.rooms.iter().any(|room| room.domain == domain && (room.from..room.until).contains(&now))
    }
}

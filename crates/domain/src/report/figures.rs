//! From all that was counted to what a report says: sums of everything, lists of what matters most.

use std::{cmp::Reverse, ops::AddAssign};

use super::event::{Figures, Obtained, OfTenant, Others, Sums, SuspendedTenant, Tasks};

/// No list of a report is longer than this, so that no event of it is large, however many tenants there are.
pub const LISTED: usize = 50;

/// All that was counted, of everybody, in whatever order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gathered {
    pub tenants: Vec<OfTenant>,
    pub obtained: Vec<Obtained>,
    pub suspended: Vec<SuspendedTenant>,
}

impl Gathered {
    /// What the report says of it.
    pub fn figures(self) -> Figures {
        let all = sum(&self.tenants);
        let (tenants, others) = ranked(self.tenants);
        let suspended_in_all = self.suspended.len() as u64;
        let obtained = latest(self.obtained);
        Figures { all, tenants, others, obtained, suspended: by_name(self.suspended), suspended_in_all }
    }
}

fn ranked(mut tenants: Vec<OfTenant>) -> (Vec<OfTenant>, Option<Others>) {
    // Who has nothing to tell is not listed.
    tenants.retain(|each| each.sums != Sums::default());
    tenants.sort_by_cached_key(|each| {
        (Reverse(each.sums.obtained), Reverse(each.sums.attempts), each.name.clone(), each.tenant)
    });
    let rest = tenants.split_off(tenants.len().min(LISTED));
    let others = Others { tenants: rest.len() as u64, sums: sum(&rest) };
    (tenants, Some(others).filter(|others| others.tenants > 0))
}

fn latest(mut obtained: Vec<Obtained>) -> Vec<Obtained> {
    obtained.sort_by(|one, other| (one.at, &one.instance).cmp(&(other.at, &other.instance)));
    let older = obtained.len().saturating_sub(LISTED);
    obtained.split_off(older)
}

fn by_name(mut suspended: Vec<SuspendedTenant>) -> Vec<SuspendedTenant> {
    suspended.sort_by(|one, other| (&one.name, one.tenant).cmp(&(&other.name, other.tenant)));
    suspended.truncate(LISTED);
    suspended
}

fn sum(tenants: &[OfTenant]) -> Sums {
    let mut sums = Sums::default();
    for each in tenants {
        sums += &each.sums;
    }
    sums
}

impl AddAssign<&Sums> for Sums {
    fn add_assign(&mut self, other: &Self) {
        self.attempts += other.attempts;
        self.faults += other.faults;
        for (outcome, count) in &other.by_outcome {
            *self.by_outcome.entry(*outcome).or_default() += count;
        }
        self.failed_preparations += other.failed_preparations;
        self.obtained += other.obtained;
        self.tasks += other.tasks;
    }
}

impl AddAssign for Tasks {
    fn add_assign(&mut self, other: Self) {
        self.running += other.running;
        self.paused += other.paused;
        self.succeeded += other.succeeded;
        self.failed += other.failed;
        self.needs_review += other.needs_review;
    }
}

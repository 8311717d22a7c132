//! What the cloud says of its room: advice in which order to try a region's domains, and never more than that.
//!
//! Reports were seen wrong both ways, so none keeps an attempt from any domain: it only moves domains to the front. An
//! order stands until each domain had its turn, or a report that changes its mind each time would leave one out for ever.
//! Kept in memory only.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use berth_cloud::{Account, Cloud, Room, Size};
use berth_domain::{TenantId, Timestamp, Trouble, grab::Spec};

use crate::{gate::Gate, order::Denied};

/// The same is asked at most so often.
const EVERY_MS: i64 = 600_000;
/// An account that may not ask is not tried again for so long.
const OFF_MS: i64 = 86_400_000;
/// An order stands at most so long, also when some domain never has its turn.
const STANDS_MS: i64 = 3_600_000;
/// An attempt waits at most so long for advice on one domain.
const PATIENCE: Duration = Duration::from_secs(10);

/// What was said of every region, to every tenant.
#[derive(Default)]
pub(crate) struct Reports(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    reports: HashMap<Question, Report>,
    /// Tenants that may not ask, and until when they are believed not to.
    off: HashMap<TenantId, Timestamp>,
}

/// What was asked for: the sizes of one shape in one region.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Question {
    tenant: TenantId,
    region: String,
    sizes: String,
}

impl Question {
    fn new(tenant: TenantId, spec: &Spec, region: &str) -> Self {
        Self { tenant, region: region.to_owned(), sizes: format!("{} {:?}", spec.shape, spec.sizes) }
    }
}

/// How promising a domain is, by size, the most wanted first; least is best.
type Ranks = BTreeMap<String, Vec<u8>>;

/// What was last said, and when it was asked.
#[derive(Debug, Default)]
struct Report {
    asked_at: Timestamp,
    said: Ranks,
    order: Option<Standing>,
}

/// The order that is gone by.
#[derive(Debug, Default)]
struct Standing {
    ranks: Ranks,
    since: Timestamp,
    tried: BTreeSet<String>,
}

impl Reports {
    /// The same domains, those with room first. Asks nobody.
    pub(crate) fn advised(
        &self,
        tenant: TenantId,
        (spec, region): (&Spec, &str),
        domains: &Arc<[String]>,
    ) -> Arc<[String]> {
        let kept = self.kept();
        let report = kept.reports.get(&Question::new(tenant, spec, region));
        report.map_or_else(|| domains.clone(), |report| report.advise(domains))
    }

    /// Asks when it is time to and the tenant may; answers whether it asked, so that the plan may be another.
    pub(crate) async fn consult(
        &self,
        (gate, cloud): (&Gate, &dyn Cloud),
        account: &Account,
        (spec, region): (&Spec, &str),
        (domains, now): (&[String], Timestamp),
    ) -> Result<bool, Denied> {
        let question = Question::new(account.tenant, spec, region);
        // Where a person named the domains, theirs is the order.
        let has_choice = spec.availability_domains.is_empty() && domains.len() > 1;
        if !has_choice || !self.claim(&question, now) {
            return Ok(false);
        }
        let sizes = sizes(spec);
        let mut said = Ranks::new();
        for domain in domains {
            let asked = cloud.capacity(account, region, domain, &sizes);
            match gate.call(account.tenant, region, in_time(asked)).await? {
                Ok(rooms) => drop(said.insert(domain.clone(), rooms.into_iter().map(rank).collect())),
                Err((trouble, _)) => {
                    self.fail(account.tenant, &trouble, now);
                    break;
                }
            }
        }
        self.take_in(&question, said, now);
        Ok(true)
    }

    /// An attempt is on its way there.
    pub(crate) fn tried(
        &self,
        tenant: TenantId,
        (spec, region): (&Spec, &str),
        (domain, domains): (&str, &[String]),
        now: Timestamp,
    ) {
        if let Some(report) = self.kept().reports.get_mut(&Question::new(tenant, spec, region)) {
            report.note(domain, domains, now);
        }
    }

    /// Whether it is time to ask, and nobody else is about to.
    fn claim(&self, question: &Question, now: Timestamp) -> bool {
        let mut kept = self.kept();
        if kept.off.get(&question.tenant).is_some_and(|until| now < *until) {
            return false;
        }
        kept.reports.retain(|_, report| now.since(report.asked_at) < OFF_MS);
        match kept.reports.get_mut(question) {
            Some(report) if now.since(report.asked_at) < EVERY_MS => false,
            Some(report) => {
                report.asked_at = now;
                true
            }
            None => {
                kept.reports.insert(question.clone(), Report { asked_at: now, ..Report::default() });
                true
            }
        }
    }

    fn take_in(&self, question: &Question, said: Ranks, now: Timestamp) {
        if let Some(report) = self.kept().reports.get_mut(question) {
            report.take_in(said, now);
        }
    }

    /// The service says that there is nothing where it means that one may not ask. All else is tried again in its time.
    fn fail(&self, tenant: TenantId, trouble: &Trouble, now: Timestamp) {
        match trouble {
            Trouble::Refused(refused) if matches!(refused.status, 403 | 404) => {
                tracing::debug!(tenant.id = %tenant, "the tenant may not ask for reports of capacity");
                self.kept().off.insert(tenant, now.plus_millis(OFF_MS));
            }
            _ => {
                tracing::debug!(tenant.id = %tenant, error = ?trouble.provider_error(), "no report of capacity");
            }
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Report {
    fn advise(&self, domains: &Arc<[String]>) -> Arc<[String]> {
        let Some(standing) = &self.order else { return domains.clone() };
        let mut advised = domains.to_vec();
        advised.sort_by_key(|domain| standing.ranks.get(domain).cloned().unwrap_or_else(|| vec![UNKNOWN]));
        advised.into()
    }

    fn take_in(&mut self, said: Ranks, now: Timestamp) {
        self.said = said;
        let stands = self.order.as_ref().is_some_and(|order| now.since(order.since) < STANDS_MS);
        if !stands {
            self.begin_round(now);
        }
    }

    fn note(&mut self, domain: &str, domains: &[String], now: Timestamp) {
        let Some(order) = &mut self.order else { return };
        order.tried.insert(domain.to_owned());
        if domains.iter().all(|domain| order.tried.contains(domain)) {
            self.begin_round(now);
        }
    }

    fn begin_round(&mut self, now: Timestamp) {
        self.order = Some(Standing { ranks: self.said.clone(), since: now, tried: BTreeSet::new() });
    }
}

const UNKNOWN: u8 = 1;

fn rank(room: Room) -> u8 {
    match room {
        Room::Available => 0,
        Room::Unknown => UNKNOWN,
        Room::Full => 2,
        Room::Unsupported => 3,
    }
}

fn sizes(spec: &Spec) -> Vec<Size> {
    let of = |ocpus, memory_gb| Size { shape: spec.shape.clone(), ocpus, memory_gb };
    if spec.sizes.is_empty() {
        return vec![of(None, None)];
    }
    spec.sizes.iter().map(|size| of(Some(size.ocpus), Some(size.memory_gb))).collect()
}

async fn in_time<T>(call: impl Future<Output = Result<T, Trouble>>) -> Result<T, Trouble> {
    let late = || Trouble::Lost { what: "no report in time".into(), request_id: None };
    tokio::time::timeout(PATIENCE, call).await.unwrap_or_else(|_| Err(late()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn domains() -> Arc<[String]> {
        ["a", "b", "c"].map(str::to_owned).into()
    }

    fn said(rooms: [Room; 3]) -> Ranks {
        domains().iter().cloned().zip(rooms.map(|room| vec![rank(room)])).collect()
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    #[test]
    fn domains_with_room_come_first_and_none_is_left_out() {
        let mut report = Report::default();
        assert_eq!(report.advise(&domains()), domains(), "without a report the order is the cloud's");
        report.take_in(said([Room::Unsupported, Room::Full, Room::Available]), at(0));
        assert_eq!(*report.advise(&domains()), ["c", "b", "a"].map(str::to_owned));
        report.order = None;
        report.take_in(Ranks::from([("b".to_owned(), vec![rank(Room::Full)])]), at(0));
        assert_eq!(*report.advise(&domains()), ["a", "c", "b"].map(str::to_owned), "unknown before full");
    }

    #[test]
    fn an_order_stands_until_each_domain_had_its_turn() {
        let mut report = Report::default();
        report.take_in(said([Room::Full, Room::Full, Room::Available]), at(0));
        report.note("c", &domains(), at(1));
        report.take_in(said([Room::Available, Room::Full, Room::Full]), at(600));
        assert_eq!(report.advise(&domains())[0], "c");
        report.note("a", &domains(), at(601));
        report.note("b", &domains(), at(602));
        assert_eq!(report.advise(&domains())[0], "a", "a new round goes by the newest report");
    }

    #[test]
    fn an_order_does_not_stand_for_ever_for_a_domain_that_is_never_tried() {
        let mut report = Report::default();
        report.take_in(said([Room::Full, Room::Full, Room::Available]), at(0));
        report.take_in(said([Room::Available, Room::Full, Room::Full]), at(4000));
        assert_eq!(report.advise(&domains())[0], "a");
    }

    #[test]
    fn the_size_most_wanted_decides_and_the_next_one_between_equals() {
        let mut report = Report::default();
        let ranks = [vec![2, 0], vec![0, 2], vec![0, 0]];
        report.take_in(domains().iter().cloned().zip(ranks).collect(), at(0));
        assert_eq!(*report.advise(&domains()), ["c", "b", "a"].map(str::to_owned));
    }
}

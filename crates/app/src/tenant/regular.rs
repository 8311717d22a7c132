//! Now and then each tenant is tested by itself, each at its own moment: a key that died while nothing was grabbed is found out before it
//! is needed, and an account that is back is taken up again.

use berth_cloud::Account;
use berth_domain::{
    Timestamp,
    grab::answers,
    tenant::{Awake, TestOutcome},
};

use super::{actor::Desk, check::Occasion};
use crate::order::Denied;

/// Whatever stands in the way of a test, it is not tried again sooner than this.
const LEAST_MS: i64 = 60_000;

impl Desk {
    /// Tests it if it is time to, and notes when it is the next time.
    pub(super) async fn check_if_due(&self) {
        let due = self.next_check().await.ok().flatten();
        if due.is_some_and(|due| due <= self.now()) && !self.checking.get() {
            self.check_once(Occasion::Regular).await;
        }
        self.plan_next_check().await;
    }

    /// One that is over by then was not written down: it comes again after a while.
    pub(super) async fn plan_next_check(&self) {
        match self.next_check().await {
            Ok(Some(at)) => self.look_again(at.since(self.now()).max(LEAST_MS)),
            // Nobody tests it, until something happens to it that has it looked after.
            Ok(None) => {}
            Err(_) => self.look_again(LEAST_MS),
        }
    }

    async fn next_check(&self) -> Result<Option<Timestamp>, Denied> {
        let awake = Awake { since: self.awake_since, now: self.now() };
        Ok(self.state().await?.next_check(self.id, self.world.settings.check_every, awake))
    }

    /// What to make of an answer against the key when nobody had asked. A refusal is believed when it comes again, "not found" when
    /// nothing else is to be seen either.
    pub(super) async fn looked_into(&self, account: &Account, outcome: TestOutcome) -> TestOutcome {
        match outcome {
            TestOutcome::Rejected(failure) => TestOutcome::Doubtful(failure),
            TestOutcome::Suspended(failure) if self.shows_nothing(account).await => {
                TestOutcome::Suspended(failure)
            }
            TestOutcome::Suspended(failure) => TestOutcome::Unclear(failure),
            other @ (TestOutcome::Works | TestOutcome::Doubtful(_) | TestOutcome::Unclear(_)) => other,
        }
    }

    /// Whether the cloud clearly says that there is nothing here for this account. Anybody may see availability domains, whatever the
    /// policies say.
    async fn shows_nothing(&self, account: &Account) -> bool {
        self.turns.turn(&account.home_region).await;
        let domains = self.world.cloud.availability_domains(account, &account.home_region).await;
        self.note(&account.home_region, domains.as_ref().err()).await;
        match domains {
            Ok(domains) => domains.is_empty(),
            Err(trouble) => answers(Some(&trouble)) == Some(false),
        }
    }
}

//! The loop: read the gauges, ask the rules, tell the log.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use berth_domain::alert::{Alert, Case, Command, Now, RULES, Rule, RuleName, Seen, figure, watch};
use tokio::time::{Instant, timeout};

use super::{Alerts, Books, Gauges, Readings};
use crate::order::{Denied, Order};

const EVERY: Duration = Duration::from_secs(10);
/// A gauge that does not answer keeps nobody waiting: nothing is known then.
const PATIENCE: Duration = Duration::from_secs(5);

struct Watch {
    alerts: Alerts,
    gauges: Arc<dyn Gauges>,
    began: Instant,
    seen: BTreeMap<RuleName, Seen>,
    troubled: bool,
}

pub(super) async fn run(alerts: Alerts, gauges: Arc<dyn Gauges>) {
    let clock = alerts.world.clock;
    let began = clock.instant();
    let mut watch = Watch { alerts, gauges, began, seen: BTreeMap::new(), troubled: false };
    loop {
        clock.sleep(EVERY).await;
        let trouble = watch.look().await.err();
        watch.say(trouble);
    }
}

impl Watch {
    /// Once at every rule. One that could not be told keeps no other from being: it is tried again with the next reading.
    async fn look(&mut self) -> Result<(), Denied> {
        let wanted = self.wanted().await;
        let readings = timeout(PATIENCE, self.gauges.readings(&wanted)).await.unwrap_or_default();
        let alerts = self.alerts.clone();
        let (mut books, trouble) = alerts.books().await;
        let mut trouble = trouble.map(Denied::from);
        for (rule, command) in self.commands(&books, &readings) {
            match alerts.tell_rule(&mut books, rule.name, command.clone(), &Order::own()).await {
                Ok((state, _)) => note(rule, &command, &state),
                Err(denied) => trouble = Some(denied),
            }
        }
        trouble.map_or(Ok(()), Err)
    }

    /// Rules that are off are not measured either.
    async fn wanted(&self) -> Vec<RuleName> {
        let (books, _) = self.alerts.books().await;
        let on = books.iter().filter(|(rule, book)| self.alerts.in_force(**rule, &book.state).enabled);
        on.map(|(rule, _)| *rule).collect()
    }

    fn commands(&mut self, books: &Books, readings: &Readings) -> Vec<(&'static Rule, Command)> {
        let steady = self.alerts.world.clock.instant().duration_since(self.began);
        let steady_ms = u64::try_from(steady.as_millis()).unwrap_or(u64::MAX);
        let now = Now { steady_ms, at: self.alerts.world.now() };
        let mut commands = Vec::new();
        for rule in &RULES {
            let Some(book) = books.get(&rule.name) else { continue };
            let settings = self.alerts.in_force(rule.name, &book.state);
            let case = Case { rule, settings, alert: &book.state };
            let seen = self.seen.entry(rule.name).or_default();
            let (next, command) = watch(*seen, case, readings.get(rule.name), now);
            *seen = next;
            commands.extend(command.map(|command| (rule, command)));
        }
        commands
    }

    /// A fault is told once, and again only after it had passed.
    fn say(&mut self, trouble: Option<Denied>) {
        match trouble {
            Some(denied) if !self.troubled => {
                tracing::error!(
                    error = &denied as &dyn std::error::Error,
                    "alerts cannot be kept; trying on"
                );
                self.troubled = true;
            }
            None if self.troubled => {
                tracing::info!("alerts can be kept again");
                self.troubled = false;
            }
            Some(_) | None => {}
        }
    }
}

/// In the process's own log as well: whoever reads nothing else is told there.
fn note(rule: &Rule, command: &Command, state: &Alert) {
    let alert = rule.name.word();
    match command {
        Command::Raise { value, .. } if state.standing.is_some() => {
            let value = figure(*value, rule.unit).english;
            tracing::warn!(alert, value, severity = ?rule.severity, "an alert was raised");
        }
        Command::Recover { .. } => tracing::info!(alert, "an alert is over"),
        _ => {}
    }
}

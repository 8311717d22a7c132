//! Command × state → events or refusal.

use super::{
    command::{Command, Create, Edit, OrderStart},
    event::{
        Created, Deleted, Edited, Event, Holder, Hurried, Paused, Queued, Rescheduled, Resumed, StartOrdered,
        Started, Stopped, SurplusSeen,
    },
    evolve::evolve,
    follow::succeeded,
    goal::{Dormant, Goal},
    refusal::Refusal,
    schedule::Schedule,
    spec::Spec,
    state::{Action, Grab, Have, Held, Order, State, Wish},
};
use crate::{
    Aggregate, Seconds, Timestamp,
    access::Act,
    explain::{Violations, check_name},
};

impl Aggregate for Grab {
    const KIND: &'static str = "grab";
    const SNAPSHOT: u16 = 4;
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;

    fn act(command: &Command) -> Act {
        command.act()
    }

    fn decide(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        if self.order.is_none() {
            return match command {
                Command::Create(create) => open(*create),
                Command::OrderStart(order) => open_start(*order),
                _ => Err(Refusal::NoSuchTask),
            };
        }
        if self.deleted_at.is_some() {
            return match command {
                Command::Delete { .. } => Ok(vec![]),
                _ => Err(Refusal::NoSuchTask),
            };
        }
        match command {
            Command::Create(_) | Command::OrderStart(_) => Err(Refusal::AlreadyCreated),
            Command::Start { at } => self.start(at),
            Command::Pause { by, at } => self.pause(by, at),
            Command::Resume { by, at } => self.resume(by, at),
            Command::Stop { at } => self.stop(at),
            Command::Queue { at } => self.queue(at),
            Command::QueueAgain { at } => Ok(self.queue_again(at)),
            Command::Await { action, at } => self.wait_for_tenant(action, at),
            Command::Edit(edit) => self.edit(*edit),
            Command::Hurry { min_interval, at } => self.hurry(min_interval, at),
            Command::Delete { at } => self.delete(at),
            Command::FailPreparation { verdict, provider_error, at } => {
                Ok(self.fail_preparation(verdict, provider_error, at))
            }
            Command::Attempt(attempt) => self.attempt(*attempt),
            Command::Resend { number, at } => self.resend(number, at),
            Command::Absent { number, at } => self.absent(number, at),
            Command::Settle(settle) => Ok(self.settle(*settle)),
            Command::SeeRunning { instance, public_ip, private_ip, at } => {
                Ok(self.see_running(&instance, public_ip, private_ip, at))
            }
            Command::AskRelease { instance, at } => self.ask_release(&instance, at),
            Command::SeeLimits { limits, found, at } => Ok(self.see_limits(limits, found, at)),
            Command::SeeAccess { identity, shapes, at } => Ok(self.see_access(identity, shapes, at)),
            Command::SeeEnded { instance, verdict, provider_error, at } => {
                Ok(self.see_ended(&instance, verdict, provider_error, at))
            }
            Command::SeeSurplus { instances, at } => Ok(vec![SurplusSeen { instances, at }.into()]),
            Command::GiveUp { why, at } => Ok(self.give_up(why, at)),
            Command::AskReview { why, at } => Ok(self.ask_review(why, at)),
        }
    }

    fn evolve(&mut self, event: &Event) {
        evolve(self, event);
    }
}

/// What people ask.
impl Grab {
    fn start(&self, at: Timestamp) -> Result<Vec<Event>, Refusal> {
        match self.state() {
            State::Running | State::CoolingDown => Ok(vec![]),
            State::Pending if self.queued_at().is_some() => Ok(vec![self.goes_on(at)]),
            State::Pending | State::Stopped | State::Failed | State::NeedsReview => {
                Ok(vec![Started { at }.into()])
            }
            state @ (State::Paused | State::Succeeded) => {
                Err(Refusal::NotNow { action: Action::Start, state })
            }
        }
    }

    fn pause(&self, by: Holder, at: Timestamp) -> Result<Vec<Event>, Refusal> {
        match (self.wish, by, self.state()) {
            (_, _, State::Running | State::CoolingDown) => Ok(vec![Paused { by, at }.into()]),
            // Whoever waits for a place would be seated one day, and then act, or keep it from who may.
            (Wish::Queued(_), Holder::Person | Holder::Tenant, State::Pending) => {
                Ok(vec![Paused { by, at }.into()])
            }
            // A person's hold outlasts the tenant's: a key that works again does not wake what a person paused.
            (Wish::Paused(Holder::Tenant), Holder::Person, State::Paused) => {
                Ok(vec![Paused { by, at }.into()])
            }
            (_, _, State::Paused) => Ok(vec![]),
            (_, Holder::Tenant | Holder::Permission, _) => Ok(vec![]),
            (_, Holder::Person, state) => Err(Refusal::NotNow { action: Action::Pause, state }),
        }
    }

    fn resume(&self, by: Holder, at: Timestamp) -> Result<Vec<Event>, Refusal> {
        match (self.wish, by, self.state()) {
            (Wish::Paused(Holder::Tenant), Holder::Tenant, State::Paused) => Ok(vec![self.goes_on(at)]),
            (_, Holder::Tenant | Holder::Permission, _) => Ok(vec![]),
            (_, Holder::Person, State::Paused) => Ok(vec![self.goes_on(at)]),
            (_, Holder::Person, State::Running | State::CoolingDown) => Ok(vec![]),
            (_, Holder::Person, state) => Err(Refusal::NotNow { action: Action::Resume, state }),
        }
    }

    /// What was held or waited before it began is started only now.
    fn goes_on(&self, at: Timestamp) -> Event {
        if self.started_at.is_some() { Resumed { at }.into() } else { Started { at }.into() }
    }

    fn stop(&self, at: Timestamp) -> Result<Vec<Event>, Refusal> {
        match self.state() {
            State::Stopped => Ok(vec![]),
            State::Pending if self.queued_at().is_some() => Ok(vec![Stopped { at }.into()]),
            State::Running | State::CoolingDown | State::Paused | State::NeedsReview => {
                Ok(vec![Stopped { at }.into()])
            }
            state @ (State::Pending | State::Failed | State::Succeeded) => {
                Err(Refusal::NotNow { action: Action::Stop, state })
            }
        }
    }
}

/// What people ask, besides starting and stopping.
impl Grab {
    fn queue(&self, at: Timestamp) -> Result<Vec<Event>, Refusal> {
        if self.queued_at().is_some() {
            return Ok(vec![]);
        }
        let started = self.start(at)?;
        Ok(started.into_iter().map(|_| Queued { at }.into()).collect())
    }

    fn queue_again(&self, at: Timestamp) -> Vec<Event> {
        match (self.wish, self.state()) {
            (Wish::Paused(Holder::Tenant), State::Paused) => vec![Queued { at }.into()],
            _ => vec![],
        }
    }

    fn wait_for_tenant(&self, action: Action, at: Timestamp) -> Result<Vec<Event>, Refusal> {
        let wished = if action == Action::Resume { self.resume(Holder::Person, at) } else { self.start(at) }?;
        if wished.is_empty() || self.wish == Wish::Paused(Holder::Tenant) {
            return Ok(vec![]);
        }
        let waits = self.queued_at().is_some() || self.state() == State::Paused;
        let queued = (!waits).then(|| Queued { at }.into());
        Ok(queued.into_iter().chain([Paused { by: Holder::Tenant, at }.into()]).collect())
    }

    fn edit(&self, edit: Edit) -> Result<Vec<Event>, Refusal> {
        self.allow(Action::Update)?;
        let Some(order) = &self.order else { return Err(Refusal::NoSuchTask) };
        match &order.goal {
            Goal::Launch(spec) => self.edit_launch(order, spec, edit),
            Goal::Start(dormant) => reschedule(order, dormant, edit),
        }
    }

    fn edit_launch(&self, order: &Order, ordered: &Spec, edit: Edit) -> Result<Vec<Event>, Refusal> {
        let spec = edit.spec.map_or_else(
            || ordered.clone(),
            |spec| {
                spec.or_secrets(
                    ordered.root_password.clone().filter(|_| edit.keep_root_password),
                    ordered.user_data.clone().filter(|_| edit.keep_user_data),
                )
            },
        );
        let name = edit.name.unwrap_or_else(|| order.name.clone());
        let schedule = edit.schedule.unwrap_or_else(|| order.schedule.clone());
        check_order(&name, &spec, &schedule, edit.min_interval)?;
        self.check_count(&spec)?;
        if (&name, &spec, &schedule) == (&order.name, ordered, &order.schedule) {
            return Ok(vec![]);
        }
        let done = self.last_of(&spec).map(|last| succeeded(last.clone(), edit.at).into());
        let edited = Edited { name, spec, schedule, at: edit.at };
        Ok(std::iter::once(edited.into()).chain(done).collect())
    }

    /// What is there or on its way is not taken back by wishing for less.
    fn check_count(&self, spec: &Spec) -> Result<(), Refusal> {
        let under_way = usize::from(self.have != Have::Nothing);
        let least = self.held.len() + under_way;
        let mut violations = Violations::default();
        violations.require(
            usize::try_from(spec.count).is_ok_and(|count| count >= least),
            &["spec", "count"],
            &format!("{} are there already, and {under_way} may be on its way", self.held.len()),
            &format!("已抢到 {} 个，另有 {under_way} 个可能正在创建，不能更少", self.held.len()),
        );
        violations.into_result().map_err(Refusal::Invalid)
    }

    /// The last of the instances, where they are all that is wanted from now on.
    fn last_of(&self, spec: &Spec) -> Option<&Held> {
        self.held.last().filter(|_| usize::try_from(spec.count) == Ok(self.held.len()))
    }

    /// Out of turn, but never faster than the shortest interval, and never when the schedule says no.
    fn hurry(&self, min_interval: Seconds, at: Timestamp) -> Result<Vec<Event>, Refusal> {
        self.allow(Action::AttemptNow)?;
        let Some(order) = &self.order else { return Err(Refusal::NoSuchTask) };
        let rested = self.last.as_ref().map_or(at, |last| last.at.plus(min_interval));
        let soonest = order.schedule.opens(at.max(rested));
        if soonest > at {
            return Err(Refusal::TooSoon(soonest));
        }
        if self.hurried_since(at).is_some() { Ok(vec![]) } else { Ok(vec![Hurried { at }.into()]) }
    }

    fn delete(&self, at: Timestamp) -> Result<Vec<Event>, Refusal> {
        self.allow(Action::Delete)?;
        Ok(vec![Deleted { at }.into()])
    }

    fn allow(&self, action: Action) -> Result<(), Refusal> {
        match &self.have {
            _ if self.allowed_actions().contains(&action) => Ok(()),
            Have::Asked(_) | Have::Accepted(_) => Err(Refusal::AttemptOut),
            Have::Nothing | Have::Unclear(_) => Err(Refusal::NotNow { action, state: self.state() }),
        }
    }
}

fn reschedule(order: &Order, dormant: &Dormant, edit: Edit) -> Result<Vec<Event>, Refusal> {
    let name = edit.name.unwrap_or_else(|| order.name.clone());
    let schedule = edit.schedule.unwrap_or_else(|| order.schedule.clone());
    let mut violations = check_start(&name, dormant, &schedule, edit.min_interval);
    violations.require(
        edit.spec.is_none(),
        &["spec"],
        "this task starts an instance and makes none: make a new task",
        "该任务只启动已有实例，不创建新实例：请新建任务",
    );
    violations.into_result().map_err(Refusal::Invalid)?;
    if (&name, &schedule) == (&order.name, &order.schedule) {
        return Ok(vec![]);
    }
    Ok(vec![Rescheduled { name, schedule, at: edit.at }.into()])
}

fn check_start(name: &str, dormant: &Dormant, schedule: &Schedule, min_interval: Seconds) -> Violations {
    let mut violations = Violations::default();
    check_name(&mut violations, name, &["name"]);
    dormant.check(&mut violations);
    schedule.check(min_interval, &mut violations);
    violations
}

fn open_start(order: OrderStart) -> Result<Vec<Event>, Refusal> {
    let OrderStart { tenant, name, start, schedule, min_interval, at } = order;
    check_start(&name, &start, &schedule, min_interval).into_result().map_err(Refusal::Invalid)?;
    Ok(vec![StartOrdered { tenant, name, start, schedule, at }.into()])
}

fn check_order(name: &str, spec: &Spec, schedule: &Schedule, min_interval: Seconds) -> Result<(), Refusal> {
    let mut violations = Violations::default();
    check_name(&mut violations, name, &["name"]);
    spec.check(&mut violations);
    schedule.check(min_interval, &mut violations);
    violations.into_result().map_err(Refusal::Invalid)
}

fn open(create: Create) -> Result<Vec<Event>, Refusal> {
    check_order(&create.name, &create.spec, &create.schedule, create.min_interval)?;
    let Create { tenant, name, spec, schedule, at, .. } = create;
    Ok(vec![Created { tenant, name, spec, schedule, at }.into()])
}

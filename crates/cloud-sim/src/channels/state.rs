//! What all channels share, behind one lock: time, places, script, ceilings, journal.

use std::{
    sync::Arc,
    time::{Duration, UNIX_EPOCH},
};

use super::{
    ceiling::{Ceiling, Gauge},
    delivery::{Answer, Delivery, Draft, Journal},
    kind::Kind,
    plot::{Call, Playing, Plot},
    reply::{End, Reply},
    sink::Sinks,
    step::{Act, Ending, Trouble},
    telegram::Bots,
};
use crate::clock::{Clock, milliseconds};

/// A clock of somebody else's, in milliseconds since the Unix epoch.
pub(super) type Now = Arc<dyn Fn() -> i64 + Send + Sync>;

/// By which time things arrive, and by which signatures are judged.
pub(super) enum Time {
    Own(Clock),
    Given(Now),
}

impl Time {
    fn now(&self) -> i64 {
        match self {
            Self::Own(clock) => i64::try_from(clock.now()).unwrap_or(i64::MAX),
            Self::Given(now) => now(),
        }
    }

    /// What the services believe the date to be.
    fn wall(&self) -> i64 {
        match self {
            Self::Own(clock) => {
                let since = clock.wall().duration_since(UNIX_EPOCH).unwrap_or_default();
                i64::try_from(milliseconds(since)).unwrap_or(i64::MAX)
            }
            Self::Given(now) => now(),
        }
    }
}

pub(super) struct State {
    pub(super) time: Time,
    pub(super) sinks: Sinks,
    pub(super) gauge: Gauge,
    pub(super) journal: Journal,
    pub(super) bots: Bots,
    playing: Playing,
}

/// One message to one channel, as that channel deals with it.
pub(super) trait Vendor {
    fn kind(&self) -> Kind;

    /// Whether it brings something before a person's eyes: only that counts against ceilings, and only that is meant
    /// by rules that name no method.
    fn delivers(&self) -> bool {
        true
    }

    fn ceilings(&self) -> Vec<Ceiling> {
        Vec::new()
    }

    /// How this channel words a trouble.
    fn trouble(&self, trouble: &Trouble) -> Reply;

    /// Takes the message and says so.
    fn take(&self, state: &mut State, delivery: &mut Delivery) -> Reply;
}

/// A message that was understood, or what is wrong with it.
pub(super) struct Reading {
    pub(super) draft: Draft,
    pub(super) refusal: Option<Refusal>,
}

/// Why a message is turned down whatever the script says.
pub(super) struct Refusal {
    pub(super) why: String,
    pub(super) reply: Reply,
}

/// What the script has to say about a call.
pub(super) struct Turn {
    /// In place of what the channel itself would say.
    pub(super) refused: Option<Reply>,
    ending: Ending,
    delay: Duration,
    text: Option<String>,
}

impl Turn {
    /// The step that was played, for the journal.
    pub(super) fn words(&self) -> Option<String> {
        self.text.clone()
    }

    /// Hands a reply over, or loses it on the way, as the script wants it.
    pub(super) fn spoil(&self, reply: Reply) -> Reply {
        let reply = match self.ending {
            Ending::Answer => reply,
            Ending::Close => reply.ending(End::Close),
            Ending::Hang => reply.ending(End::Hang),
            Ending::Garbage => Reply::garbage(),
            Ending::Flood => Reply::flood(),
        };
        reply.after(self.delay)
    }
}

impl State {
    pub(super) fn new(time: Time) -> Self {
        Self {
            time,
            sinks: Sinks::default(),
            gauge: Gauge::default(),
            journal: Journal::default(),
            bots: Bots::default(),
            playing: Playing::default(),
        }
    }

    pub(super) fn now(&self) -> i64 {
        self.time.now()
    }

    pub(super) fn wall(&self) -> i64 {
        self.time.wall()
    }

    /// Starts a plot from its beginning. Sinks that were named before stay.
    pub(super) fn play(&mut self, plot: &Plot) {
        self.playing = Playing::new(plot);
        self.sinks.closed.clone_from(&plot.closed);
        self.gauge = Gauge::held(plot.ceilings.unwrap_or_default());
        for place in &plot.sink {
            self.sinks.set(place.kind, &place.to, place.sink());
        }
    }

    /// Deals with one message and writes it down.
    pub(super) fn receive(&mut self, vendor: &dyn Vendor, reading: Reading, origin: &str) -> Reply {
        let mut delivery = reading.draft.into_delivery(vendor.kind(), self.now());
        let reply = match reading.refusal {
            Some(refusal) => {
                delivery.error = Some(refusal.why);
                refusal.reply
            }
            None => self.judge(vendor, &mut delivery, origin),
        };
        delivery.answer = match reply.end {
            End::Answer => Answer::Status(reply.status),
            End::Close => Answer::Closed,
            End::Hang => Answer::Hung,
        };
        self.journal.add(delivery);
        reply
    }

    fn judge(&mut self, vendor: &dyn Vendor, delivery: &mut Delivery, origin: &str) -> Reply {
        let call = Call {
            kind: vendor.kind(),
            to: &delivery.to,
            method: &delivery.method,
            delivers: vendor.delivers(),
        };
        let mut turn = self.turn(call, &|trouble| vendor.trouble(trouble), origin);
        delivery.step = turn.words();
        if let Some(reply) = turn.refused.take() {
            delivery.error = Some("the script says so".to_owned());
            return reply.after(turn.delay);
        }
        if vendor.delivers()
            && let Err(wait) = self.gauge.admit(vendor.ceilings(), delivery.at_ms)
        {
            delivery.error = Some("a ceiling was passed".to_owned());
            return vendor.trouble(&Trouble::throttle(wait));
        }
        delivery.accepted = true;
        let reply = vendor.take(self, delivery);
        turn.spoil(reply)
    }

    /// Takes the script's next step for a call.
    pub(super) fn turn(&mut self, call: Call<'_>, words: &dyn Fn(&Trouble) -> Reply, origin: &str) -> Turn {
        let Some(step) = self.playing.step(call) else {
            return Turn { refused: None, ending: Ending::Answer, delay: Duration::ZERO, text: None };
        };
        let (refused, ending) = match step.act {
            Act::Take(ending) => (None, ending),
            Act::Refuse(trouble) => (Some(words(&trouble)), Ending::Answer),
            Act::Redirect(to) => {
                let to = to.unwrap_or_else(|| format!("{origin}/channels/webhook/redirected"));
                (Some(Reply::redirect(to)), Ending::Answer)
            }
            Act::Drop => (Some(Reply::text(0, "").ending(End::Close)), Ending::Answer),
            Act::Hang => (Some(Reply::text(0, "").ending(End::Hang)), Ending::Answer),
        };
        Turn { refused, ending, delay: step.delay, text: Some(step.text) }
    }
}

//! One grab: a mailbox around its state. It exists only while something happens to it.

use std::{cell::Cell, rc::Rc, sync::Arc};

use actix::{Actor, ActorFutureExt as _, Context, Handler, Message, ResponseActFuture, WrapFuture as _};
use berth_actors::{DueIndex, Hosted, Lifeline};
use berth_domain::{
    GrabId, Timestamp,
    grab::{Command, Grab},
};
use berth_store::Version;
use secrecy::SecretString;
use tokio::sync::Mutex;

use super::{Moments, Places, Surveys, hunter};
use crate::{
    gate::Gate,
    ledger::{Book, Ledger},
    order::{Denied, Fault, Order, Told},
    secrets::Secrets,
    world::World,
};

/// What all actors of grabs share.
pub(crate) struct Kit {
    pub(crate) world: Arc<World>,
    pub(crate) ledger: Ledger,
    pub(crate) secrets: Secrets,
    pub(crate) gate: Gate,
    pub(crate) surveys: Surveys,
    pub(crate) places: Arc<Places>,
    /// When the attempt that is looked for was first not to be seen.
    pub(crate) missing: Moments,
    /// When the last attempt went out.
    pub(crate) tried: Moments,
    /// When the accepted instance was first looked at.
    pub(crate) followed: Moments,
    pub(crate) due: DueIndex<GrabId>,
    pub(crate) install_key: SecretString,
    /// When this process began to act.
    pub(crate) awake_since: Timestamp,
}

pub(crate) struct GrabActor {
    pub(super) desk: Rc<Desk>,
    lifeline: Lifeline,
}

/// What the actor's futures share. They run on one thread, one at a time between awaits.
pub(super) struct Desk {
    pub(super) id: GrabId,
    pub(super) kit: Arc<Kit>,
    /// Held while a command is decided and appended, never while the cloud is called.
    book: Mutex<Option<Book<Grab>>>,
    pub(super) lifeline: Lifeline,
    hunting: Cell<bool>,
    /// Woken while it hunted: it looks once more before it rests.
    again: Cell<bool>,
    /// When the accepted instance was last looked at.
    pub(super) looked_at: Cell<Option<Timestamp>>,
}

impl GrabActor {
    pub(crate) fn new(id: GrabId, kit: Arc<Kit>, lifeline: Lifeline) -> Self {
        let desk = Desk {
            id,
            kit,
            book: Mutex::new(None),
            lifeline: lifeline.clone(),
            hunting: Cell::new(false),
            again: Cell::new(false),
            looked_at: Cell::new(None),
        };
        Self { desk: Rc::new(desk), lifeline }
    }

    fn hunt(&mut self, ctx: &mut Context<Self>) {
        self.desk.again.set(true);
        if self.desk.hunting.replace(true) {
            return;
        }
        let desk = self.desk.clone();
        let hunt = async move {
            while desk.again.replace(false) && !desk.lifeline.resting() {
                hunter::hunt(&desk).await;
            }
            desk.hunting.set(false);
        };
        self.lifeline.spawn(ctx, hunt.into_actor(self));
    }
}

impl Actor for GrabActor {
    type Context = Context<Self>;

    /// Whatever woke it, a panic included: state alone says what there is to do.
    fn started(&mut self, ctx: &mut Context<Self>) {
        self.hunt(ctx);
    }
}

impl Hosted for GrabActor {
    type Id = GrabId;
}

/// Carries out a command.
#[derive(Message)]
#[rtype(result = "Result<Told<GrabId, Grab>, Denied>")]
pub(crate) struct Tell {
    pub(crate) command: Command,
    pub(crate) order: Order,
}

impl Handler<Tell> for GrabActor {
    type Result = ResponseActFuture<Self, Result<Told<GrabId, Grab>, Denied>>;

    /// Whoever gave it, the command may matter to the hunter: it looks at once, whatever becomes of the followers.
    fn handle(&mut self, tell: Tell, _: &mut Context<Self>) -> Self::Result {
        let (desk, busy) = (self.desk.clone(), self.lifeline.busy());
        let telling = async move { desk.tell(tell.command, &tell.order).await };
        Box::pin(telling.into_actor(self).map(move |told, actor, ctx| {
            actor.hunt(ctx);
            drop(busy);
            told
        }))
    }
}

/// Something happened that may matter to it. Carries nothing: what it does depends on its state alone.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Wake;

impl Handler<Wake> for GrabActor {
    type Result = ();

    fn handle(&mut self, _: Wake, ctx: &mut Context<Self>) {
        self.hunt(ctx);
    }
}

impl Desk {
    pub(super) fn now(&self) -> Timestamp {
        self.kit.world.now()
    }

    pub(super) async fn tell(&self, command: Command, order: &Order) -> Result<Told<GrabId, Grab>, Denied> {
        let mut book = self.book.lock().await;
        let book = self.opened(&mut book).await?;
        // Taken here and not by whoever asks: an asker that goes away meanwhile takes no place with it.
        let command = self.placed(&book.state, command, order).await?;
        let told = self.kit.ledger.tell(book, command, order).await;
        self.kit.places.note(self.id, book.state.state().runs(), book.state.queued_at());
        Ok(Told { id: self.id, state: book.state.clone(), done: told? })
    }

    /// Reads the state without copying it.
    pub(super) async fn with<T>(&self, read: impl FnOnce(&Grab) -> T) -> Result<T, Fault> {
        let mut book = self.book.lock().await;
        Ok(read(&self.opened(&mut book).await?.state))
    }

    /// The same, and at which version it was so.
    pub(super) async fn with_version<T>(&self, read: impl FnOnce(&Grab) -> T) -> Result<(Version, T), Fault> {
        let mut book = self.book.lock().await;
        let book = self.opened(&mut book).await?;
        Ok((book.version, read(&book.state)))
    }

    async fn opened<'a>(&self, book: &'a mut Option<Book<Grab>>) -> Result<&'a mut Book<Grab>, Fault> {
        if book.is_none() {
            *book = Some(self.kit.ledger.open(self.id).await?);
        }
        Ok(book.as_mut().expect("it was opened just above"))
    }
}

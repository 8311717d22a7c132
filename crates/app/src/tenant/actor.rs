//! One tenant: a mailbox around its state, its key and its pace.
//!
//! Every call to the cloud asks here first for the account and for its turn. The pace is measured, so it lives in memory;
//! a freeze that the cloud asked for is an event and outlasts a restart.

use std::{cell::Cell, cell::RefCell, rc::Rc, sync::Arc};

use actix::{Actor, Context, Handler, Message, ResponseFuture};
use berth_actors::{DueIndex, Hosted, Lifeline};
use berth_domain::{
    TenantId, Timestamp,
    tenant::{Command, Status, Tenant},
};
use tokio::sync::Mutex;

use super::{account::Opened, options::Kept, pace::Turns, untried::Tries};
use crate::{
    ledger::{Book, Ledger},
    order::{Denied, Fault, Order, Told},
    secrets::Secrets,
    world::World,
};

pub(crate) struct TenantActor {
    pub(super) desk: Rc<Desk>,
    pub(super) lifeline: Lifeline,
}

/// What all actors of tenants share.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) world: Arc<World>,
    pub(crate) ledger: Ledger,
    pub(crate) secrets: Secrets,
    pub(crate) due: DueIndex<TenantId>,
    /// When this life of the process began.
    pub(crate) awake_since: Timestamp,
}

/// What the actor's futures share. They run on one thread, one at a time between awaits.
pub(super) struct Desk {
    pub(super) id: TenantId,
    pub(super) world: Arc<World>,
    ledger: Ledger,
    pub(super) secrets: Secrets,
    book: Mutex<Option<Book<Tenant>>>,
    pub(super) turns: Rc<Turns>,
    pub(super) account: RefCell<Option<Opened>>,
    pub(super) checking: Cell<bool>,
    pub(super) tries: Tries,
    pub(super) due: DueIndex<TenantId>,
    pub(super) awake_since: Timestamp,
    pub(super) options: Kept,
}

impl TenantActor {
    pub(crate) fn new(id: TenantId, shared: &Shared, lifeline: Lifeline) -> Self {
        let Shared { world, ledger, secrets, due, awake_since } = shared.clone();
        let turns = Turns::new(world.clock, world.settings.calls_per_second);
        let desk = Desk {
            id,
            world,
            ledger,
            secrets,
            book: Mutex::new(None),
            turns,
            account: RefCell::new(None),
            checking: Cell::new(false),
            tries: Tries::default(),
            due,
            awake_since,
            options: Kept::default(),
        };
        Self { desk: Rc::new(desk), lifeline }
    }
}

impl Actor for TenantActor {
    type Context = Context<Self>;
}

impl Hosted for TenantActor {
    type Id = TenantId;
}

/// Carries out a command.
#[derive(Message)]
#[rtype(result = "Result<Told<TenantId, Tenant>, Denied>")]
pub(crate) struct Tell {
    pub(crate) command: Command,
    pub(crate) order: Order,
}

impl Handler<Tell> for TenantActor {
    type Result = ResponseFuture<Result<Told<TenantId, Tenant>, Denied>>;

    fn handle(&mut self, tell: Tell, _: &mut Context<Self>) -> Self::Result {
        let (desk, busy) = (self.desk.clone(), self.lifeline.busy());
        Box::pin(async move {
            let told = desk.tell(tell.command, &tell.order).await;
            drop(busy);
            told
        })
    }
}

/// Asks whether the tenant may act. One that never was is as one that was removed.
#[derive(Message)]
#[rtype(result = "Result<Status, Denied>")]
pub(crate) struct AskStatus;

impl Handler<AskStatus> for TenantActor {
    type Result = ResponseFuture<Result<Status, Denied>>;

    fn handle(&mut self, _: AskStatus, _: &mut Context<Self>) -> Self::Result {
        let desk = self.desk.clone();
        Box::pin(async move {
            let tenant = desk.state().await?;
            Ok(if tenant.exists() { tenant.status } else { Status::Removed })
        })
    }
}

impl Desk {
    pub(super) fn now(&self) -> Timestamp {
        self.world.now()
    }

    pub(super) async fn tell(
        &self,
        command: Command,
        order: &Order,
    ) -> Result<Told<TenantId, Tenant>, Denied> {
        let mut book = self.book.lock().await;
        let book = self.opened(&mut book).await?;
        let done = self.ledger.tell(book, command, order).await?;
        Ok(Told { id: self.id, state: book.state.clone(), done })
    }

    pub(super) async fn state(&self) -> Result<Tenant, Denied> {
        let mut book = self.book.lock().await;
        Ok(self.opened(&mut book).await?.state.clone())
    }

    async fn opened<'a>(&self, book: &'a mut Option<Book<Tenant>>) -> Result<&'a mut Book<Tenant>, Fault> {
        if book.is_none() {
            let opened: Book<Tenant> = self.ledger.open(self.id).await?;
            self.turns.restore(&opened.state);
            *book = Some(opened);
        }
        Ok(book.as_mut().expect("it was opened just above"))
    }
}

//! Read models as they move.

use std::{collections::VecDeque, time::Duration};

use async_graphql::{Context, Result, Subscription};
use berth_domain::access::Act;
use berth_views::Projection as Row;
use futures::{
    StreamExt,
    stream::{self, BoxStream},
};
use tokio::{sync::watch, time};

use super::{object::Projection, query::nobody};
use crate::shared::{
    caller::{Allowed, language},
    context::views,
    fault,
};

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(500);
/// Something is told at least so often, so that both ends know that the other is there.
const SILENCE: Duration = Duration::from_secs(15);

#[derive(Default)]
pub(crate) struct ProjectionSubscription;

#[Subscription(guard = "Allowed(Act::Look)")]
impl ProjectionSubscription {
    /// A read model as it is now, and then whenever its status or its progress changes, at most twice a second.
    #[expect(clippy::unused_async, reason = "the macro takes only async functions")]
    async fn projection_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only this one; all when absent.")] name: Option<String>,
    ) -> Result<BoxStream<'static, Projection>> {
        let views = views(ctx);
        if let Some(unknown) = name.as_ref().filter(|name| views.projection(name).is_none()) {
            return Err(fault::no_such(language(ctx), &nobody(unknown)));
        }
        let news = views.watch_projections();
        let watching = Watching { news, name, begun: false, told: Vec::new(), to_tell: VecDeque::new() };
        Ok(stream::unfold(watching, Watching::next).boxed())
    }
}

struct Watching {
    news: watch::Receiver<Vec<Row>>,
    name: Option<String>,
    begun: bool,
    /// As they were told last.
    told: Vec<Row>,
    to_tell: VecDeque<Row>,
}

impl Watching {
    async fn next(mut self) -> Option<(Projection, Self)> {
        while self.to_tell.is_empty() {
            if self.begun {
                time::sleep(PAUSE).await;
                match time::timeout(SILENCE, self.news.changed()).await {
                    Ok(Ok(())) => {}
                    // The views are gone, and the server with them.
                    Ok(Err(_)) => return None,
                    Err(_) => self.told.clear(),
                }
            }
            self.begun = true;
            self.look();
        }
        let row = self.to_tell.pop_front()?;
        Some((Projection(row), self))
    }

    fn look(&mut self) {
        let now: Vec<Row> = self.news.borrow_and_update().clone();
        let wanted = now.into_iter().filter(|row| self.name.as_ref().is_none_or(|name| name == row.name));
        let wanted: Vec<Row> = wanted.collect();
        self.to_tell = wanted.iter().filter(|row| !self.told.contains(row)).cloned().collect();
        self.told = wanted;
    }
}

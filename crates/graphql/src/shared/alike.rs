//! One answer for all who ask the same: five hundred who are told one batch have it worked out and written once.
//!
//! Whoever runs a subscription may say what it is the same as ([`Alike`]). Then the words of a batch are handed over beside the stream, and
//! the stream holds null in their place. Without it every subscription is answered by itself, as the library does.

use std::{
    borrow::Cow,
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_graphql::{
    ContextSelectionSet, OutputType, Positioned, ServerResult, Value, parser::types::Field,
    registry::Registry,
};
use berth_store::Position;
use serde_json::value::{RawValue, to_raw_value};
use tokio::{sync::OnceCell, time::Instant};

/// So many answers are kept for those who come to them a moment later. One is as large as a batch may be.
const KEPT: usize = 64;
/// And so long: a batch names things that go on changing, as a line's tenant does.
const FRESH: Duration = Duration::from_secs(1);

/// One subscription: what it is the same as, and the words of its next answer on their way out.
pub struct Alike {
    asked: Arc<str>,
    told: Mutex<Option<Arc<RawValue>>>,
}

impl Alike {
    /// Two that are told of the same stretch of the log are told the same words, if `asked` is equal: it names the query, its variables, who
    /// asks and in which language. Where each of them began is the one thing that it leaves out.
    pub fn new(asked: &str) -> Self {
        Self { asked: asked.into(), told: Mutex::default() }
    }

    /// What stands in the place of the null that the stream put out last. Nothing, if it put out the answer itself.
    pub fn take(&self) -> Option<Arc<RawValue>> {
        held(&self.told).take()
    }
}

/// A batch, worked out once for all who are told of it.
pub(crate) struct Shared<T> {
    batch: T,
    /// Absent where nobody knows what it begins after.
    span: Option<Span>,
}

/// What a batch tells of. Of two batches of one feed and filter that are equal in this, each tells the other's words.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Span {
    after: Position,
    position: Position,
    caught_up: bool,
    skipped: u64,
}

impl<T> Shared<T> {
    /// A batch from where the one before it ended. This one's end takes the place of that.
    pub(crate) fn since(
        before: &mut Option<Position>,
        position: Position,
        caught_up: bool,
        batch: T,
    ) -> Self {
        let span = before.replace(position).map(|after| Span { after, position, caught_up, skipped: 0 });
        Self { batch, span }
    }

    /// The same, where so many were left out.
    pub(crate) fn without(mut self, skipped: u64) -> Self {
        self.span = self.span.map(|span| Span { skipped, ..span });
        self
    }
}

#[async_trait::async_trait]
impl<T: OutputType> OutputType for Shared<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        let (Some(alike), Some(span)) = (ctx.data_opt::<Arc<Alike>>(), &self.span) else {
            return self.batch.resolve(ctx, field).await;
        };
        let answers = ctx.data_unchecked::<Answers>();
        let cell = answers.cell((span.clone(), alike.asked.clone()));
        let words = cell.get_or_try_init(async || {
            let value = self.batch.resolve(ctx, field).await.map_err(Err)?;
            // An error beside the data is told to whoever meets it, with their request's number in it.
            let whole = held(&ctx.query_env.errors).is_empty();
            let words = whole.then(|| to_raw_value(&value).ok()).flatten();
            words.map(Arc::from).ok_or(Ok(value))
        });
        match words.await {
            Ok(words) => {
                *held(&alike.told) = Some(words.clone());
                Ok(Value::Null)
            }
            Err(alone) => alone,
        }
    }
}

type Key = (Span, Arc<str>);
type Cell = Arc<OnceCell<Arc<RawValue>>>;

/// The newest answers of one schema, oldest first.
#[derive(Default)]
pub(crate) struct Answers(Mutex<VecDeque<(Instant, Key, Cell)>>);

impl Answers {
    /// Where an answer is, or is to be put by the first who needs it; the others wait for them. Whoever has it in hand keeps it when it is
    /// forgotten here.
    fn cell(&self, key: Key) -> Cell {
        let mut kept = held(&self.0);
        while kept.len() >= KEPT || kept.front().is_some_and(|(made, ..)| made.elapsed() >= FRESH) {
            kept.pop_front();
        }
        if let Some((.., cell)) = kept.iter().rev().find(|(_, other, _)| *other == key) {
            return cell.clone();
        }
        let cell = Cell::default();
        kept.push_back((Instant::now(), key, cell.clone()));
        cell
    }
}

/// What it holds is whole even where somebody panicked.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

//! What may be asked about the past.

use async_graphql::{Context, Object, Result};
use berth_domain::{
    Text,
    access::Act,
    replay::{Change, Point},
};
use berth_store::{Position, Version};

use super::{
    object::{StateChange, StreamSnapshot},
    point::PointInHistory,
    read::{self, Place, Replay},
};
use crate::shared::{
    caller::{Allowed, language},
    fault,
    page::times,
};

/// So many differences at most.
const MOST: usize = 500;
/// As many as are counted on before it is known.
const USUAL: u32 = 50;

#[derive(Default)]
pub(crate) struct ReplayQuery;

#[Object(guard = "Allowed(Act::ReadHistory)")]
impl ReplayQuery {
    /// What something was at a point of its history. Null when there is no such stream. What was released when the books were
    /// closed is not known any more: a point within it is answered by an error `BAD_INPUT` that says which points are near.
    async fn stream_snapshot(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What, `grab/grab_…`.")] stream_id: String,
        #[graphql(desc = "When; now when absent.")] point: Option<PointInHistory>,
    ) -> Result<Option<StreamSnapshot>> {
        let point = point.map_or(Ok(Point::Head), |point| point.read(ctx))?;
        let name = stream_id.clone();
        let found = read::with(ctx, &stream_id, &[point], move |replay| {
            let place = replay.place(point);
            let gap = gap(replay, &place);
            (StreamSnapshot::of(name, replay, &place), gap)
        })
        .await?;
        let Some((snapshot, gap)) = found else { return Ok(None) };
        refuse_lost(ctx, point, gap).await?;
        Ok(Some(snapshot))
    }

    /// What changed in something between two points of its history, with the event that did it: at most 500 places, in the order of
    /// their paths. May be asked backwards as well. Empty when there is no such stream.
    #[graphql(complexity = "times(None, USUAL, child_complexity)")]
    async fn stream_diff(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What, `grab/grab_…`.")] stream_id: String,
        #[graphql(desc = "From this point on; from before its first event when absent.")] from: Option<
            PointInHistory,
        >,
        #[graphql(desc = "Up to this point; now when absent.")] to: Option<PointInHistory>,
    ) -> Result<Vec<StateChange>> {
        let from = from.map_or(Ok(Point::Version(0)), |point| point.read(ctx))?;
        let to = to.map_or(Ok(Point::Head), |point| point.read(ctx))?;
        let points = [from, to];
        let found = read::with(ctx, &stream_id, &points, move |replay| compare(replay, from, to));
        let Some(compared) = found.await? else { return Ok(Vec::new()) };
        for (point, gap) in [(from, compared.gaps.0), (to, compared.gaps.1)] {
            refuse_lost(ctx, point, gap).await?;
        }
        Ok(compared.changes)
    }
}

struct Compared {
    gaps: (Option<Gap>, Option<Gap>),
    changes: Vec<StateChange>,
}

fn compare(replay: &Replay, from: Point, to: Point) -> Compared {
    let (earlier, later) = (replay.place(from), replay.place(to));
    // A field without a value and no field are the same to whoever looks.
    let nothing = |value: &Option<serde_json::Value>| value.as_ref().is_none_or(serde_json::Value::is_null);
    let differs = |change: &Change| !(nothing(&change.before) && nothing(&change.after));
    let changes = replay.history.diff(from, to).into_iter().filter(differs).take(MOST);
    Compared {
        changes: changes.map(|change| StateChange::of(replay, change)).collect(),
        gaps: (gap(replay, &earlier), gap(replay, &later)),
    }
}

/// The events around a hole in a stream, which a point may lie in.
#[derive(Clone, Copy)]
struct Gap {
    /// The last before it.
    before: (Version, Position),
    /// The one that stands in for what was released.
    after: (Version, Position),
}

fn gap(replay: &Replay, place: &Place) -> Option<Gap> {
    let next =
        replay.events.get(place.before.map_or(0, |index| index + 1)).filter(|_| place.released_behind)?;
    let before = replay.event(place.before);
    Some(Gap {
        before: before.map_or_else(Default::default, |event| (event.version, event.position)),
        after: (next.version, next.position),
    })
}

async fn refuse_lost(ctx: &Context<'_>, point: Point, gap: Option<Gap>) -> Result<()> {
    let Some(Gap { before, after }) = gap else { return Ok(()) };
    if !read::is_lost(ctx, point, before.1).await? {
        return Ok(());
    }
    let text = Text::new(
        format!(
            "what happened there was summarised when the books were closed; the nearest points that are known are version {} (position {}) and version {} (position {}). The archive holds the rest",
            before.0, before.1, after.0, after.1
        ),
        format!(
            "该处的历史已在结账时汇总；可查的最近时间点是第 {} 版（位置 {}）与第 {} 版（位置 {}）。其余在归档中",
            before.0, before.1, after.0, after.1
        ),
    );
    Err(fault::bad_input(language(ctx), &text))
}

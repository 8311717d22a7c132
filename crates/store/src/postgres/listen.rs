//! Hears of appends, also of other servers'. A hint only: who follows looks each second anyway.

use std::sync::Arc;
use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::PgListener;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::place::Schema;
use crate::Position;

const ASK_AGAIN: Duration = Duration::from_millis(500);
/// A connection on which nothing was heard for so long is asked whether it is still one.
const SILENCE: Duration = Duration::from_secs(30);
const PATIENCE: Duration = Duration::from_secs(2);

/// Runs until it is dropped or the pool is closed.
pub(super) async fn listen(pool: PgPool, schema: Schema, position: Arc<watch::Sender<Position>>) {
    while !pool.is_closed() {
        if let Err(error) = hear(&pool, &schema, &position).await {
            tracing::debug!(%error, "appends of other servers are not heard of for the moment");
        }
        sleep(ASK_AGAIN).await;
    }
}

/// Until the connection is lost. What was told before it listened is asked for.
async fn hear(pool: &PgPool, schema: &Schema, position: &watch::Sender<Position>) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.eager_reconnect(false);
    listener.listen(&schema.channel()).await?;
    let query = sqlx::query_scalar("SELECT position FROM head WHERE id = 1");
    advance(position, Position::from_sql(query.fetch_one(&mut listener).await?));
    loop {
        match timeout(SILENCE, listener.try_recv()).await {
            Ok(Ok(Some(news))) => advance(position, news.payload().parse().unwrap_or_default()),
            Ok(Ok(None)) => return Ok(()),
            Ok(Err(error)) => return Err(error),
            Err(_silent) => match timeout(PATIENCE, listener.listen(&schema.channel())).await {
                Ok(done) => done?,
                Err(_dead) => return Ok(()),
            },
        }
    }
}

/// Positions only rise, whoever tells them.
pub(super) fn advance(position: &watch::Sender<Position>, to: Position) {
    position.send_if_modified(|known| {
        let moved = to > *known;
        *known = to.max(*known);
        moved
    });
}

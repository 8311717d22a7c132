//! Pages of lists, as the connections that clients know.

use async_graphql::{Context, Result, ServerResult, SimpleObject};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use berth_domain::{Language, Text};
use berth_store::Position;
use berth_views::{Cursor, Page, Slice};

use super::{caller::language, fault};

/// How many items a page has when nobody says.
pub(crate) const USUAL: u32 = 20;
/// The largest page of things.
pub(crate) const THINGS: u32 = 100;
/// The largest page of lines: attempts, log entries, events.
pub(crate) const LINES: u32 = 500;

/// Where a page begins and ends, and whether there is more.
#[derive(Clone, Debug, Default, SimpleObject)]
pub(crate) struct PageInfo {
    /// There are items behind this page.
    pub(crate) has_next_page: bool,
    /// There are items before this page.
    pub(crate) has_previous_page: bool,
    /// The first item's cursor, to ask for what is `before` it, or where a search for earlier ones was given up. Null where nothing was found.
    pub(crate) start_cursor: Option<String>,
    /// The last item's cursor, to ask for what is `after` it, or where a search for later ones was given up. Null where nothing was found.
    pub(crate) end_cursor: Option<String>,
}

/// Which part of a list, as a client says it.
#[derive(Default)]
pub(crate) struct Part {
    pub(crate) first: Option<i32>,
    pub(crate) after: Option<String>,
    pub(crate) last: Option<i32>,
    pub(crate) before: Option<String>,
}

/// One end of a list, and how much of it.
pub(crate) enum End {
    Front { count: u32, after: Option<String> },
    Back { count: u32, before: Option<String> },
}

impl Part {
    pub(crate) fn front(first: Option<i32>, after: Option<String>) -> Self {
        Self { first, after, ..Self::default() }
    }

    pub(crate) fn end(self, ctx: &Context<'_>, most: u32) -> Result<End> {
        match self {
            Self { first, after, last: None, before: None } => {
                Ok(End::Front { count: count(ctx, first, most)?, after })
            }
            Self { first: None, after: None, last, before } => {
                Ok(End::Back { count: count(ctx, last, most)?, before })
            }
            _ => {
                let text = Text::new(
                    "ask either with first and after, or with last and before",
                    "请只用 first/after 或 last/before",
                );
                Err(fault::bad_query(language(ctx), &text))
            }
        }
    }

    pub(crate) fn slice(self, ctx: &Context<'_>, most: u32) -> Result<Slice> {
        let read = |cursor: Option<String>| cursor.map(|text| unveiled(language(ctx), &text)).transpose();
        Ok(match self.end(ctx, most)? {
            End::Front { count, after } => Slice::First { count, after: read(after)? },
            End::Back { count, before } => Slice::Last { count, before: read(before)? },
        })
    }
}

fn count(ctx: &Context<'_>, wanted: Option<i32>, most: u32) -> Result<u32> {
    let Some(wanted) = wanted else { return Ok(USUAL) };
    u32::try_from(wanted).ok().filter(|count| *count <= most).ok_or_else(|| {
        let text = Text::new(format!("a page has at most {most} items"), format!("每页最多 {most} 项"));
        fault::bad_query(language(ctx), &text)
    })
}

/// What a page may cost, before it is asked for. Bounded, so that a page that is refused anyway cannot overflow.
///
/// `asked` reads an argument. It comes from inside async-graphql's macro: naming the arguments, as its book says, refuses every query
/// that leaves out a variable which may be left out (8.0.0-rc.5).
pub(crate) fn cost(asked: impl Fn(&'static str) -> ServerResult<Option<i32>>, child: usize) -> usize {
    let rows = asked("first").ok().flatten().or_else(|| asked("last").ok().flatten());
    times(rows, USUAL, child)
}

/// So many times the cost of one.
pub(crate) fn times(asked: Option<i32>, usual: u32, child: usize) -> usize {
    let count = asked.map_or(usual, |count| u32::try_from(count).unwrap_or(0)).clamp(1, LINES);
    (count as usize).saturating_mul(child)
}

/// Whether who asks for a connection asks how many there are in all.
pub(crate) fn is_counted(ctx: &Context<'_>) -> bool {
    ctx.look_ahead().field("totalCount").exists()
}

/// A page on its way out.
pub(crate) struct Paged<N> {
    /// With their cursors.
    pub(crate) items: Vec<(String, N)>,
    pub(crate) info: PageInfo,
    pub(crate) total: Option<u64>,
    pub(crate) position: Position,
}

impl<N> Paged<N> {
    /// Makes all the nodes of a page at once, so that they can share what they refer to.
    pub(crate) fn of<T>(page: Page<T>, make: impl FnOnce(Vec<T>) -> Vec<N>) -> Self {
        let (cursors, rows): (Vec<_>, Vec<_>) =
            page.edges.into_iter().map(|edge| (veiled(&edge.cursor), edge.row)).unzip();
        let info = PageInfo {
            has_next_page: page.has_next,
            has_previous_page: page.has_previous,
            start_cursor: page.start.as_ref().map(veiled),
            end_cursor: page.end.as_ref().map(veiled),
        };
        let items = cursors.into_iter().zip(make(rows)).collect();
        Self { items, info, total: page.total, position: page.position }
    }
}

/// Clients shall not read cursors, so that these can change.
fn veiled(cursor: &Cursor) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(cursor.as_str())
}

fn unveiled(language: Language, text: &str) -> Result<Cursor> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    bytes.map(Cursor::new).ok_or_else(|| fault::bad_query(language, &fault::wrong_cursor()))
}

/// Declares a noun's connection and edge. What only some connections have follows in braces; it finds the page in `self.0`.
macro_rules! connection {
    (
        $(#[doc = $page_words:literal])+ $connection:ident,
        $(#[doc = $edge_words:literal])+ $edge:ident of $node:ty { $($more:tt)* }
    ) => {
        pub(crate) struct $connection(pub(crate) $crate::shared::page::Paged<$node>);

        $(#[doc = $page_words])+
        #[async_graphql::Object]
        impl $connection {
            /// The items.
            async fn nodes(&self) -> Vec<&$node> {
                self.0.items.iter().map(|(_, node)| node).collect()
            }

            /// The items, each with its cursor.
            async fn edges(&self) -> Vec<$edge<'_>> {
                self.0.items.iter().map(|(cursor, node)| $edge { cursor, node }).collect()
            }

            /// Where the page begins and ends.
            async fn page_info(&self) -> &$crate::shared::page::PageInfo {
                &self.0.info
            }

            $($more)*
        }

        pub(crate) struct $edge<'a> {
            cursor: &'a str,
            node: &'a $node,
        }

        $(#[doc = $edge_words])+
        #[async_graphql::Object]
        impl $edge<'_> {
            /// The item's place in the list. Means nothing but to `after` and `before`.
            async fn cursor(&self) -> &str {
                self.cursor
            }

            /// The item.
            async fn node(&self) -> &$node {
                self.node
            }
        }
    };
}
pub(crate) use connection;

//! Launch profiles as they are now.

use berth_domain::{
    Aggregate, ProfileId,
    profile::{Content, Event, Profile},
};
use berth_store::{Position, Version};
use sqlx::{Row, sqlite::SqliteRow};

use crate::{
    Page, Slice, ViewError, Views,
    fold::{
        Fact, Kind, Noun,
        whole::{Fold, Whole},
    },
    list::List,
    model::{Model, Table},
    page::push_search,
    sql::{self, Query, Values},
};

/// What a row is made from.
const COLUMNS: &[&str] = &["id", "version", "position", "profile"];

pub(crate) const MODEL: Model = Model {
    name: "profile",
    version: 2,
    schema: include_str!("../../../migrations/views/profile.sql"),
    tables: &[Table { name: "profile", key: 1 }],
    follows: &[Kind::Profile],
    fold: |generation| Box::new(Fold::<ProfileRow>::new(MODEL.name, generation)),
};

/// A profile as the events up to `position` made it.
#[derive(Clone, Debug, PartialEq)]
pub struct ProfileRow {
    pub id: ProfileId,
    pub version: Version,
    /// Of the last event about it.
    pub position: Position,
    pub profile: Profile,
}

/// Which profiles. All given conditions must hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// The name, the shape or the image contains this, whatever its case.
    pub search: Option<String>,
}

/// Those that were ever kept, also after they were deleted, in no order.
pub async fn by_ids(views: &Views, ids: &[ProfileId]) -> Result<Vec<ProfileRow>, ViewError> {
    sql::by_ids(&mut views.once().await?, MODEL.name, &sql::list(ids), ProfileRow::of).await
}

/// By name. Deleted profiles are left out.
pub async fn page(views: &Views, filter: &Filter, slice: &Slice) -> Result<Page<ProfileRow>, ViewError> {
    List::by_name(MODEL.name, COLUMNS).page(views, slice, |query| filter.narrow(query), ProfileRow::of).await
}

impl Filter {
    fn narrow(&self, query: &mut Query) {
        query.push(" WHERE deleted = 0");
        if let Some(text) = &self.search {
            query.push(" AND ");
            push_search(query, "haystack", text);
        }
    }
}

impl Whole for ProfileRow {
    type Id = ProfileId;
    type Event = Event;
    const COLUMNS: usize = 7;

    fn told(fact: &Fact) -> Option<(ProfileId, &Event)> {
        match &fact.noun {
            Noun::Profile(id, event) => Some((*id, event)),
            _ => None,
        }
    }

    fn unborn(id: ProfileId) -> Self {
        Self { id, version: Version::NONE, position: Position::START, profile: Profile::default() }
    }

    fn is_born(&self) -> bool {
        self.profile.content.is_some()
    }

    fn id(&self) -> ProfileId {
        self.id
    }

    fn place(&mut self) -> (&mut Version, &mut Position) {
        (&mut self.version, &mut self.position)
    }

    fn evolve(&mut self, event: &Event) {
        self.profile.evolve(event);
    }

    fn bind(values: &mut Values, row: Self) {
        values
            .push(row.id.to_string())
            .push(row.version.get())
            .push(sql::number(row.position))
            .push(row.content().map(|content| sql::folded(&content.name)).unwrap_or_default())
            .push(row.haystack())
            .push(row.profile.existing().is_none())
            .push(sql::json(&row.profile));
    }

    /// From [`COLUMNS`].
    fn of(row: &SqliteRow) -> Result<Self, ViewError> {
        Ok(Self {
            id: sql::parsed(row, "id")?,
            version: Version::new(row.try_get("version")?),
            position: sql::position(row, "position")?,
            profile: sql::from_json(row, "profile")?,
        })
    }
}

impl ProfileRow {
    fn content(&self) -> Option<&Content> {
        self.profile.content.as_deref()
    }

    fn haystack(&self) -> String {
        let Some(Content { name, spec, .. }) = self.content() else { return String::new() };
        sql::folded(&[name.as_str(), &spec.shape, &spec.image].join("\n"))
    }
}

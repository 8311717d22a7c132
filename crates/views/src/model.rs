//! Which read models there are, and how their tables are called.
//!
//! Folds write to the tables of one generation, `attempt_3`; questions read the view of the plain name, which shows the generation that
//! serves.

use crate::{
    alert, attempt, channel, delivery,
    fold::{Fold, Kind},
    grab, log_entry, profile, statistics, tenant,
};

/// A read model: raise `version` when its tables or its fold change.
pub(crate) struct Model {
    pub(crate) name: &'static str,
    pub(crate) version: u16,
    /// Its tables as generation 0, then their indexes.
    pub(crate) schema: &'static str,
    pub(crate) tables: &'static [Table],
    /// Events of other nouns are none of its business.
    pub(crate) follows: &'static [Kind],
    /// Makes what folds into a generation.
    pub(crate) fold: fn(u32) -> Box<dyn Fold>,
}

pub(crate) struct Table {
    pub(crate) name: &'static str,
    /// So many of its first columns are its key.
    pub(crate) key: usize,
}

/// Every read model there is, in the order of their names.
pub(crate) const MODELS: [&Model; 9] = [
    &alert::MODEL,
    &attempt::MODEL,
    &channel::MODEL,
    &delivery::MODEL,
    &grab::MODEL,
    &log_entry::MODEL,
    &profile::MODEL,
    &statistics::MODEL,
    &tenant::MODEL,
];

/// The names of the read models, in order.
pub const PROJECTIONS: [&str; MODELS.len()] = {
    let mut names = [""; MODELS.len()];
    let mut index = 0;
    while index < names.len() {
        names[index] = MODELS[index].name;
        index += 1;
    }
    names
};

pub(crate) fn named(name: &str) -> Option<&'static Model> {
    MODELS.into_iter().find(|model| model.name == name)
}

/// What a table is called in a generation.
pub(crate) fn table(name: &str, generation: u32) -> String {
    format!("{name}_{generation}")
}

impl Model {
    /// Makes the tables of a generation, without indexes.
    pub(crate) fn make_tables(&self, generation: u32) -> String {
        // A comment may be last.
        numbered(self.halves().0, generation) + "\n"
    }

    /// Makes the indexes of a generation: cheaper once its tables are full. One statement a line.
    pub(crate) fn make_indexes(&self, generation: u32) -> Vec<String> {
        let statements = self.halves().1.split(';').map(str::trim);
        statements.filter(|each| !each.is_empty()).map(|each| numbered(each, generation)).collect()
    }

    /// Lets a generation serve.
    pub(crate) fn show(&self, generation: u32) -> String {
        let mut script = String::new();
        for Table { name, .. } in self.tables {
            let table = table(name, generation);
            script.extend([format!(
                "DROP VIEW IF EXISTS {name}; CREATE VIEW {name} AS SELECT * FROM {table};\n"
            )]);
        }
        script
    }

    fn halves(&self) -> (&'static str, &'static str) {
        let end_of_tables = self.schema.find("\nCREATE INDEX").unwrap_or(self.schema.len());
        self.schema.split_at(end_of_tables)
    }
}

fn numbered(schema: &str, generation: u32) -> String {
    schema.replace("_0 ", &format!("_{generation} "))
}

#[cfg(test)]
mod tests {
    use super::MODELS;

    #[test]
    fn a_generation_bears_its_number_in_every_name() {
        for model in MODELS {
            let made = [vec![model.make_tables(7)], model.make_indexes(7)].concat().join("\n");
            let made: Vec<_> = made.lines().filter(|line| line.starts_with("CREATE")).collect();
            assert!(!made.is_empty() && made.iter().all(|line| line.contains("_7 ")), "{made:#?}");
            assert_eq!(model.schema.matches("CREATE").count(), made.len());
        }
    }

    #[test]
    fn read_models_are_listed_by_name() {
        assert!(super::PROJECTIONS.is_sorted());
    }
}

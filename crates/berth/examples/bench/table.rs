//! What is printed: each figure beside something that did comparable work in the same minute.

use std::{fmt, path::Path};

use serde::Serialize;

/// One measurement. `ratio` is ours divided by the other side.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) ours: String,
    /// The other side, and what it is.
    pub(crate) beside: String,
    pub(crate) ratio: Option<f64>,
    pub(crate) goal: String,
    /// Absent where nobody set a goal.
    pub(crate) met: Option<bool>,
}

impl Row {
    pub(crate) fn new(name: impl Into<String>, ours: impl fmt::Display, beside: impl Into<String>) -> Self {
        let (name, beside) = (name.into(), beside.into());
        Self { name, ours: ours.to_string(), beside, ratio: None, goal: "-".into(), met: None }
    }

    #[must_use]
    pub(crate) fn ratio(self, ratio: f64) -> Self {
        Self { ratio: Some(ratio), ..self }
    }

    #[must_use]
    pub(crate) fn goal(self, goal: impl Into<String>, met: bool) -> Self {
        Self { goal: goal.into(), met: Some(met), ..self }
    }

    fn verdict(&self) -> &'static str {
        match self.met {
            Some(true) => "ok",
            Some(false) => "MISS",
            None => "",
        }
    }

    fn cells(&self) -> [String; 6] {
        let ratio = self.ratio.map_or_else(|| "-".into(), |ratio| format!("{ratio:.2}"));
        let words = [&self.name, &self.ours, &self.beside, &ratio, &self.goal].map(Clone::clone);
        let [name, ours, beside, ratio, goal] = words;
        [name, ours, beside, ratio, goal, self.verdict().into()]
    }
}

/// All measurements of a run, and what was so when it began.
#[derive(Debug, Serialize)]
pub(crate) struct Table {
    pub(crate) conditions: Vec<String>,
    pub(crate) rows: Vec<Row>,
}

const HEAD: [&str; 6] = ["what", "ours", "beside it", "ratio", "goal", ""];

impl Table {
    pub(crate) fn write_json(&self, path: &Path) -> anyhow::Result<()> {
        Ok(std::fs::write(path, serde_json::to_vec_pretty(self)?)?)
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for condition in &self.conditions {
            writeln!(f, "{condition}")?;
        }
        let mut lines = vec![HEAD.map(String::from)];
        lines.extend(self.rows.iter().map(Row::cells));
        let width = |column: usize| lines.iter().map(|cells| cells[column].chars().count()).max();
        let widths: [usize; 6] = std::array::from_fn(|column| width(column).unwrap_or_default());
        for cells in &lines {
            let padded: Vec<_> =
                cells.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
            writeln!(f, "{}", padded.join("  ").trim_end())?;
        }
        Ok(())
    }
}

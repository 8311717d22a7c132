//! Tables for a terminal. A Chinese character is two columns wide, and colour has no width.

use unicode_width::UnicodeWidthStr;

use super::color::{Color, Paint};

const GAP: &str = "  ";

/// Rows under a header. The last column is not padded, so that lines end where their text ends.
#[derive(Debug)]
pub(crate) struct Table {
    header: Vec<String>,
    rows: Vec<Vec<Cell>>,
}

#[derive(Debug)]
pub(crate) struct Cell {
    text: String,
    color: Color,
}

impl Cell {
    pub(crate) fn new(text: impl Into<String>, color: Color) -> Self {
        Self { text: printable(&text.into()), color }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self::new(text, Color::Plain)
    }
}

impl Table {
    pub(crate) fn new<const N: usize>(header: [&str; N]) -> Self {
        Self { header: header.map(str::to_owned).to_vec(), rows: Vec::new() }
    }

    pub(crate) fn row<const N: usize>(&mut self, cells: [Cell; N]) {
        self.rows.push(cells.into());
    }

    /// The header and the rows, one line each; only the header when there are no rows.
    pub(crate) fn lines(&self, paint: Paint) -> Vec<String> {
        let header: Vec<Cell> = self.header.iter().map(|text| Cell::new(text.clone(), Color::Grey)).collect();
        let widths = self.widths();
        std::iter::once(&header).chain(&self.rows).map(|row| line(row, &widths, paint)).collect()
    }

    fn widths(&self) -> Vec<usize> {
        let mut widths: Vec<usize> = self.header.iter().map(|text| text.width()).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.text.width().max(*width);
            }
        }
        widths
    }
}

fn line(row: &[Cell], widths: &[usize], paint: Paint) -> String {
    let mut line = String::new();
    for (index, (cell, width)) in row.iter().zip(widths).enumerate() {
        line.push_str(&paint.apply(cell.color, &cell.text));
        if index + 1 < row.len() {
            line.push_str(&" ".repeat(width - cell.text.width()));
            line.push_str(GAP);
        }
    }
    line
}

/// Text of others without control characters: a name must not move the cursor.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_under_chinese_names() {
        let mut table = Table::new(["NAME", "STATE"]);
        table.row(["东京ARM".into(), "running".into()]);
        table.row(["osaka".into(), Cell::new("stopped", Color::Grey)]);
        assert_eq!(
            table.lines(Paint::new(false)),
            ["NAME     STATE", "东京ARM  running", "osaka    stopped"]
        );
    }

    #[test]
    fn colour_has_no_width() {
        let mut table = Table::new(["A", "B"]);
        table.row([Cell::new("xy", Color::Red), "z".into()]);
        assert_eq!(table.lines(Paint::new(true))[1], "\x1b[31mxy\x1b[0m  z");
    }

    #[test]
    fn a_name_cannot_move_the_cursor() {
        assert_eq!(printable("a\x1b[2Jb\nc"), "a [2Jb c");
    }
}

//! The rows as they come, and as Markdown.

use std::fmt::Write as _;

/// A figure against what it must and what it should be.
pub(crate) struct Row {
    pub(crate) what: String,
    pub(crate) figure: f64,
    /// Behind the figure: `us`, `KiB`, nothing for a ratio.
    pub(crate) unit: &'static str,
    pub(crate) bound: Bound,
    pub(crate) detail: String,
}

/// Which figures are good enough, and which are aimed for.
#[derive(Clone, Copy)]
pub(crate) enum Bound {
    AtLeast(f64, f64),
    AtMost(f64, f64),
}

pub(crate) struct Table(Vec<Row>);

impl Table {
    pub(crate) fn new() -> Self {
        Self(Vec::new())
    }

    /// Says it aloud, and keeps it.
    pub(crate) fn add(&mut self, row: Row) {
        println!("{}", line(&row));
        self.0.push(row);
    }

    pub(crate) fn markdown(&self) -> String {
        let mut text =
            "| what | measured | bar | aim | | detail |\n| --- | --- | --- | --- | --- | --- |\n"
                .to_owned();
        for row in &self.0 {
            writeln!(text, "{}", line(row)).unwrap();
        }
        text
    }
}

fn line(row: &Row) -> String {
    let (bar, aim) = match row.bound {
        Bound::AtLeast(bar, aim) => (format!("≥ {bar}"), format!("≥ {aim}")),
        Bound::AtMost(bar, aim) => (format!("≤ {bar}"), format!("≤ {aim}")),
    };
    format!(
        "| {} | {}{} | {bar} | {aim} | {} | {} |",
        row.what,
        round(row.figure),
        row.unit,
        verdict(row),
        row.detail
    )
}

fn verdict(row: &Row) -> &'static str {
    let (meets_bar, meets_aim) = match row.bound {
        Bound::AtLeast(bar, aim) => (row.figure >= bar, row.figure >= aim),
        Bound::AtMost(bar, aim) => (row.figure <= bar, row.figure <= aim),
    };
    match (meets_bar, meets_aim) {
        (true, true) => "aim met",
        (true, false) => "bar met",
        (false, _) => "MISSED",
    }
}

/// Three figures are more than the machine knows.
fn round(figure: f64) -> String {
    if figure.abs() >= 20.0 {
        format!("{figure:.0}")
    } else if figure.abs() >= 3.0 {
        format!("{figure:.1}")
    } else {
        format!("{figure:.2}")
    }
}

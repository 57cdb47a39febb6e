//! What a comparison came to, and the rows that say so.

use super::table::{Bound, Row};

/// Medians of all rounds.
pub(crate) struct Compared {
    /// Ours by theirs.
    pub(crate) ratio: f64,
    /// Ours less theirs, in microseconds.
    difference: f64,
    ours: f64,
    theirs: f64,
    /// Lowest and highest ratio.
    spread: (f64, f64),
}

impl Compared {
    /// Of rounds, ours and theirs in microseconds.
    pub(crate) fn of(rounds: &[(f64, f64)]) -> Self {
        let of = |figure: fn(&(f64, f64)) -> f64| sorted(rounds.iter().map(figure).collect());
        let ratios = of(|(us, them)| us / them);
        Self {
            ratio: median(&ratios),
            difference: median(&of(|(us, them)| us - them)),
            ours: median(&of(|(us, _)| *us)),
            theirs: median(&of(|(_, them)| *them)),
            spread: (ratios[0], ratios[ratios.len() - 1]),
        }
    }

    pub(crate) fn as_ratio(&self, row: &str, bound: Bound) -> Row {
        let Self {
            ours,
            theirs,
            spread: (least, most),
            ..
        } = self;
        Row {
            what: row.to_owned(),
            figure: self.ratio,
            unit: "",
            bound,
            detail: format!("{ours:.1} µs against {theirs:.1}; rounds {least:.2} to {most:.2}"),
        }
    }

    pub(crate) fn as_difference(&self, row: &str, bound: Bound) -> Row {
        Row {
            figure: self.difference,
            unit: " µs",
            ..self.as_ratio(row, bound)
        }
    }

    pub(crate) fn as_percent(&self, row: &str, bound: Bound) -> Row {
        Row {
            figure: (self.ratio - 1.0) * 100.0,
            unit: " %",
            ..self.as_ratio(row, bound)
        }
    }
}

pub(crate) fn sorted(mut figures: Vec<f64>) -> Vec<f64> {
    figures.sort_by(f64::total_cmp);
    figures
}

pub(crate) fn median(sorted: &[f64]) -> f64 {
    sorted[sorted.len() / 2]
}

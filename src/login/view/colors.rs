//! The colours of the pages, in both schemes, and whether they can be read (WCAG 2.2, 1.4.3 and 1.4.11).

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Colours in place of ours, by scheme and name; both schemes are complete once ours are added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Colors {
    css: String,
}

/// A pair that cannot be told apart, or a colour that is none.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum ColorError {
    /// Not `#rrggbb`.
    #[error("{0:?} is no colour; write it as \"#rrggbb\"")]
    NoColor(String),
    /// A name that is none of ours.
    #[error(
        "there is no colour called {0:?}; there are background, card, text, soft, edge, field, primary, on_primary, link, error"
    )]
    Unknown(String),
    /// Too little contrast.
    #[error(
        "{front} on {back} has a contrast of {is:.2}:1 in the {scheme} scheme, which is below {least}:1"
    )]
    Contrast {
        /// `light` or `dark`.
        scheme: &'static str,
        /// In front.
        front: &'static str,
        /// Behind.
        back: &'static str,
        /// Measured.
        is: f64,
        /// Needed.
        least: f64,
    },
}

impl Colors {
    /// Judges every pair in both schemes.
    ///
    /// # Errors
    /// A colour that is none, or the first pair below 4.5:1 (3:1 for edges and focus).
    pub fn new(
        light: &BTreeMap<String, String>,
        dark: &BTreeMap<String, String>,
    ) -> Result<Self, ColorError> {
        if light.is_empty() && dark.is_empty() {
            return Ok(Self::default());
        }
        let mut css = String::new();
        judge("light", light, |token| token.light)?;
        judge("dark", dark, |token| token.dark)?;
        let _ = write!(css, ":root{{{}}}", declarations(light));
        let _ = write!(
            css,
            "@media (prefers-color-scheme:dark){{:root{{{}}}}}",
            declarations(dark)
        );
        Ok(Self { css })
    }

    /// As a stylesheet; empty where nothing is changed.
    pub fn css(&self) -> &str {
        &self.css
    }
}

fn judge(
    scheme: &'static str,
    own: &BTreeMap<String, String>,
    ours: impl Fn(&Token) -> &'static str,
) -> Result<(), ColorError> {
    if let Some(name) = own
        .keys()
        .find(|name| TOKENS.iter().all(|token| token.name != **name))
    {
        return Err(ColorError::Unknown(name.clone()));
    }
    let color = |name: &str| {
        let given = own.get(name).map(String::as_str);
        let token = TOKENS.iter().find(|token| token.name == name);
        let text = given.or_else(|| token.map(&ours)).unwrap_or_default();
        luminance(text).ok_or_else(|| ColorError::NoColor(text.to_owned()))
    };
    for name in own.keys() {
        color(name)?;
    }
    for (front, back, least) in PAIRS {
        let (one, other) = (color(front)?, color(back)?);
        let is = (one.max(other) + 0.05) / (one.min(other) + 0.05);
        if is < least {
            return Err(ColorError::Contrast {
                scheme,
                front,
                back,
                is,
                least,
            });
        }
    }
    Ok(())
}

fn declarations(own: &BTreeMap<String, String>) -> String {
    let mut css = String::new();
    for token in TOKENS {
        if let Some(color) = own.get(token.name) {
            let _ = write!(css, "--{}:{color};", token.property);
            if token.name == "primary" {
                let _ = write!(css, "--main-hover:{color};");
            }
        }
    }
    css
}

/// The relative luminance of `#rrggbb` (WCAG 2.2).
fn luminance(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let number = u32::from_str_radix(digits, 16).ok()?;
    let [_, red, green, blue] = number.to_be_bytes();
    let linear = |octet: u8| {
        let part = f64::from(octet) / 255.0;
        if part <= 0.04045 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    };
    Some(0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue))
}

struct Token {
    name: &'static str,
    property: &'static str,
    light: &'static str,
    dark: &'static str,
}

const fn token(
    name: &'static str,
    property: &'static str,
    light: &'static str,
    dark: &'static str,
) -> Token {
    Token {
        name,
        property,
        light,
        dark,
    }
}

/// Every colour, with the property of the stylesheet and our own values.
const TOKENS: [Token; 10] = [
    token("background", "ground", "#eef2f7", "#10151d"),
    token("card", "card", "#ffffff", "#1a222d"),
    token("text", "text", "#17212f", "#eaf0f7"),
    token("soft", "soft", "#4d5a6b", "#aab6c5"),
    token("edge", "edge", "#c5cdd8", "#374354"),
    token("field", "field", "#7a8798", "#8493a6"),
    token("primary", "main", "#1a56b0", "#8ab4f8"),
    token("on_primary", "on-main", "#ffffff", "#0c1a30"),
    token("link", "link", "#1a56b0", "#9dc1fa"),
    token("error", "error", "#b3261e", "#ffb4ab"),
];
/// What is read or seen on what, and how well it must be. `edge` only decorates.
const PAIRS: [(&str, &str, f64); 9] = [
    ("text", "card", 4.5),
    ("text", "background", 4.5),
    ("soft", "card", 4.5),
    ("soft", "background", 4.5),
    ("link", "card", 4.5),
    ("error", "card", 4.5),
    ("on_primary", "primary", 4.5),
    ("field", "card", 3.0),
    ("primary", "card", 3.0),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn colors(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(name, color)| ((*name).to_owned(), (*color).to_owned()))
            .collect()
    }

    #[test]
    fn our_own_colours_pass_and_are_those_of_the_stylesheet() {
        let none = BTreeMap::new();
        judge("light", &none, |token| token.light).unwrap();
        judge("dark", &none, |token| token.dark).unwrap();
        let style = include_str!("assets/style.css").replace("#fff;", "#ffffff;");
        for token in TOKENS {
            assert!(
                style.contains(&format!("--{}:{};", token.property, token.light)),
                "{}",
                token.name
            );
            assert!(
                style.contains(&format!("--{}:{};", token.property, token.dark)),
                "{}",
                token.name
            );
        }
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_the_figure() {
        let error = Colors::new(&colors(&[("text", "#999999")]), &colors(&[])).unwrap_err();
        assert_eq!(
            error.to_string(),
            "text on card has a contrast of 2.85:1 in the light scheme, which is below 4.5:1"
        );
        let error = Colors::new(&colors(&[]), &colors(&[("primary", "#1a2430")])).unwrap_err();
        assert!(error.to_string().contains("dark scheme"), "{error}");
        assert!(matches!(
            Colors::new(&colors(&[("txt", "#000000")]), &colors(&[])),
            Err(ColorError::Unknown(_))
        ));
        assert!(matches!(
            Colors::new(&colors(&[("text", "red;}")]), &colors(&[])),
            Err(ColorError::NoColor(_))
        ));
    }

    #[test]
    fn what_can_be_read_becomes_a_stylesheet() {
        let own = Colors::new(&colors(&[("primary", "#0b6e4f")]), &colors(&[])).unwrap();
        assert!(
            own.css()
                .starts_with(":root{--main:#0b6e4f;--main-hover:#0b6e4f;}"),
            "{}",
            own.css()
        );
    }
}

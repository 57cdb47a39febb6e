//! The templates, those of the program and those of the operator.

use std::sync::Arc;

use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, Output, State, UndefinedBehavior, escape_formatter};

use super::PagesError;
use crate::login::view::brand::Brand;
use crate::login::view::words::Words;

/// The templates, saying the words of one language. The operator's are read now, so that a broken one is known at once;
/// ours, which tests have read, when the first page wants them.
pub(super) fn environment(
    words: &Arc<Words>,
    brand: &Brand,
) -> Result<Environment<'static>, PagesError> {
    let wrong = |name: &str| {
        let name = name.to_owned();
        move |source| PagesError::Template { name, source }
    };
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_formatter(escape);
    // Nothing but a macro makes markup.
    environment.remove_filter("safe");
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .build();
    environment.set_syntax(syntax.map_err(wrong("syntax"))?);
    let words = Arc::clone(words);
    environment.add_function("word", move |key: &str| words.word(key));
    environment.set_loader(|name| {
        let found = TEMPLATES.iter().find(|(ours, _)| *ours == name);
        Ok(found.map(|(_, source)| *source))
    });
    for (name, source) in &brand.templates {
        let step = name
            .strip_suffix(".html")
            .is_some_and(crate::login::step::Kind::is_key);
        if !step && TEMPLATES.iter().all(|(ours, _)| ours != name) {
            return Err(PagesError::TemplateName(name.clone()));
        }
        environment
            .add_template_owned(name.clone(), source.clone())
            .map_err(wrong(name))?;
    }
    Ok(environment)
}

/// Writes a value, its markup escaped for text and for quoted attributes. Only what macros made is markup already.
fn escape(
    output: &mut Output<'_>,
    state: &mut State<'_, '_>,
    value: &minijinja::Value,
) -> Result<(), minijinja::Error> {
    let text = match value.as_str() {
        Some(text) if !value.is_safe() => text,
        _ => return escape_formatter(output, state, value),
    };
    let mut rest = text;
    let is_escaped = |character: char| is_special(character) || is_unwritable(character);
    while let Some(at) = rest.find(is_escaped) {
        let (plain, special) = rest.split_at(at);
        output.write_str(plain)?;
        let mut characters = special.chars();
        output.write_str(match characters.next() {
            Some('&') => "&amp;",
            Some('<') => "&lt;",
            Some('>') => "&gt;",
            Some('"') => "&#34;",
            Some('\'') => "&#39;",
            // What a browser makes of it, without its error.
            _ => "\u{fffd}",
        })?;
        rest = characters.as_str();
    }
    output.write_str(rest)?;
    Ok(())
}

fn is_special(character: char) -> bool {
    matches!(character, '&' | '<' | '>' | '"' | '\'')
}

/// Characters that no HTML document may hold, written or referred to (HTML §13.1.4, §13.2.3.5).
fn is_unwritable(character: char) -> bool {
    let code = u32::from(character);
    let is_control = character.is_control() && !matches!(character, '\t' | '\n' | '\x0c' | '\r');
    is_control || matches!(code, 0xfdd0..=0xfdef) || code & 0xfffe == 0xfffe
}

/// Every template, compiled in.
const TEMPLATES: [(&str, &str); 6] = [
    ("base.html", include_str!("../view/templates/base.html")),
    (
        "controls.html",
        include_str!("../view/templates/controls.html"),
    ),
    ("step.html", include_str!("../view/templates/step.html")),
    ("notice.html", include_str!("../view/templates/notice.html")),
    (
        "invited.html",
        include_str!("../view/templates/invited.html"),
    ),
    (
        "sign-out.html",
        include_str!("../view/templates/sign-out.html"),
    ),
];

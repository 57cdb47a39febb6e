//! What somebody probably meant.

use super::shape::Shape;

/// The advice for a key that does not exist in `table`, which stands at `path` within `whole`.
pub(super) fn advice(name: &str, table: &Shape, whole: &Shape) -> String {
    if let Some(known) = known(name) {
        return known.to_owned();
    }
    let Shape::Table(keys) = table else {
        return "is no key; remove it".to_owned();
    };
    if let Some(near) = meant(name, table) {
        return format!("is no key; did you mean {near:?}?");
    }
    if let Some(section) = section_of(name, whole) {
        return format!("is no key here; it belongs into [{section}]");
    }
    let names: Vec<&str> = keys.keys().map(String::as_str).collect();
    format!("is no key; the keys here are {}", names.join(", "))
}

/// The key of `table` that `name` was probably meant to be.
pub(super) fn meant<'a>(name: &str, table: &'a Shape) -> Option<&'a str> {
    let Shape::Table(keys) = table else {
        return None;
    };
    let names: Vec<&str> = keys.keys().map(String::as_str).collect();
    nearest(name, &names)
}

/// The candidate that is closest to `word`, if one is close.
pub(super) fn nearest<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let word = word.to_lowercase().replace(['-', ' '], "_");
    let plain = |candidate: &str| candidate.to_lowercase().replace('-', "_");
    candidates
        .iter()
        .map(|candidate| {
            let likeness = strsim::normalized_damerau_levenshtein(&word, &plain(candidate)).max(
                if contains_word(&plain(candidate), &word) {
                    0.7
                } else {
                    0.0
                },
            );
            (likeness, *candidate)
        })
        .filter(|(likeness, _)| *likeness >= 0.6)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate)
}

/// Whether one of two names is a whole word of the other: `secret` of `client_secret`.
fn contains_word(one: &str, other: &str) -> bool {
    let within = |long: &str, short: &str| long.split('_').any(|word| word == short);
    within(one, other) || within(other, one)
}

/// The section that has a key of exactly this name.
fn section_of(name: &str, whole: &Shape) -> Option<String> {
    let Shape::Table(sections) = whole else {
        return None;
    };
    sections.iter().find_map(|(section, shape)| {
        let (table, shown) = if let Shape::List(inner) = shape {
            (&**inner, format!("[{section}]"))
        } else {
            (shape, section.clone())
        };
        matches!(table, Shape::Table(keys) if keys.contains_key(name)).then_some(shown)
    })
}

/// Keys that exist elsewhere or will exist, with their own message.
fn known(name: &str) -> Option<&'static str> {
    Some(match name {
        "cookie_secret" => {
            "is called session.secret_file here (or session.secret, session.secret_files)"
        }
        "redirect_uri" | "redirect_url" => {
            "follows from server.public_url: register {public_url}/.interlock/callback and leave it out"
        }
        "oidc_issuer_url" => "is called authorization_server.issuer here",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_key_is_named_and_a_distant_one_is_not() {
        let whole = Shape::of_config();
        let Shape::Table(sections) = &whole else {
            panic!()
        };
        let server = &sections["server"];
        for (name, says) in [
            ("lisen", "\"listen\""),
            ("public-url", "\"public_url\""),
            ("PUBLIC_URL", "\"public_url\""),
            ("issuer", "[authorization_server]"),
            ("methods", "[[routes]]"),
            ("zzz", "the keys here are admin, admin_hosts, aliases"),
            ("redirect_uri", "server.public_url"),
        ] {
            let advice = advice(name, server, &whole);
            assert!(advice.contains(says), "{name}: {advice}");
        }
    }
}

//! Which upstream a route leads to.

use crate::{
    config::{
        key::Key,
        nearest,
        raw::{Config, Route as Raw},
        reader::Reader,
    },
    route::{Access, PathPattern},
};

#[expect(
    clippy::option_option,
    reason = "outside: whether it could be settled; inside: whether the gateway answers by itself"
)]
pub(super) fn read(
    raw: &Raw,
    access: Access,
    path: Option<&PathPattern>,
    key: &Key,
    config: &Config,
    reader: &Reader<'_>,
) -> Option<Option<usize>> {
    let key = key.name("upstream");
    let names: Vec<&str> = config
        .upstreams
        .iter()
        .map(|upstream| upstream.name.as_deref().unwrap_or_default())
        .collect();
    if let Some(wanted) = &raw.upstream {
        let found = names
            .iter()
            .position(|name| name == wanted && !name.is_empty());
        if found.is_none() {
            reader.wrong(&key, unknown_upstream(wanted, &names));
        }
        return found.map(Some);
    }
    if access == Access::Public && matches!(path, Some(PathPattern::Exact(_))) {
        return Some(None);
    }
    match names.as_slice() {
        // A mistake in the path leaves open what it was to be.
        _ if path.is_none() => None,
        [_] => Some(Some(0)),
        [] => {
            reader.wrong(
                &key,
                "is missing and there are no upstreams; add [[upstreams]] with a name and a url",
            );
            None
        }
        _ => {
            reader.wrong(
                &key,
                format!(
                    "is missing and there are several; name one of {}",
                    names.join(", ")
                ),
            );
            None
        }
    }
}

fn unknown_upstream(wanted: &str, names: &[&str]) -> String {
    match (nearest::nearest(wanted, names), names) {
        (_, []) => {
            "names an upstream, and there are none; add [[upstreams]] with that name and a url"
                .to_owned()
        }
        (Some(near), _) => format!("is no upstream's name; did you mean \"{near}\"?"),
        (None, _) => format!("is no upstream's name; the names are {}", names.join(", ")),
    }
}

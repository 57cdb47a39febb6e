use crate::{
    config::{key::Key, reader::Reader},
    route::{HostPattern, PathPattern, Route},
};

/// The prefixes below which paths with several readings are taken, longest first.
pub(in crate::config::settings) fn prefixes(routes: &[Route]) -> Vec<String> {
    let relaxed = routes.iter().filter(|route| route.takes_relaxed_paths);
    let mut prefixes: Vec<String> = relaxed.filter_map(|route| prefix(route).cloned()).collect();
    prefixes.sort_by_key(|prefix| std::cmp::Reverse(prefix.len()));
    prefixes.dedup();
    prefixes
}

/// A relaxed route must be alone below its prefix: an app could read a path that was judged by its rule as one of another
/// route's.
pub(super) fn check(routes: &[Option<Route>], list: &Key, reader: &Reader<'_>) {
    for (index, route) in routes.iter().enumerate() {
        let Some(route) = route.as_ref().filter(|route| route.takes_relaxed_paths) else {
            continue;
        };
        let key = list.index(index).name("path_syntax");
        let Some(prefix) = prefix(route) else {
            reader.wrong(
                &key,
                "needs a path that ends with /*; write one, or remove the key",
            );
            continue;
        };
        let meets = |other: &Route| {
            is_below(prefix, &other.path)
                && may_share_host(route, other)
                && !(other.takes_relaxed_paths && other.path == route.path)
        };
        let other = routes
            .iter()
            .position(|other| other.as_ref().is_some_and(meets));
        if let Some(other) = other {
            let says = format!(
                "can't be where routes[{other}] lies below the path too: the app could read a path that was judged here as one of there; \
                 give one of them a prefix of its own"
            );
            reader.wrong(&key, says);
        }
    }
}

fn prefix(route: &Route) -> Option<&String> {
    match &route.path {
        PathPattern::Exact(_) => None,
        PathPattern::Prefix(prefix) => Some(prefix),
    }
}

fn is_below(prefix: &str, pattern: &PathPattern) -> bool {
    let (PathPattern::Exact(path) | PathPattern::Prefix(path)) = pattern;
    path.strip_prefix(prefix)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Two names are two hosts; anything wider may be the same.
fn may_share_host(one: &Route, other: &Route) -> bool {
    match (&one.host, &other.host) {
        (Some(HostPattern::Exact(one)), Some(HostPattern::Exact(other))) => one == other,
        _ => true,
    }
}

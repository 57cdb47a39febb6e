use std::sync::Arc;

use http::Method;

use super::{HostPattern, PathPattern, Route};
use crate::{edge::CanonicalPath, quick_map::QuickMap};

/// All routes, laid out so that a choice costs the same with one route as with ten thousand: a look-up for the host, one
/// for the exact path, and one for each length that some prefix has and that ends at a segment border of the path.
#[derive(Debug, Default)]
pub struct RouteTable {
    exact_hosts: QuickMap<String, Paths>,
    /// By suffix, leading dot included.
    wildcard_hosts: QuickMap<String, Paths>,
    any_host: Paths,
}

/// Two routes that claim the same requests.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "routes `{first}` and `{second}` match the same requests; change host, path or methods of one"
)]
pub struct RouteConflict {
    /// The `name` of the earlier one.
    pub first: String,
    /// The `name` of the later one.
    pub second: String,
}

impl RouteTable {
    /// Lays out the routes.
    ///
    /// # Errors
    /// [`RouteConflict`] where host and path are the same and the methods overlap.
    pub fn new(routes: Vec<Route>) -> Result<Self, RouteConflict> {
        let mut table = Self::default();
        for route in routes {
            let paths = match &route.host {
                Some(HostPattern::Exact(host)) => {
                    table.exact_hosts.entry(host.clone()).or_default()
                }
                Some(HostPattern::Wildcard(suffix)) => {
                    table.wildcard_hosts.entry(suffix.clone()).or_default()
                }
                None => &mut table.any_host,
            };
            paths.insert(Arc::new(route))?;
        }
        Ok(table)
    }

    /// The one route for a request, or none: then it is denied. `host` is lower case, without port and trailing dot.
    pub fn select(&self, host: &str, path: &CanonicalPath, method: &Method) -> Option<&Arc<Route>> {
        let path = path.decoded();
        if !self.exact_hosts.is_empty()
            && let Some(paths) = self.exact_hosts.get(host)
            && let Some(route) = paths.select(path, method)
        {
            return Some(route);
        }
        if !self.wildcard_hosts.is_empty()
            && let Some(route) = self.select_wildcard(host, path, method)
        {
            return Some(route);
        }
        self.any_host.select(path, method)
    }

    /// Longest suffix first.
    fn select_wildcard(&self, host: &str, path: &str, method: &Method) -> Option<&Arc<Route>> {
        host.match_indices('.')
            .filter_map(|(at, _)| self.wildcard_hosts.get(host.get(at..)?))
            .find_map(|paths| paths.select(path, method))
    }
}

/// The routes of one host.
#[derive(Debug, Default)]
struct Paths {
    exact: QuickMap<String, Methods>,
    prefixes: QuickMap<String, Methods>,
    /// Lengths of the keys of `prefixes`, longest first.
    lengths: Vec<usize>,
}

impl Paths {
    fn insert(&mut self, route: Arc<Route>) -> Result<(), RouteConflict> {
        match &route.path {
            PathPattern::Exact(path) => self.exact.entry(path.clone()).or_default().insert(route),
            PathPattern::Prefix(prefix) => {
                if let Err(at) = self
                    .lengths
                    .binary_search_by(|length| prefix.len().cmp(length))
                {
                    self.lengths.insert(at, prefix.len());
                }
                self.prefixes
                    .entry(prefix.clone())
                    .or_default()
                    .insert(route)
            }
        }
    }

    fn select(&self, path: &str, method: &Method) -> Option<&Arc<Route>> {
        if !self.exact.is_empty()
            && let Some(methods) = self.exact.get(path)
            && let Some(route) = methods.select(method)
        {
            return Some(route);
        }
        self.lengths
            .iter()
            .filter(|length| matches!(path.as_bytes().get(**length), None | Some(b'/')))
            .filter_map(|length| self.prefixes.get(path.get(..*length)?))
            .find_map(|methods| methods.select(method))
    }
}

/// The routes of one host and path.
#[derive(Debug, Default)]
struct Methods {
    named: Vec<Arc<Route>>,
    all: Option<Arc<Route>>,
}

impl Methods {
    fn insert(&mut self, route: Arc<Route>) -> Result<(), RouteConflict> {
        let rival = if route.methods.is_empty() {
            self.all.as_ref()
        } else {
            let overlaps = |other: &&Arc<Route>| {
                other
                    .methods
                    .iter()
                    .any(|method| route.methods.contains(method))
            };
            self.named.iter().find(overlaps)
        };
        if let Some(rival) = rival {
            return Err(RouteConflict {
                first: rival.name.clone(),
                second: route.name.clone(),
            });
        }
        if route.methods.is_empty() {
            self.all = Some(route);
        } else {
            self.named.push(route);
        }
        Ok(())
    }

    fn select(&self, method: &Method) -> Option<&Arc<Route>> {
        self.named
            .iter()
            .find(|route| route.methods.contains(method))
            .or(self.all.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::{Access, Requirements, UpstreamAuthorization};

    fn route(name: &str, host: &str, path: &str, methods: &[Method]) -> Route {
        Route {
            name: name.to_owned(),
            host: (!host.is_empty()).then(|| host.parse().unwrap()),
            path: path.parse().unwrap(),
            methods: methods.to_vec(),
            access: Access::SignedIn,
            upstream: Some(0),
            require: Requirements::default(),
            takes_relaxed_paths: false,
            upstream_authorization: UpstreamAuthorization::None,
            headers: Vec::new(),
            max_body: None,
        }
    }

    fn chosen<'a>(
        table: &'a RouteTable,
        host: &str,
        path: &str,
        method: &Method,
    ) -> Option<&'a str> {
        let path = CanonicalPath::parse(path).unwrap();
        table
            .select(host, &path, method)
            .map(|route| route.name.as_str())
    }

    #[test]
    fn the_most_specific_route_wins() {
        let table = RouteTable::new(vec![
            route("rest", "", "/*", &[]),
            route("health", "", "/healthz", &[]),
            route("public", "", "/public/*", &[]),
            route("deep", "", "/public/deep/*", &[]),
            route("post", "", "/public/*", &[Method::POST]),
            route("host", "app.example", "/*", &[Method::GET]),
            route("wild", "*.example", "/*", &[Method::GET]),
            route("wilder", "*.a.example", "/only/*", &[]),
        ])
        .unwrap();
        for (host, path, method, name) in [
            ("x", "/", Method::GET, "rest"),
            ("x", "/healthz", Method::GET, "health"),
            ("x", "/healthz/", Method::GET, "rest"),
            ("x", "/healthz/x", Method::GET, "rest"),
            ("x", "/HEALTHZ", Method::GET, "rest"),
            ("x", "/public", Method::GET, "public"),
            ("x", "/public/", Method::GET, "public"),
            ("x", "/public/a/b", Method::GET, "public"),
            ("x", "/publicx", Method::GET, "rest"),
            ("x", "/public.x", Method::GET, "rest"),
            ("x", "/pub", Method::GET, "rest"),
            ("x", "/public/deep", Method::GET, "deep"),
            ("x", "/public/deep/er", Method::POST, "deep"),
            ("x", "/public/deeper", Method::POST, "post"),
            ("x", "/%70ublic/a", Method::GET, "public"),
            ("app.example", "/healthz", Method::GET, "host"),
            ("app.example", "/healthz", Method::POST, "health"),
            ("b.example", "/healthz", Method::GET, "wild"),
            ("b.a.example", "/healthz", Method::GET, "wild"),
            ("b.a.example", "/only/x", Method::GET, "wilder"),
            ("c.b.a.example", "/only", Method::GET, "wilder"),
            ("example", "/healthz", Method::GET, "health"),
            ("notexample", "/", Method::GET, "rest"),
        ] {
            assert_eq!(
                chosen(&table, host, path, &method),
                Some(name),
                "{host}{path}"
            );
        }
    }

    #[test]
    fn without_a_route_there_is_none() {
        let table = RouteTable::new(vec![route("a", "", "/a/*", &[Method::GET])]).unwrap();
        assert_eq!(chosen(&table, "x", "/a/b", &Method::GET), Some("a"));
        assert_eq!(chosen(&table, "x", "/a/b", &Method::POST), None);
        assert_eq!(
            chosen(&table, "x", "/a/b", &Method::from_bytes(b"get").unwrap()),
            None
        );
        assert_eq!(chosen(&table, "x", "/", &Method::GET), None);
        assert_eq!(chosen(&table, "x", "/ab", &Method::GET), None);
    }

    #[test]
    fn routes_that_claim_the_same_requests_are_refused() {
        for (one, two, conflict) in [
            (route("1", "", "/a", &[]), route("2", "", "/a", &[]), true),
            (
                route("1", "", "/a", &[Method::GET]),
                route("2", "", "/a", &[Method::POST, Method::GET]),
                true,
            ),
            (
                route("1", "A.example", "/a", &[]),
                route("2", "a.example.", "/%61", &[]),
                true,
            ),
            (
                route("1", "", "/a", &[Method::GET]),
                route("2", "", "/a", &[]),
                false,
            ),
            (
                route("1", "", "/a", &[]),
                route("2", "", "/a/*", &[]),
                false,
            ),
            (
                route("1", "", "/a", &[]),
                route("2", "a.example", "/a", &[]),
                false,
            ),
        ] {
            let result = RouteTable::new(vec![one, two]);
            assert_eq!(result.is_err(), conflict);
            if let Err(error) = result {
                assert_eq!((error.first.as_str(), error.second.as_str()), ("1", "2"));
            }
        }
    }

    #[test]
    fn thousands_of_routes_and_long_paths_stay_quick() {
        let routes = (0..10_000)
            .map(|n| route(&n.to_string(), "", &format!("/team/{n}/*"), &[]))
            .collect();
        let table = RouteTable::new(routes).unwrap();
        assert_eq!(
            chosen(&table, "x", "/team/4711/x", &Method::GET),
            Some("4711")
        );
        assert!(
            table.any_host.lengths.len() <= 4,
            "one probe for each length, not for each route"
        );
        let long = "/a".repeat(8000);
        assert_eq!(chosen(&table, "x", &long, &Method::GET), None);
    }
}

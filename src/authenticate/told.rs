use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{fields::Fields, route::Route};

/// What apps were told about somebody lately: with whoever is met again it is at hand, and nothing is looked up. It takes
/// some four kilobytes a route, for as long as somebody is remembered.
#[derive(Default)]
pub struct Told(Mutex<Vec<Once>>);

struct Once {
    /// Held, so that its address names it.
    route: Arc<Route>,
    /// Seconds since 1970.
    signed_at: Option<u64>,
    fields: Fields,
}

impl Told {
    /// What was told on this route, and when what is signed in it was.
    pub fn on(&self, route: &Arc<Route>) -> Option<(Option<u64>, Fields)> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let once = known.iter().find(|once| Arc::ptr_eq(&once.route, route))?;
        Some((once.signed_at, once.fields.clone()))
    }

    /// Remembers what was told on a route, instead of what was told there before.
    pub fn note(&self, route: &Arc<Route>, signed_at: Option<u64>, fields: Fields) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|once| !Arc::ptr_eq(&once.route, route));
        if known.len() >= MOST {
            known.remove(0);
        }
        known.push(Once {
            route: Arc::clone(route),
            signed_at,
            fields,
        });
    }
}

impl Clone for Told {
    /// Nothing: a copy may be changed, and then something else is to be told.
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl fmt::Debug for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Told").finish_non_exhaustive()
    }
}

/// Routes that are remembered; most people use one or two at a time.
const MOST: usize = 2;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_on_each_of_the_last_routes_is_known() {
        let told = Told::default();
        let routes: Vec<_> = std::iter::repeat_with(|| Arc::new(Route::for_everything()))
            .take(MOST + 1)
            .collect();
        let times = || {
            routes
                .iter()
                .map(|route| told.on(route).and_then(|(at, _)| at))
        };
        for (at, route) in routes.iter().take(MOST).enumerate() {
            assert!(told.on(route).is_none());
            told.note(route, Some(at as u64), Fields::default());
        }
        told.note(&routes[0], Some(7), Fields::default());
        assert!(times().eq([Some(7), Some(1), None]));
        told.note(&routes[MOST], Some(8), Fields::default());
        assert!(times().eq([Some(7), None, Some(8)]));
        assert!(told.clone().on(&routes[0]).is_none());
    }
}

//! Comparing what was reached with what is asked for (`acr`, `max_age`; protocol reference 5.20).

use std::time::Duration;

/// Okta's predefined classes, each satisfied by itself and all after it.
const CLASSES: [&str; 5] =
    ["urn:okta:loa:1fa:any", "urn:okta:loa:1fa:pwd", "urn:okta:loa:2fa:any", "phr", "phrh"];

/// Asks for a second factor only of those who have one: any sign-in satisfies it.
const IF_POSSIBLE: &str = "urn:okta:loa:2fa:any:ifpossible";

/// Whether the class that was reached satisfies the one that is required: the same, or a stronger one of Okta's.
pub fn satisfies(reached: Option<&str>, required: &str) -> bool {
    let Some(reached) = reached else { return false };
    if reached == required {
        return true;
    }
    let strength = |class: &str| CLASSES.iter().position(|known| *known == class);
    match (strength(reached), strength(required)) {
        (Some(reached), Some(required)) => reached >= required,
        (Some(_), None) => required == IF_POSSIBLE,
        (None, _) => false,
    }
}

/// Whether somebody authenticated no longer than `max_age` ago. Without `auth_time` nothing is known: no.
pub(super) fn fresh(auth_time: Option<u64>, max_age: Duration, now: u64) -> bool {
    auth_time.is_some_and(|at| now.saturating_sub(at) <= max_age.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stronger_class_satisfies_a_weaker_one_and_never_the_reverse() {
        for (reached, required, satisfied) in [
            (Some("urn:okta:loa:2fa:any"), "urn:okta:loa:2fa:any", true),
            (Some("phr"), "urn:okta:loa:2fa:any", true),
            (Some("urn:okta:loa:1fa:any"), "urn:okta:loa:2fa:any", false),
            (Some("urn:okta:loa:1fa:any"), "urn:okta:loa:2fa:any:ifpossible", true),
            (Some("urn:okta:loa:2fa:any"), "phrh", false),
            (Some("https://example.com/gold"), "https://example.com/gold", true),
            (Some("https://example.com/gold"), "urn:okta:loa:1fa:any", false),
            (None, "urn:okta:loa:1fa:any", false),
        ] {
            assert_eq!(satisfies(reached, required), satisfied, "{reached:?} for {required}");
        }
    }

    #[test]
    fn an_unknown_time_is_not_fresh() {
        assert!(fresh(Some(100), Duration::from_mins(1), 160));
        assert!(!fresh(Some(100), Duration::from_mins(1), 161));
        assert!(!fresh(None, Duration::from_hours(1), 0));
    }
}

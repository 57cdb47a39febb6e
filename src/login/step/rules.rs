//! The rules a password must keep (ui-guide section 6).

use serde_json::Value;

use super::Text;
use crate::idx::ion::Authenticator;

/// The rules, one sentence each.
pub(super) fn of(about: Authenticator<'_>) -> Vec<Text> {
    let mut rules = Vec::new();
    if let Some(complexity) = about.setting("complexity") {
        complex(complexity, &mut rules);
    }
    if let Some(age) = about.setting("age") {
        let number = |key: &str| {
            age.get(key)
                .and_then(Value::as_u64)
                .filter(|number| *number > 0)
        };
        if let Some(count) = number("historyCount") {
            rules.push(Text::with("rule.history", "n", count.to_string()));
        }
        match number("minAgeMinutes") {
            Some(minutes) if minutes % 1440 == 0 => rules.push(Text::with(
                "rule.age.days",
                "n",
                (minutes / 1440).to_string(),
            )),
            Some(minutes) if minutes % 60 == 0 => rules.push(Text::with(
                "rule.age.hours",
                "n",
                (minutes / 60).to_string(),
            )),
            Some(minutes) => rules.push(Text::with("rule.age.minutes", "n", minutes.to_string())),
            None => {}
        }
    }
    rules
}

fn complex(complexity: &Value, rules: &mut Vec<Text>) {
    let number = |key: &str| {
        complexity
            .get(key)
            .and_then(Value::as_u64)
            .filter(|number| *number > 0)
    };
    let is = |key: &str| {
        complexity
            .get(key)
            .and_then(Value::as_bool)
            .unwrap_or(false)
    };
    if let Some(least) = number("minLength") {
        rules.push(Text::with("rule.length", "n", least.to_string()));
    }
    if is("useADComplexityRequirements") {
        rules.push(Text::word("rule.ad"));
    } else {
        for (key, word) in [
            ("minLowerCase", "rule.lower"),
            ("minUpperCase", "rule.upper"),
            ("minNumber", "rule.number"),
            ("minSymbol", "rule.symbol"),
        ] {
            if number(key).is_some() {
                rules.push(Text::word(word));
            }
        }
    }
    if let Some(most) = number("maxConsecutiveRepeatingCharacters") {
        rules.push(Text::with("rule.repeat", "n", most.to_string()));
    }
    let attributes: Vec<&str> = complexity
        .get("excludeAttributes")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    for (flag, attribute, word) in [
        ("excludeUsername", "username", "rule.username"),
        ("excludeFirstName", "firstName", "rule.first-name"),
        ("excludeLastName", "lastName", "rule.last-name"),
    ] {
        if is(flag) || attributes.contains(&attribute) {
            rules.push(Text::word(word));
        }
    }
}

//! From nested values, as the Ion form nests them, to what a page would have posted: one way in for both, so that only
//! what a form declares is ever sent (security T9).

use serde_json::{Map, Value};

use crate::login::{
    answer,
    step::{Action, Branch, Control, Step, What},
    visit::Pairs,
};

/// The action of this id or, where it has no twin, of this name; the page's where none is named.
pub(super) fn action<'a>(step: &'a Step, form: Option<&str>) -> Option<&'a Action> {
    let Some(form) = form else {
        return step.page.and_then(|page| step.actions.get(page));
    };
    let mut named = step.actions.iter().filter(|action| action.name == form);
    step.action(form)
        .or_else(|| match (named.next(), named.next()) {
            (Some(action), None) => Some(action),
            _ => None,
        })
}

/// What a page would post.
pub(super) fn posted(step: &Step, form: Option<&str>, values: &Map<String, Value>) -> Pairs {
    let mut pairs = Vec::new();
    let action = action(step, form);
    let id = action.map_or_else(|| "none".to_owned(), |action| action.id.to_string());
    pairs.push((answer::ACTION.to_owned(), id));
    if let Some(action) = action {
        all(&action.controls, values, &mut pairs);
    }
    Pairs::of(pairs)
}

fn all(controls: &[Control], values: &Map<String, Value>, pairs: &mut Vec<(String, String)>) {
    for control in controls {
        one(control, values, pairs);
    }
}

fn one(control: &Control, values: &Map<String, Value>, pairs: &mut Vec<(String, String)>) {
    let name = format!("f{}", control.index);
    let given = at(values, &control.path);
    match &control.what {
        What::Fixed(_) | What::Stated(_) => {}
        What::Checkbox { ticked, .. } => {
            if given.and_then(Value::as_bool).unwrap_or(*ticked) {
                pairs.push((name, "on".to_owned()));
            }
        }
        What::Choice {
            options, chosen, ..
        } => {
            let number = match given {
                Some(given) => options.iter().position(|item| item.value.0 == *given),
                None => *chosen,
            };
            pairs.extend(number.map(|number| (name, number.to_string())));
        }
        What::Branches(branches) => {
            if let Some((number, branch)) = branch(branches, values) {
                pairs.push((name, number.to_string()));
                all(&branch.controls, values, pairs);
            }
        }
        What::NewPassword => {
            if let Some(text) = given.and_then(text) {
                pairs.push((format!("{name}.again"), text.clone()));
                pairs.push((name, text));
            }
        }
        What::Password | What::Phone { .. } | What::Script => {
            pairs.extend(given.and_then(text).map(|text| (name, text)));
        }
        What::Text { value, .. } => {
            let text = given.and_then(text).or_else(|| value.clone());
            pairs.extend(text.map(|text| (name, text)));
        }
    }
}

/// The branch whose constants the values name, most of them first.
fn branch<'a>(branches: &'a [Branch], values: &Map<String, Value>) -> Option<(usize, &'a Branch)> {
    let mut best: Option<(usize, usize, &Branch)> = None;
    for (number, branch) in branches.iter().enumerate() {
        if let Some(fits) = fit(branch, values)
            && best.is_none_or(|(most, ..)| fits > most)
        {
            best = Some((fits, number, branch));
        }
    }
    best.map(|(_, number, branch)| (number, branch))
}

/// How many of the branch's members the values name; `None` where one of them says otherwise, or none is named.
fn fit(branch: &Branch, values: &Map<String, Value>) -> Option<usize> {
    let mut fits = 0;
    for control in &branch.controls {
        let Some(given) = at(values, &control.path) else {
            continue;
        };
        match &control.what {
            What::Fixed(sent) | What::Stated(sent) if sent.0 != *given => return None,
            What::Choice { options, .. } if !options.iter().any(|item| item.value.0 == *given) => {
                return None;
            }
            What::Branches(_)
            | What::Checkbox { .. }
            | What::Choice { .. }
            | What::Fixed(_)
            | What::NewPassword
            | What::Password
            | What::Phone { .. }
            | What::Script
            | What::Stated(_)
            | What::Text { .. } => fits += 1,
        }
    }
    (fits > 0).then_some(fits)
}

fn at<'a>(values: &'a Map<String, Value>, path: &[String]) -> Option<&'a Value> {
    let (first, rest) = path.split_first()?;
    let mut value = values.get(first)?;
    for name in rest {
        value = value.as_object()?.get(name)?;
    }
    Some(value)
}

/// Whether a list among the values can't be sent as one: it goes the way that a page posts it, between commas and line
/// ends, which therefore none of its entries may hold.
pub(super) fn split_lists(values: &Map<String, Value>) -> bool {
    let splits = |entry: &Value| {
        entry
            .as_str()
            .is_some_and(|text| text.contains([',', '\n']))
    };
    values.values().any(|value| match value {
        Value::Array(list) => list.iter().any(splits),
        Value::Object(inner) => split_lists(inner),
        Value::Bool(_) | Value::Null | Value::Number(_) | Value::String(_) => false,
    })
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(list) => Some(list.iter().filter_map(text).collect::<Vec<_>>().join("\n")),
        Value::Bool(_) | Value::Null | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_entry_that_would_become_two_is_found() {
        for (values, splits) in [
            (json!({"roles": ["a", "b"]}), false),
            (json!({"roles": "a, b"}), false),
            (json!({"roles": ["a, b"]}), true),
            (json!({"roles": ["a", "b\nc"]}), true),
            (json!({"userProfile": {"roles": [1, "a,b"]}}), true),
        ] {
            assert_eq!(split_lists(values.as_object().unwrap()), splits, "{values}");
        }
    }
}

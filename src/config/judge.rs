//! Holds the merged layers against the shape: every unknown key and every value of a wrong type, in one go.

use figment::value::{Num, Value};
use serde_json::{Map, Value as Json};

use super::{
    key::Key,
    layers::Layers,
    nearest,
    remark::{Mistakes, Remark},
    shape::Shape,
    show,
};

/// The layers as JSON that `raw::Config` can take: what is wrong is noted and left out, or, inside a list, replaced by an
/// empty value so that the others keep their positions.
pub(super) fn judge(layers: &Layers, whole: &Shape, mistakes: &mut Mistakes) -> Json {
    let mut judge = Judge {
        layers,
        mistakes,
        whole,
    };
    judge
        .value(&Key::default(), layers.root(), whole)
        .unwrap_or_else(|| Json::Object(Map::new()))
}

struct Judge<'a> {
    layers: &'a Layers,
    mistakes: &'a mut Mistakes,
    whole: &'a Shape,
}

impl Judge<'_> {
    fn value(&mut self, key: &Key, value: &Value, shape: &Shape) -> Option<Json> {
        match (shape, value) {
            (_, Value::Empty(..)) => {
                self.wrong(
                    key,
                    None,
                    "has no value; give one or remove the key".to_owned(),
                );
                None
            }
            (Shape::Table(keys), Value::Dict(_, dict)) => {
                let mut table = Map::new();
                let above = key;
                for (name, value) in dict {
                    let key = above.name(name);
                    if let Some(shape) = keys.get(name) {
                        if let Some(value) = self.value(&key, value, shape) {
                            table.insert(name.clone(), value);
                        }
                    } else {
                        self.wrong(&key, None, nearest::advice(name, shape, self.whole));
                        if let Some(meant) = nearest::meant(name, shape)
                            && !dict.contains_key(meant)
                        {
                            self.mistakes.excuse(above.name(meant));
                        }
                    }
                }
                Some(Json::Object(table))
            }
            (Shape::Map(inner), Value::Dict(_, dict)) => {
                Some(Json::Object(self.entries(key, dict, inner)))
            }
            (Shape::Any, Value::Dict(_, dict)) => {
                Some(Json::Object(self.entries(key, dict, &Shape::Any)))
            }
            (Shape::List(inner), Value::Array(_, list)) => {
                Some(Json::Array(self.elements(key, list, inner)))
            }
            (Shape::Any, Value::Array(_, list)) => {
                Some(Json::Array(self.elements(key, list, &Shape::Any)))
            }
            _ => {
                let scalar = scalar(value, shape);
                if scalar.is_none() {
                    self.wrong(key, show::value(value, Some(shape)), advice(value, shape));
                }
                scalar
            }
        }
    }

    fn entries(
        &mut self,
        key: &Key,
        dict: &figment::value::Dict,
        shape: &Shape,
    ) -> Map<String, Json> {
        dict.iter()
            .filter_map(|(name, value)| {
                Some((name.clone(), self.value(&key.name(name), value, shape)?))
            })
            .collect()
    }

    fn elements(&mut self, key: &Key, list: &[Value], shape: &Shape) -> Vec<Json> {
        list.iter()
            .enumerate()
            .map(|(index, value)| {
                self.value(&key.index(index), value, shape)
                    .unwrap_or_else(|| placeholder(shape))
            })
            .collect()
    }

    fn wrong(&mut self, key: &Key, value: Option<String>, says: String) {
        let remark = Remark {
            origin: self.layers.origin(key),
            key: key.to_string(),
            value,
            says,
        };
        self.mistakes.add(key.clone(), remark);
    }
}

fn scalar(value: &Value, shape: &Shape) -> Option<Json> {
    match (shape, value) {
        (Shape::Text { .. } | Shape::Size | Shape::Any, Value::String(_, text)) => {
            Some(text.clone().into())
        }
        (Shape::Text { .. } | Shape::Any, Value::Char(_, char)) => Some(char.to_string().into()),
        (Shape::Choice(words), Value::String(_, word)) if words.contains(word) => {
            Some(word.clone().into())
        }
        (Shape::Boolean | Shape::Any, Value::Bool(_, bool)) => Some((*bool).into()),
        (Shape::Integer(least, most), Value::Num(_, number)) => whole(*number)
            .filter(|n| (*least..=*most).contains(n))
            .and_then(|n| Some(i64::try_from(n).ok()?.into())),
        (Shape::Size, Value::Num(_, number)) => {
            whole(*number).and_then(|n| Some(u64::try_from(n).ok()?.into()))
        }
        (Shape::Any, Value::Num(_, number)) => number_as_is(*number),
        _ => None,
    }
}

/// The number, if it has no fraction and fits.
fn whole(number: Num) -> Option<i128> {
    let unsigned = || i128::try_from(number.to_u128()?).ok();
    number.to_i128().or_else(unsigned)
}

fn number_as_is(number: Num) -> Option<Json> {
    match whole(number) {
        Some(whole) => i64::try_from(whole)
            .map(Json::from)
            .or_else(|_| u64::try_from(whole).map(Json::from))
            .ok(),
        None => serde_json::Number::from_f64(number.to_f64()?).map(Json::Number),
    }
}

/// What to write instead of a value of the wrong kind.
fn advice(value: &Value, shape: &Shape) -> String {
    match (shape, value) {
        (Shape::Text { secret: true }, Value::Num(..) | Value::Bool(..)) => {
            "must be text; put it in quotes".to_owned()
        }
        (Shape::Text { .. }, Value::Num(..) | Value::Bool(..)) => {
            let shown = show::value(value, Some(shape)).unwrap_or_default();
            format!("must be text; put it in quotes: \"{shown}\"")
        }
        (Shape::Choice(words), Value::String(_, word)) => {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let hint = nearest::nearest(word, &words)
                .map_or_else(String::new, |near| format!("; did you mean \"{near}\"?"));
            format!("must be {shape}{hint}")
        }
        (Shape::Integer(..) | Shape::Boolean, Value::String(_, text))
            if super::coerce::value(text, shape).is_ok_and(|v| scalar(&v, shape).is_some()) =>
        {
            format!("must be {shape}; remove the quotes")
        }
        (Shape::List(_), Value::String(_, text)) => {
            format!("must be a list; write [{}]", show::text(text))
        }
        _ => format!("must be {shape}, not {}", kind(value)),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::String(..) | Value::Char(..) => "text",
        Value::Bool(..) => "true or false",
        Value::Num(..) => "that number",
        Value::Empty(..) => "nothing",
        Value::Dict(..) => "a table",
        Value::Array(..) => "a list",
    }
}

fn placeholder(shape: &Shape) -> Json {
    match shape {
        Shape::Table(_) | Shape::Map(_) => Json::Object(Map::new()),
        Shape::List(_) => Json::Array(Vec::new()),
        Shape::Boolean => Json::Bool(false),
        Shape::Integer(least, _) => i64::try_from(*least).unwrap_or(0).into(),
        Shape::Choice(words) => words.first().cloned().unwrap_or_default().into(),
        Shape::Any | Shape::Size | Shape::Text { .. } => String::new().into(),
    }
}

//! A claims set as a part of a record that is kept: written and read as the JSON object that it is, and as small as that.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, Visitor},
};
use serde_json::{Map, Value, value::RawValue};

use super::{ClaimsSet, Kind, Member, Span, Text};

impl ClaimsSet {
    /// These claims as one text: a third of what they take as values, and read from few places.
    pub fn compact(values: Map<String, Value>) -> Self {
        let read = serde_json::to_vec(&values).ok().and_then(Self::read);
        read.map_or_else(|| values.into(), Self::shrunk)
    }

    /// Whether there is no claim.
    pub fn is_empty(&self) -> bool {
        match &self.text {
            Some(text) => text.members.is_empty(),
            None => self.values().is_empty(),
        }
    }

    /// Octets that it takes in memory, about.
    pub fn octets(&self) -> usize {
        let spans = |member: &Member| match &member.value {
            Kind::Texts(spans) => spans.len() * size_of::<Span>(),
            Kind::Text(_) | Kind::Whole(_) | Kind::Other => 0,
        };
        match &self.text {
            Some(Text { json, members }) => {
                let spans: usize = members.iter().map(spans).sum();
                json.len() + members.len() * size_of::<Member>() + spans
            }
            // A value takes several times what is written of it.
            None => 4 * serde_json::to_string(self.values()).map_or(0, |json| json.len()),
        }
    }

    /// The value of a claim, as [`ClaimsSet::get`] has it; what was read for it is not kept.
    pub fn one(&self, name: &str) -> Option<Value> {
        let Some(text) = &self.text else {
            return self.values().get(name).cloned();
        };
        match &text.member(name)?.value {
            Kind::Text(span) => Some(text.part(*span).into()),
            Kind::Whole(number) => Some((*number).into()),
            Kind::Texts(spans) => Some(spans.iter().map(|span| text.part(*span)).collect()),
            Kind::Other => text.find(name),
        }
    }

    /// All claims, as [`ClaimsSet::values`] has them; what was read for it is not kept.
    pub fn to_values(&self) -> Map<String, Value> {
        self.clone().into_values()
    }

    fn shrunk(mut self) -> Self {
        if let Some(text) = &mut self.text {
            text.json.shrink_to_fit();
            text.members.shrink_to_fit();
        }
        self
    }
}

impl Text {
    fn find(&self, name: &str) -> Option<Value> {
        let mut json = serde_json::Deserializer::from_str(&self.json);
        Wanted(name).deserialize(&mut json).ok().flatten()
    }
}

/// One member of an object, past the others.
struct Wanted<'a>(&'a str);

impl<'de> DeserializeSeed<'de> for Wanted<'_> {
    type Value = Option<Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Wanted<'_> {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        // Texts with a backslash in them are kept as values, so that each name is a part of the text.
        while let Some(name) = map.next_key::<&str>()? {
            if name == self.0 {
                found = Some(map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

impl Serialize for ClaimsSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.text {
            Some(text) => {
                let raw: &RawValue =
                    serde_json::from_str(&text.json).map_err(serde::ser::Error::custom)?;
                raw.serialize(serializer)
            }
            None => self.values().serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for ClaimsSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let json = Box::<str>::from(raw).into_string().into_bytes();
        let read = Self::read(json).map(Self::shrunk);
        read.ok_or_else(|| D::Error::custom("claims are an object in which no name stands twice"))
    }
}

impl PartialEq for ClaimsSet {
    /// Whether both say the same, in whatever form.
    fn eq(&self, other: &Self) -> bool {
        self.to_values() == other.to_values()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn claims() -> Map<String, Value> {
        let json = json!({
            "text": "é", "whole": 7, "negative": -7, "real": 1.5, "null": null, "truth": true,
            "texts": ["a", "b"], "mixed": ["a", 1], "nested": { "truth": false },
        });
        json.as_object().unwrap().clone()
    }

    #[test]
    fn a_single_claim_is_found_and_nothing_is_kept_for_it() {
        let set = ClaimsSet::compact(claims());
        for (name, value) in &claims() {
            assert_eq!(set.one(name).as_ref(), Some(value), "{name}");
        }
        assert_eq!(set.one("absent"), None);
        assert_eq!(set.to_values(), claims());
        assert!(set.values.get().is_none());
    }

    #[test]
    fn it_is_written_and_read_as_an_object() {
        let odd = Map::from_iter([("a\"b".to_owned(), json!("c\\d"))]);
        for values in [claims(), odd, Map::new()] {
            let set = ClaimsSet::compact(values.clone());
            let written = serde_json::to_string(&set).unwrap();
            assert_eq!(
                serde_json::from_str::<Map<_, _>>(&written).unwrap(),
                values.clone()
            );
            assert_eq!(serde_json::from_str::<ClaimsSet>(&written).unwrap(), set);
            assert_eq!(set, ClaimsSet::from(values.clone()));
            assert_eq!(set.is_empty(), values.is_empty());
        }
        for other in ["[]", "null", "{\"a\":1,\"a\":2}"] {
            assert!(serde_json::from_str::<ClaimsSet>(other).is_err(), "{other}");
        }
    }
}

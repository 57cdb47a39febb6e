//! JSON in which no object names a member twice: what one reader takes first another takes last.

use std::{collections::HashSet, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value};

use super::claims_set::{Kind, Member, Span};

/// A value read with that rule.
#[derive(Debug)]
pub(super) struct Unique(pub(super) Value);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UniqueVisitor).map(Self)
    }
}

struct UniqueVisitor;

impl<'de> Visitor<'de> for UniqueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without duplicate names")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("no finite number"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Unique(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some((name, Unique(value))) = members.next_entry::<String, Unique>()? {
            if name == RESERVED {
                return Err(A::Error::custom("a name has a meaning of its own here"));
            }
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom("a name stands twice"));
            }
        }
        Ok(Value::Object(object))
    }
}

/// The members of an object without a backslash in it, read to the end and checked as [`Unique`] does, and kept in
/// their places.
pub(super) fn members(json: &str) -> serde_json::Result<Vec<Member>> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let members = deserializer.deserialize_map(Members { json })?;
    deserializer.end()?;
    Ok(members)
}

struct Members<'de> {
    json: &'de str,
}

impl<'de> Visitor<'de> for Members<'de> {
    type Value = Vec<Member>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object without duplicate names")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut found: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::with_capacity(FEW);
        let mut names = Names::default();
        while let Some(name) = found.next_key::<&'de str>()? {
            members.push(Member {
                head: names.add(name)?,
                name: span(self.json, name)?,
                value: found.next_value_seed(InPlace { json: self.json })?,
            });
        }
        Ok(members)
    }
}

/// One value that stays where it stands.
#[derive(Clone, Copy)]
struct InPlace<'de> {
    json: &'de str,
}

impl<'de> DeserializeSeed<'de> for InPlace<'de> {
    type Value = Kind;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Kind, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for InPlace<'de> {
    type Value = Kind;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without duplicate names and backslashes")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Kind, E> {
        span(self.json, text).map(Kind::Text)
    }

    fn visit_u64<E>(self, number: u64) -> Result<Kind, E> {
        Ok(Kind::Whole(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Kind, E> {
        Ok(u64::try_from(number).map_or(Kind::Other, Kind::Whole))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Kind, E> {
        Ok(Kind::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Kind, E> {
        Ok(Kind::Other)
    }

    fn visit_unit<E>(self) -> Result<Kind, E> {
        Ok(Kind::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Kind, A::Error> {
        let (mut texts, mut mixed) = (Vec::new(), false);
        while let Some(item) = items.next_element_seed(self)? {
            match item {
                Kind::Text(span) => texts.push(span),
                Kind::Whole(_) | Kind::Texts(_) | Kind::Other => mixed = true,
            }
        }
        Ok(if mixed {
            Kind::Other
        } else {
            Kind::Texts(texts)
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Kind, A::Error> {
        let mut names = Names::default();
        while let Some(name) = members.next_key::<&'de str>()? {
            names.add(name)?;
            members.next_value_seed(self)?;
        }
        Ok(Kind::Other)
    }
}

/// Where a part stands in the text that it was borrowed from.
fn span<E: Error>(text: &str, part: &str) -> Result<Span, E> {
    let start = part.as_ptr().addr().wrapping_sub(text.as_ptr().addr());
    let place = |at: usize| u32::try_from(at).map_err(|_| E::custom("the text is too long"));
    Ok(Span {
        start: place(start)?,
        end: place(start.saturating_add(part.len()))?,
    })
}

/// A name that is compared by its first octets, which tell most names apart.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
struct Name<'a> {
    head: u64,
    whole: &'a str,
}

impl<'a> Name<'a> {
    fn of(whole: &'a str) -> Self {
        Self {
            head: head(whole),
            whole,
        }
    }
}

/// The first octets of a name: other names may begin so too.
pub(super) fn head(name: &str) -> u64 {
    let name = name.as_bytes();
    match name.first_chunk() {
        Some(first) => u64::from_le_bytes(*first),
        None => name
            .iter()
            .rev()
            .fold(0, |head, octet| head << 8 | u64::from(*octet)),
    }
}

/// Names of one object. Few are compared one by one, many are not: a stranger may send thousands.
#[derive(Default)]
struct Names<'de> {
    few: [Name<'de>; FEW],
    count: usize,
    many: HashSet<Name<'de>>,
}

impl<'de> Names<'de> {
    /// Answers the start of the name.
    fn add<E: Error>(&mut self, name: &'de str) -> Result<u64, E> {
        if name == RESERVED {
            return Err(E::custom("a name has a meaning of its own here"));
        }
        let name = Name::of(name);
        let known = self.few.get(..self.count).unwrap_or(&self.few);
        let is_new = !known.contains(&name)
            && match self.few.get_mut(self.count) {
                Some(place) => {
                    *place = name;
                    self.count += 1;
                    true
                }
                None => self.many.insert(name),
            };
        if is_new {
            Ok(name.head)
        } else {
            Err(E::custom("a name stands twice"))
        }
    }
}

/// Most tokens have fewer claims.
const FEW: usize = 16;

/// By this name `serde_json` hides raw JSON from itself: an object that bears it is read as something else later.
const RESERVED: &str = "$serde_json::private::RawValue";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_stands_twice_at_any_depth_is_refused() {
        for (text, good) in [
            (
                r#"{"a":1,"b":[{"c":null,"d":1.5}],"e":"x","f":-1,"g":true}"#,
                true,
            ),
            (r#"{"a":1,"a":2}"#, false),
            (r#"{"a":{"b":1,"b":1}}"#, false),
            (r#"[{"a":1,"\u0061":2}]"#, false),
        ] {
            let read = serde_json::from_str::<Unique>(text);
            assert_eq!(read.is_ok(), good, "{text}");
            if let Ok(Unique(value)) = read {
                assert_eq!(value, serde_json::from_str::<Value>(text).unwrap());
            }
        }
        let deep = "[".repeat(100_000);
        assert!(
            serde_json::from_str::<Unique>(&deep).is_err(),
            "depth is bounded"
        );
        assert!(members(&format!("{{\"a\":{deep}")).is_err());
    }

    #[test]
    fn a_name_that_stands_twice_among_many_is_refused() {
        for count in [FEW - 1, FEW, FEW + 1, 100] {
            let many: Vec<_> = (0..count).map(|n| format!("\"n{n}\":{n}")).collect();
            let many = many.join(",");
            assert_eq!(members(&format!("{{{many}}}")).unwrap().len(), count);
            assert!(members(&format!("{{\"x\":{{{many}}}}}")).is_ok());
            for twice in 0..count {
                let json = format!("{{{many},\"n{twice}\":0}}");
                assert!(members(&json).is_err(), "{json}");
                assert!(members(&format!("{{\"x\":{json}}}")).is_err(), "{json}");
            }
        }
    }

    #[test]
    fn names_differ_wherever_they_differ() {
        let names = [
            "",
            "a",
            "email_v",
            "email_ve",
            "email_ver",
            "email_vex",
            "é",
            "éé",
        ];
        for one in names {
            for other in names {
                let same = Name::of(one) == Name::of(other);
                assert_eq!(same, one == other, "{one} {other}");
            }
        }
    }

    #[test]
    fn a_name_that_the_reader_itself_understands_is_refused() {
        for value in [
            "{\"$serde_json::private::RawValue\":\"1\"}",
            "{\"a\":[{\"$serde_json::private::RawValue\":\"{\"}]}",
        ] {
            let json = format!("{{\"x\":{value}}}");
            assert!(members(&json).is_err(), "{json}");
            assert!(serde_json::from_str::<Unique>(&json).is_err(), "{json}");
        }
    }
}

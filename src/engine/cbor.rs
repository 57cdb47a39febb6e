//! As much of CBOR (RFC 8949) as authenticators send: no tags, floats or indefinite lengths.

/// Nothing that authenticators send is nested deeper.
const DEPTH: u8 = 8;

/// A data item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cbor<'a> {
    Array(Vec<Self>),
    Bytes(&'a [u8]),
    Map(Vec<(Self, Self)>),
    Number(i64),
    Simple,
    Text(&'a str),
}

impl<'a> Cbor<'a> {
    /// The first item, and what follows it.
    pub(crate) fn parse(octets: &'a [u8]) -> Option<(Self, &'a [u8])> {
        Self::nested(octets, DEPTH)
    }

    fn nested(octets: &'a [u8], depth: u8) -> Option<(Self, &'a [u8])> {
        let depth = depth.checked_sub(1)?;
        let (&initial, rest) = octets.split_first()?;
        let (argument, rest) = argument(initial & 0x1f, rest)?;
        let length = usize::try_from(argument).ok()?;
        match initial >> 5 {
            0 => Some((Self::Number(i64::try_from(argument).ok()?), rest)),
            1 => Some((Self::Number(-1 - i64::try_from(argument).ok()?), rest)),
            2 => {
                let (bytes, rest) = rest.split_at_checked(length)?;
                Some((Self::Bytes(bytes), rest))
            }
            3 => {
                let (text, rest) = rest.split_at_checked(length)?;
                Some((Self::Text(std::str::from_utf8(text).ok()?), rest))
            }
            4 => {
                let mut items = Vec::new();
                let mut rest = rest;
                for _ in 0..length {
                    let (item, after) = Self::nested(rest, depth)?;
                    items.push(item);
                    rest = after;
                }
                Some((Self::Array(items), rest))
            }
            5 => {
                let mut members = Vec::new();
                let mut rest = rest;
                for _ in 0..length {
                    let (name, after) = Self::nested(rest, depth)?;
                    let (value, after) = Self::nested(after, depth)?;
                    members.push((name, value));
                    rest = after;
                }
                Some((Self::Map(members), rest))
            }
            7 => Some((Self::Simple, rest)),
            _ => None,
        }
    }

    fn find(&self, name: &Cbor<'_>) -> Option<&Self> {
        let Self::Map(members) = self else {
            return None;
        };
        let found = members.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value)
    }

    /// A member of a map, by text.
    pub(crate) fn member(&self, name: &str) -> Option<&Self> {
        self.find(&Cbor::Text(name))
    }

    /// A member of a map, by number.
    pub(crate) fn numbered(&self, label: i64) -> Option<&Self> {
        self.find(&Cbor::Number(label))
    }

    pub(crate) fn bytes(&self) -> Option<&'a [u8]> {
        if let Self::Bytes(bytes) = self {
            Some(bytes)
        } else {
            None
        }
    }

    pub(crate) fn number(&self) -> Option<i64> {
        if let Self::Number(number) = self {
            Some(*number)
        } else {
            None
        }
    }
}

/// The number behind the initial octet.
fn argument(short: u8, rest: &[u8]) -> Option<(u64, &[u8])> {
    let length = match short {
        0..=23 => return Some((u64::from(short), rest)),
        24 => 1,
        25 => 2,
        26 => 4,
        27 => 8,
        _ => return None,
    };
    let (octets, rest) = rest.split_at_checked(length)?;
    let number = octets
        .iter()
        .fold(0, |n: u64, octet| (n << 8) | u64::from(*octet));
    Some((number, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_read_and_what_is_cut_short_is_not() {
        // {"a": [1, -7], 3: h'0102'}
        let octets = [0xa2, 0x61, b'a', 0x82, 0x01, 0x26, 0x03, 0x42, 1, 2, 0xff];
        let (item, rest) = Cbor::parse(&octets).unwrap();
        assert_eq!(rest, [0xff]);
        let list = Cbor::Array(vec![Cbor::Number(1), Cbor::Number(-7)]);
        assert_eq!(item.member("a"), Some(&list));
        assert_eq!(item.numbered(3).and_then(Cbor::bytes), Some(&[1, 2][..]));
        for end in 0..10 {
            assert!(Cbor::parse(&octets[..end]).is_none(), "{end}");
        }
        assert!(Cbor::parse(&[0x81; 64]).is_none(), "nesting has an end");
        assert!(Cbor::parse(&[0x9b, 255, 255, 255, 255, 255, 255, 255, 255]).is_none());
    }
}

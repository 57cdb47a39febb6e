//! Reading `Cookie` fields: every line, every duplicate, bounded.

use std::borrow::Cow;

use http::{HeaderMap, header::COOKIE};
use memchr::memchr;

use super::cookies::{CookieNames, SetCookies};

/// The pieces of one `Cookie` line between semicolons, blanks and all.
pub(crate) fn crumbs(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    // Several kilobytes in every request: worth a vectorised search.
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let line = rest?;
        match memchr(b';', line).and_then(|at| line.split_at_checked(at)) {
            Some((crumb, behind)) => {
                rest = behind.get(1..);
                Some(crumb)
            }
            None => rest.take(),
        }
    })
}

/// What stands before the first `=`, without blanks around it; all of it where there is no `=`.
pub(crate) fn name_of(crumb: &[u8]) -> &[u8] {
    trimmed(
        crumb
            .split(|octet| *octet == b'=')
            .next()
            .unwrap_or_default(),
    )
}

/// Without blanks (space and tab) around it.
pub(crate) fn trimmed(octets: &[u8]) -> &[u8] {
    octets.trim_ascii()
}

/// The value of the cookie `name`, where the request carries it once, whole, and nothing else of ours by that name: what
/// nearly every request does.
pub(crate) fn only<'a>(headers: &'a HeaderMap, name: &'a str) -> Option<&'a [u8]> {
    if let Some(value) = alone(headers, name) {
        return Some(value);
    }
    let mut all = own(headers, name);
    match (all.next(), all.next()) {
        (Some((Slot::Whole, value)), None) if !value.is_empty() => Some(value),
        _ => None,
    }
}

/// The same, where it is the only cookie of all.
fn alone<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a [u8]> {
    let mut lines = headers.get_all(COOKIE).iter();
    let (Some(line), None) = (lines.next(), lines.next()) else {
        return None;
    };
    let value = line.as_bytes().strip_prefix(name.as_bytes())?;
    let value = trimmed(value.strip_prefix(b"=")?);
    (!value.is_empty() && memchr(b';', value).is_none()).then_some(value)
}

/// All distinct values that the request may mean by the cookie `name`, whole or in parts.
///
/// There is more than one where a sibling host tossed one in, or where a client sent an old one beside a new one; the
/// caller opens each and takes the only one that is good.
///
/// # Errors
/// [`TooMany`], when there are more than anybody honest sends.
pub(crate) fn candidates<'a>(
    headers: &'a HeaderMap,
    name: &'a str,
) -> Result<Vec<Cow<'a, [u8]>>, TooMany> {
    let mut whole: Vec<&[u8]> = Vec::new();
    let mut parts: [Vec<&[u8]>; MAX_PARTS] = std::array::from_fn(|_| Vec::new());
    for (slot, value) in own(headers, name) {
        let values = match slot {
            Slot::Other => continue,
            Slot::Part(index) => match parts.get_mut(index) {
                Some(values) => values,
                None => continue,
            },
            Slot::Whole => &mut whole,
        };
        if !value.is_empty() && !values.contains(&value) {
            values.push(value);
        }
        if values.len() > MAX_DUPLICATES {
            return Err(TooMany);
        }
    }
    let mut found: Vec<Cow<'a, [u8]>> = whole.into_iter().map(Cow::Borrowed).collect();
    join_parts(&parts, &mut found)?;
    Ok(found)
}

/// The `Set-Cookie` values that put `sealed` into the cookie `name`, in parts where it is long, and clear what the
/// request still carries of an earlier form.
pub(crate) fn set_in_parts(
    names: &CookieNames,
    name: &str,
    sealed: &str,
    request: &HeaderMap,
) -> SetCookies {
    let mut set = SetCookies::none();
    let mut used = Vec::new();
    if sealed.len() <= PART {
        set.push(names.set(name, sealed));
        used.push(Slot::Whole);
    } else {
        let count = sealed.len().div_ceil(PART);
        let mut rest = sealed;
        for index in 0..count {
            let (part, after) = rest.split_at_checked(PART).unwrap_or((rest, ""));
            rest = after;
            let value = if index == 0 {
                format!("{count}.{part}")
            } else {
                part.to_owned()
            };
            set.push(names.set(&part_name(name, index), &value));
            used.push(Slot::Part(index));
        }
    }
    set.and(clear_but(names, name, request, &used))
}

/// The `Set-Cookie` values that clear every form of the cookie `name` which the request carries.
pub(crate) fn clear(names: &CookieNames, name: &str, request: &HeaderMap) -> SetCookies {
    clear_but(names, name, request, &[])
}

/// More candidates than anybody honest sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooMany;

/// Which form of a cookie of ours a crumb is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slot {
    /// Ours by name, but never written by us.
    Other,
    /// `NAME.1` is part 0.
    Part(usize),
    /// `NAME`.
    Whole,
}

fn own<'a>(headers: &'a HeaderMap, name: &'a str) -> impl Iterator<Item = (Slot, &'a [u8])> {
    headers
        .get_all(COOKIE)
        .iter()
        .flat_map(|line| crumbs(line.as_bytes()))
        .filter_map(move |crumb| {
            let suffix = name_of(crumb).strip_prefix(name.as_bytes())?;
            let value = crumb
                .iter()
                .position(|octet| *octet == b'=')
                .and_then(|at| crumb.get(at + 1..))?;
            Some((slot(suffix)?, trimmed(value)))
        })
}

fn slot(suffix: &[u8]) -> Option<Slot> {
    match suffix {
        [] => Some(Slot::Whole),
        [b'.', digit @ b'1'..=b'9'] => Some(Slot::Part(usize::from(digit - b'1'))),
        [b'.', ..] => Some(Slot::Other),
        _ => None,
    }
}

/// Puts parts together. The first says how many there are, so that a leftover of a longer cookie does no harm.
fn join_parts(
    parts: &[Vec<&[u8]>; MAX_PARTS],
    found: &mut Vec<Cow<'_, [u8]>>,
) -> Result<(), TooMany> {
    let [firsts, others @ ..] = parts;
    for first in firsts {
        let [digit @ b'2'..=b'9', b'.', start @ ..] = first else {
            continue;
        };
        let Some(others) = others.get(..usize::from(digit - b'1')) else {
            continue;
        };
        let combinations: usize = others.iter().map(Vec::len).product();
        if found.len() + combinations > MAX_CANDIDATES {
            return Err(TooMany);
        }
        let mut joined = vec![start.to_vec()];
        for part in others {
            joined = joined
                .iter()
                .flat_map(|head| part.iter().map(move |tail| [head, *tail].concat()))
                .collect();
        }
        found.extend(joined.into_iter().map(Cow::Owned));
    }
    Ok(())
}

fn clear_but(names: &CookieNames, name: &str, request: &HeaderMap, used: &[Slot]) -> SetCookies {
    let mut set = SetCookies::none();
    let present: Vec<Slot> = own(request, name).map(|(slot, _)| slot).collect();
    if !used.contains(&Slot::Whole) && present.contains(&Slot::Whole) {
        set.push(names.cleared(name));
    }
    for index in 0..9 {
        let slot = Slot::Part(index);
        if !used.contains(&slot) && present.contains(&slot) {
            set.push(names.cleared(&part_name(name, index)));
        }
    }
    set
}

fn part_name(name: &str, index: usize) -> String {
    format!("{name}.{}", index + 1)
}

/// Longest sealed session, in characters over all its parts.
pub(crate) const MAX_SEALED_SESSION: usize = 16 * 1024;

/// Characters a part: with name and attributes below the 4096 octets that browsers keep of a cookie.
const PART: usize = 3800;
const MAX_PARTS: usize = MAX_SEALED_SESSION.div_ceil(PART);
const MAX_DUPLICATES: usize = 4;
const MAX_CANDIDATES: usize = 8;

#[cfg(test)]
mod tests;

//! Durations and sizes as people write them.

use std::time::Duration;

/// Reads `30s`, `500ms`, `1h30m`, `2d`: whole numbers with units, largest first or not, at least one.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let mut total = Duration::ZERO;
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err("is empty; write a number and a unit, such as \"30s\" or \"1h30m\"".to_owned());
    }
    while !rest.is_empty() {
        let (amount, unit, after) = part(rest);
        let amount: u64 = amount.parse().map_err(|_| NO_DURATION.to_owned())?;
        let milliseconds = match unit {
            "ms" => 1,
            "s" => 1_000,
            "m" | "min" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            "" if after.is_empty() => {
                return Err(format!("has no unit; write \"{amount}s\" for seconds"));
            }
            "" => return Err(NO_DURATION.to_owned()),
            _ => {
                return Err(format!(
                    "has the unknown unit {unit:?}; the units are ms, s, m, h and d"
                ));
            }
        };
        total = amount
            .checked_mul(milliseconds)
            .and_then(|ms| total.checked_add(Duration::from_millis(ms)))
            .filter(|total| *total <= LONGEST)
            .ok_or_else(|| "is longer than ten years; write less".to_owned())?;
        rest = after.trim_start();
    }
    Ok(total)
}

/// Reads `64KiB`, `1MiB`, `10kB` or a plain number of octets.
pub(super) fn size(text: &str) -> Result<u64, String> {
    let (amount, unit, after) = part(text.trim());
    let amount: u64 = amount
        .parse()
        .map_err(|_| "is no size; write a number and a unit, such as \"64KiB\"".to_owned())?;
    let factor: u64 = match unit {
        "" | "B" => 1,
        "kB" | "KB" => 1_000,
        "KiB" => 1 << 10,
        "MB" => 1_000_000,
        "MiB" => 1 << 20,
        "GB" => 1_000_000_000,
        "GiB" => 1 << 30,
        _ => {
            return Err(
                "has an unknown unit; the units are B, kB, KiB, MB, MiB, GB and GiB".to_owned(),
            );
        }
    };
    if !after.is_empty() {
        return Err("is no size; write one number and one unit, such as \"64KiB\"".to_owned());
    }
    amount
        .checked_mul(factor)
        .ok_or_else(|| "is too large".to_owned())
}

/// Writes a duration the way [`duration`] reads it.
pub(super) fn show(duration: Duration) -> String {
    let ms = duration.as_millis();
    let units = [
        ("d", 86_400_000),
        ("h", 3_600_000),
        ("m", 60_000),
        ("s", 1_000),
    ];
    let fits = units
        .iter()
        .find(|(_, size)| ms > 0 && ms.is_multiple_of(*size));
    match fits {
        Some((unit, size)) => format!("{}{unit}", ms / size),
        None if ms == 0 => "0s".to_owned(),
        None => format!("{ms}ms"),
    }
}

/// The leading number, its unit, and what follows.
fn part(text: &str) -> (&str, &str, &str) {
    let digits = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (amount, rest) = text.split_at(digits);
    let rest = rest.trim_start();
    let letters = rest
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(rest.len());
    let (unit, after) = rest.split_at(letters);
    (amount, unit, after)
}

const NO_DURATION: &str =
    "is no duration; write whole numbers with units, such as \"30s\", \"15m\" or \"1h30m\"";

const LONGEST: Duration = Duration::from_hours(10 * 366 * 24);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_written() {
        for (text, seconds) in [
            ("30s", 30),
            ("30m", 1800),
            ("1h30m", 5400),
            ("1h 30m", 5400),
            ("2d", 172_800),
            ("0s", 0),
        ] {
            assert_eq!(duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(show(Duration::from_mins(90)), "90m");
        assert_eq!(show(Duration::from_millis(1500)), "1500ms");
    }

    #[test]
    fn what_is_no_duration_says_what_to_write() {
        for (text, says) in [
            ("", "is empty"),
            ("30", "write \"30s\""),
            ("1.5h", "whole numbers"),
            ("half an hour", "no duration"),
            ("30 fortnights", "unknown unit"),
            ("-5s", "no duration"),
            ("99999999999999999999s", "no duration"),
            ("9999999999999d", "ten years"),
        ] {
            let error = duration(text).unwrap_err();
            assert!(error.contains(says), "{text}: {error}");
        }
    }

    #[test]
    fn sizes_are_binary_or_decimal_as_written() {
        for (text, octets) in [
            ("64KiB", 65_536),
            ("1 MiB", 1 << 20),
            ("10kB", 10_000),
            ("512", 512),
        ] {
            assert_eq!(size(text), Ok(octets), "{text}");
        }
        for text in ["", "KiB", "64 kib", "1KiB2", "99999999999GiB"] {
            assert!(size(text).is_err(), "{text}");
        }
    }
}

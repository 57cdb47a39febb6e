//! Many events at once, each with the time at which it happened: for the access log, whose lines are written later and by
//! another thread.

use std::{
    cell::RefCell,
    fmt,
    io::{self, Write as _},
    time::SystemTime,
};

use time::{OffsetDateTime, macros::format_description};
use tracing_subscriber::fmt::{
    format::Writer,
    time::{FormatTime, SystemTime as Now},
};

thread_local! {
    static BATCH: RefCell<Option<Batch>> = const { RefCell::new(None) };
}

#[derive(Default)]
struct Batch {
    octets: Vec<u8>,
    at: Option<SystemTime>,
}

/// Runs `log`, whose events go out as one write, or as a few where there are many.
pub(crate) fn batched(log: impl FnOnce()) {
    BATCH.set(Some(Batch::default()));
    log();
    let octets = BATCH.take().unwrap_or_default().octets;
    // With standard error gone there is nobody left to tell.
    drop(io::stderr().write_all(&octets));
}

/// The following events of a batch happened at this time.
pub(crate) fn at(time: SystemTime) {
    BATCH.with_borrow_mut(|batch| {
        if let Some(batch) = batch {
            batch.at = Some(time);
        }
    });
}

/// Standard error, or the batch of this thread.
#[derive(Clone, Copy, Debug)]
pub(super) struct Output;

impl io::Write for Output {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        BATCH.with_borrow_mut(|batch| {
            let Some(batch) = batch else {
                return io::stderr().write(octets);
            };
            if batch.octets.len() >= ENOUGH {
                io::stderr().write_all(&batch.octets)?;
                batch.octets.clear();
            }
            batch.octets.extend_from_slice(octets);
            Ok(octets.len())
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The time of the batch's event, or now.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stamp;

impl FormatTime for Stamp {
    fn format_time(&self, writer: &mut Writer<'_>) -> fmt::Result {
        let at = BATCH.with_borrow(|batch| batch.as_ref().and_then(|batch| batch.at));
        let Some(at) = at else {
            return Now.format_time(writer);
        };
        let format = format_description!(
            "[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]Z"
        );
        let text = OffsetDateTime::from(at).format(format);
        writer.write_str(&text.map_err(|_| fmt::Error)?)
    }
}

/// Octets of a batch that are written before its end.
const ENOUGH: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn stamp() -> String {
        let mut text = String::new();
        Stamp.format_time(&mut Writer::new(&mut text)).unwrap();
        text
    }

    #[test]
    fn a_line_carries_the_time_at_which_it_happened() {
        let plain = stamp();
        batched(|| {
            at(SystemTime::UNIX_EPOCH + Duration::from_micros(1_700_000_000_000_042));
            assert_eq!(stamp(), "2023-11-14T22:13:20.000042Z");
        });
        assert_eq!(stamp().len(), plain.len());
        assert_eq!(plain.len(), "2023-11-14T22:13:20.000042Z".len());
    }
}

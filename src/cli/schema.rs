use std::io;

use super::{Status, Surroundings};

/// Prints the JSON Schema of the configuration.
pub(super) fn run(surroundings: &mut Surroundings<'_>) -> io::Result<Status> {
    writeln!(surroundings.out, "{:#}", crate::config::schema())?;
    Ok(Status::Fine)
}

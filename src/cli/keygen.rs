use std::io;

use super::{Status, Surroundings};
use crate::random::{Random, token};

/// Prints 32 fresh octets in base64url: 43 characters.
pub(super) fn run(random: &dyn Random, surroundings: &mut Surroundings<'_>) -> io::Result<Status> {
    writeln!(surroundings.out, "{}", token(random))?;
    Ok(Status::Fine)
}

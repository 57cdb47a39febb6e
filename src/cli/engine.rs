//! `interlock engine`: the development identity engine alone.

use std::{io::Write, sync::Arc};

use super::{EngineArgs, serve::until_told};
use crate::{
    clock::SystemClock,
    engine::{Engine, Settings},
    random::SystemRandom,
};

/// Serves until a signal, after telling `out` where.
///
/// # Errors
/// Its file is wrong, or the address is taken.
pub async fn engine(
    args: &EngineArgs,
    out: &mut (dyn Write + Send),
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let settings = Settings {
        listen: args.listen,
        ..Settings::load(args.config.as_deref())?
    };
    let engine = Engine::bind(settings, Arc::new(SystemClock), Arc::new(SystemRandom))?;
    writeln!(
        out,
        "Development identity engine, for tests alone\n\n  \
         Issuer           {}\n  Org server       {}\n  Mail and texts   http://{at}/inbox\n  \
         Other devices    http://{at}/phone, /fobs, /device\n  People           http://{at}/\n\n  Ctrl-C ends it.",
        engine.issuer(),
        engine.org_issuer(),
        at = engine.address(),
    )?;
    out.flush()?;
    engine.serve(until_told()).await?;
    Ok(())
}

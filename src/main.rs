//! The `interlock` command: a thin shell around the library.

use std::{env, error::Error, io, process::ExitCode};

use interlock::{
    cli::{self, Outcome, Server, Status, Surroundings},
    telemetry,
};

fn main() -> ExitCode {
    // Libraries that ask for a process-wide provider get the one crypto library there is; a second call changes nothing.
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    let (mut out, mut err) = (io::stdout(), io::stderr());
    let environment = env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let mut surroundings = Surroundings {
        environment,
        out: &mut out,
        err: &mut err,
    };
    match cli::run(env::args_os(), &mut surroundings) {
        Outcome::Done(status) => status,
        Outcome::Run(server) => run(server, &mut surroundings),
    }
    .into()
}

fn run(server: Server, surroundings: &mut Surroundings<'_>) -> Status {
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error, surroundings),
    };
    let log = telemetry::Environment::of(surroundings.environment.iter().cloned());
    let ended: Result<(), Box<dyn Error>> = match server {
        Server::Gateway(args) => {
            let config = match args.load(surroundings) {
                Ok(config) => config,
                Err(status) => return status,
            };
            if let Err(error) = telemetry::init(&config.log, &log) {
                return failed(&error, surroundings);
            }
            runtime.block_on(cli::serve(config)).map_err(Into::into)
        }
        #[cfg(feature = "engine")]
        Server::Demo(args) => telemetry::init(&only_trouble(), &log)
            .map_err(Into::into)
            .and_then(|()| {
                runtime
                    .block_on(cli::demo(args, &mut io::stdout()))
                    .map_err(Into::into)
            }),
        #[cfg(feature = "engine")]
        Server::Engine(args) => telemetry::init(&only_trouble(), &log)
            .map_err(Into::into)
            .and_then(|()| {
                runtime
                    .block_on(cli::engine(&args, &mut io::stdout()))
                    .map_err(|error| error as Box<dyn Error>)
            }),
        Server::Token(args) => runtime
            .block_on(cli::token(&args, &mut io::stdout()))
            .map_err(Into::into),
    };
    match ended {
        Ok(()) => Status::Fine,
        Err(error) => failed(&*error, surroundings),
    }
}

/// Below what the demo tells on standard output there is room for trouble alone; `RUST_LOG` asks for more.
#[cfg(feature = "engine")]
fn only_trouble() -> telemetry::Settings {
    telemetry::Settings {
        format: telemetry::Format::Text,
        filter: "warn".parse().unwrap_or_default(),
        access: false,
    }
}

/// One sentence on standard error: what happened, and why, down to the last cause.
fn failed(error: &dyn Error, surroundings: &mut Surroundings<'_>) -> Status {
    let mut sentence = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !sentence.contains(&text) {
            sentence = format!("{sentence}: {text}");
        }
        cause = error.source();
    }
    // With standard error closed there is nobody left to tell.
    drop(writeln!(surroundings.err, "interlock: {sentence}"));
    Status::Failed
}

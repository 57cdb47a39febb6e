//! The fuzz targets on the stable toolchain: every input of the corpus again, then a random run, bounded in time.
//!
//! `FUZZ_SECONDS=60` makes the random run of each target longer, `FUZZ_SEED=N` repeats one. An input that fails is written to
//! `target/fuzz/`, ready to be moved into `fuzz/corpus/`. `cargo fuzz run TARGET` runs the same functions under `libFuzzer`.

#[cfg(test)]
mod mutate;
#[cfg(test)]
mod targets;

#[cfg(test)]
mod runs {
    use std::{
        fs, panic,
        path::{Path, PathBuf},
        time::{Duration, Instant},
    };

    use interlock::random::{Random as _, SystemRandom};

    use super::{
        mutate::{Chance, mutated},
        targets,
    };

    /// A test for each target.
    macro_rules! fuzzed {
        ($($target:ident),+ $(,)?) => { $(
            #[test]
            fn $target() {
                hunt(stringify!($target), targets::$target::run);
            }
        )+ };
    }

    fuzzed!(
        answer,
        config,
        cookie,
        form_body,
        forwarded,
        ion,
        jwks,
        jwt,
        logout_token,
        path,
        proxy_header,
        return_to,
        session_record,
        step_token,
    );

    fn hunt(target: &str, run: fn(&[u8])) {
        let corpus = corpus(target);
        assert!(!corpus.is_empty(), "fuzz/corpus/{target} is empty");
        let fails = |(name, input): &&(String, Vec<u8>)| !survives(target, run, input, name);
        let failed: Vec<_> = corpus.iter().filter(fails).map(|(name, _)| name).collect();
        assert!(failed.is_empty(), "{target}: {failed:?}");
        let inputs: Vec<_> = corpus.into_iter().map(|(_, input)| input).collect();
        let seed =
            setting("FUZZ_SEED").unwrap_or_else(|| u64::from_be_bytes(SystemRandom.octets()));
        let seconds = Duration::from_secs(setting("FUZZ_SECONDS").unwrap_or(2));
        let (mut chance, began, mut count) = (Chance::new(seed), Instant::now(), 0_u64);
        while began.elapsed() < seconds {
            let input = mutated(&inputs, &mut chance);
            assert!(
                survives(target, run, &input, &format!("seed {seed}")),
                "{target}: seed {seed}, input {count}"
            );
            count += 1;
        }
        eprintln!(
            "{target}: {} inputs, {count} more with seed {seed}",
            inputs.len()
        );
    }

    /// Whether nothing is found; an input that finds something is kept.
    fn survives(target: &str, run: fn(&[u8]), input: &[u8], from: &str) -> bool {
        let is_fine = panic::catch_unwind(|| run(input)).is_ok();
        if !is_fine {
            let kept = keep(target, input);
            eprintln!(
                "{target}: {from}: the input that fails is {}",
                kept.display()
            );
        }
        is_fine
    }

    fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("fuzz/corpus")
            .join(target);
        let entries =
            fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let read = |path: PathBuf| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read(&path).unwrap())
        };
        files.into_iter().map(read).collect()
    }

    fn keep(target: &str, input: &[u8]) -> PathBuf {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/fuzz");
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join(format!(
            "{target}-{:016x}",
            u64::from_be_bytes(SystemRandom.octets())
        ));
        fs::write(&path, input).unwrap();
        path
    }

    fn setting(name: &str) -> Option<u64> {
        let (_, text) = std::env::vars().find(|(known, _)| known == name)?;
        Some(
            text.parse()
                .unwrap_or_else(|_| panic!("{name} must be a whole number")),
        )
    }
}

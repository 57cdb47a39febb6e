//! The fuzz targets on the stable toolchain: every input of the corpus again, then so many more that chance makes of them.
//!
//! Chance is the same everywhere, and so many inputs are as many on a slow machine: what passed once passes again. To look for
//! what nobody has seen, `FUZZ_SEED=random` (or a number) begins elsewhere and `FUZZ_SECONDS=60` goes on for so long in each
//! target; `just hunt` does both. An input that fails is written to `target/fuzz/`, ready to be moved into `fuzz/corpus/`.
//! `cargo fuzz run TARGET` runs the same functions under `libFuzzer`.

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

    /// A test for each target, and how many inputs chance makes for it: a second or two's work without optimisation.
    macro_rules! fuzzed {
        ($($target:ident: $count:literal),+ $(,)?) => { $(
            #[test]
            fn $target() {
                hunt(stringify!($target), targets::$target::run, $count);
            }
        )+ };
    }

    fuzzed!(
        answer: 1_500,
        config: 60,
        cookie: 10_000,
        form_body: 3_000,
        forwarded: 5_000,
        ion: 150,
        jwks: 300,
        jwt: 2_000,
        logout_token: 1_500,
        path: 50_000,
        proxy_header: 100_000,
        request: 3_000,
        return_to: 10_000,
        session_record: 4_000,
        step_token: 50_000,
    );

    fn hunt(target: &str, run: fn(&[u8]), usual: u64) {
        let corpus = corpus(target);
        assert!(!corpus.is_empty(), "fuzz/corpus/{target} is empty");
        let fails = |(name, input): &&(String, Vec<u8>)| !survives(target, run, input, name);
        let failed: Vec<_> = corpus.iter().filter(fails).map(|(name, _)| name).collect();
        assert!(failed.is_empty(), "{target}: {failed:?}");
        let inputs: Vec<_> = corpus.into_iter().map(|(_, input)| input).collect();
        let (seed, bound) = (seed(), Bound::set(usual));
        let (mut chance, began, mut count) = (Chance::new(seed), Instant::now(), 0);
        while bound.allows(count, began.elapsed()) {
            let input = mutated(&inputs, &mut chance);
            assert!(
                survives(target, run, &input, &format!("seed {seed}")),
                "{target}: seed {seed}, input {count}"
            );
            count += 1;
        }
        eprintln!(
            "{target}: {} inputs, {count} more with seed {seed} in {:?}",
            inputs.len(),
            began.elapsed()
        );
    }

    /// How far chance goes on.
    enum Bound {
        /// For so many inputs.
        Inputs(u64),
        /// For so long.
        Time(Duration),
    }

    impl Bound {
        fn set(usual: u64) -> Self {
            let seconds = setting("FUZZ_SECONDS").map(|text| number("FUZZ_SECONDS", &text));
            seconds.map_or(Self::Inputs(usual), |seconds| {
                Self::Time(Duration::from_secs(seconds))
            })
        }

        fn allows(&self, count: u64, elapsed: Duration) -> bool {
            match self {
                Self::Inputs(most) => count < *most,
                Self::Time(most) => elapsed < *most,
            }
        }
    }

    /// Where chance begins: in the same place, unless it is told otherwise.
    fn seed() -> u64 {
        match setting("FUZZ_SEED").as_deref() {
            None => 1,
            Some("random") => u64::from_be_bytes(SystemRandom.octets()),
            Some(text) => number("FUZZ_SEED", text),
        }
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

    fn setting(name: &str) -> Option<String> {
        let (_, text) = std::env::vars().find(|(known, _)| known == name)?;
        Some(text)
    }

    fn number(name: &str, text: &str) -> u64 {
        text.parse()
            .unwrap_or_else(|_| panic!("{name} must be a whole number, not {text:?}"))
    }
}

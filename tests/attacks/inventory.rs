//! Holds what is tested here against the project's list of statements and advisories, which lives beside the project
//! and is read where it is.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use crate::{
    advisories::{ELSEWHERE, NOT_OURS},
    denial, headers, logs, metadata, pages, paths, return_to,
    row::Row,
    sessions, smuggling, tokens, transactions, websockets,
};

/// The list: `SECURITY_LIST`, else where it lies beside the project.
fn list() -> Option<String> {
    let path = std::env::var_os("SECURITY_LIST").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/security.md"),
        PathBuf::from,
    );
    let list = std::fs::read_to_string(&path).ok();
    if list.is_none() {
        eprintln!("skipped: no list of statements at {}", path.display());
    }
    list
}

fn rows() -> Vec<Row> {
    [
        denial::rows(),
        headers::rows(),
        logs::rows(),
        metadata::rows(),
        pages::rows(),
        paths::rows(),
        sessions::rows(),
        smuggling::rows(),
        tokens::rows(),
        transactions::rows(),
        websockets::rows(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Everything that a row, a table or a `Proves` line over a test names.
fn proven() -> BTreeSet<String> {
    let mut proven: BTreeSet<String> = BTreeSet::new();
    let mut add = |words: &str| proven.extend(words.split([' ', ',', ':']).map(str::to_owned));
    for row in rows() {
        add(row.proves);
    }
    for (proves, _) in return_to::AWAY {
        add(proves);
    }
    tokens::named().into_iter().for_each(&mut add);
    for (proves, ..) in ELSEWHERE {
        add(proves);
    }
    for (name, source) in sources() {
        let mut lines = source.lines().peekable();
        while let Some(line) = lines.next() {
            let Some(named) = line.strip_prefix("/// Proves ") else {
                continue;
            };
            add(named);
            assert_eq!(
                lines.peek(),
                Some(&"#[tokio::test]"),
                "{name}: `{line}` stands over no test"
            );
        }
    }
    proven
}

fn sources() -> BTreeMap<String, String> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/attacks");
    let files = std::fs::read_dir(here)
        .unwrap()
        .map(|file| file.unwrap().path());
    files
        .map(|path| {
            (
                path.display().to_string(),
                std::fs::read_to_string(&path).unwrap(),
            )
        })
        .collect()
}

fn section<'a>(list: &'a str, from: &str, to: &str) -> &'a str {
    let start = list
        .find(from)
        .unwrap_or_else(|| panic!("no `{from}` in the list"));
    let end = list
        .find(to)
        .unwrap_or_else(|| panic!("no `{to}` in the list"));
    &list[start..end]
}

/// Letters and digits of a statement: `H1` to `A6`.
fn is_statement(word: &str) -> bool {
    let (letter, number) = word.split_at(word.len().min(1));
    letter.chars().all(|letter| letter.is_ascii_uppercase())
        && !number.is_empty()
        && number.bytes().all(|digit| digit.is_ascii_digit())
}

fn is_advisory(word: &str) -> bool {
    ["CVE-", "GHSA-", "RUSTSEC-", "GO-"]
        .iter()
        .any(|prefix| word.starts_with(prefix))
}

#[test]
fn every_statement_is_tested() {
    let Some(list) = list() else { return };
    let proven = proven();
    let statements = section(&list, "## 4.", "## 5.").lines();
    let mut named: BTreeSet<_> = statements
        .filter_map(|line| line.strip_prefix("- ")?.split_once('.'))
        .map(|(name, _)| name)
        .filter(|name| is_statement(name))
        .collect();
    assert!(
        named.len() > 80,
        "only {} statements were found",
        named.len()
    );
    let hostile = section(&list, "## 5.", "## 6.").lines();
    named.extend(
        hostile
            .filter_map(|line| line.strip_prefix("| ")?.split(' ').next())
            .filter(|name| name.starts_with("IDP-")),
    );
    let missing: Vec<_> = named
        .iter()
        .filter(|name| !proven.contains(**name))
        .collect();
    assert!(missing.is_empty(), "nobody tests {missing:?}");
}

#[test]
fn every_advisory_is_tested_or_is_none_of_ours() {
    let Some(list) = list() else { return };
    let (proven, mut excused) = (proven(), BTreeSet::new());
    for (ids, _) in NOT_OURS {
        excused.extend(ids.split(' '));
    }
    let words =
        section(&list, "## 2.", "## 3.").split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    let named: BTreeSet<_> = words
        .filter(|word| is_advisory(word) && word.bytes().any(|b| b.is_ascii_digit()))
        .collect();
    assert!(
        named.len() > 400,
        "only {} advisories were found",
        named.len()
    );
    let missing: Vec<_> = named
        .iter()
        .filter(|id| !proven.contains(**id) && !excused.contains(**id))
        .collect();
    assert!(missing.is_empty(), "nobody tests {missing:?}");
    let both: Vec<_> = excused.iter().filter(|id| proven.contains(**id)).collect();
    assert!(both.is_empty(), "tested and excused: {both:?}");
}

#[test]
fn tests_that_stand_elsewhere_are_there() {
    for (proves, file, test) in ELSEWHERE {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let source = std::fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{proves}: {file}: {error}"));
        assert!(
            source.contains(&format!("fn {test}(")),
            "{proves}: {file} has no test `{test}`"
        );
    }
}

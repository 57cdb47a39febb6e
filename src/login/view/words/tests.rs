use std::collections::{BTreeMap, BTreeSet};

use super::*;

fn catalogue(languages: &[&str]) -> Catalogue {
    let languages: Vec<String> = languages.iter().map(|tag| (*tag).to_owned()).collect();
    Catalogue::new(&languages, &BTreeMap::new()).unwrap()
}

fn own(language: &str, source: &str) -> Result<Catalogue, TextsError> {
    let own = BTreeMap::from([(language.to_owned(), source.to_owned())]);
    Catalogue::new(&["en".to_owned(), "it".to_owned()], &own)
}

/// Messages of a file, each with the names in its braces.
fn messages(source: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut key = String::new();
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        if let Some(id) = catalogue::ids(line).next() {
            id.clone_into(&mut key);
            assert!(
                all.insert(key.clone(), BTreeSet::new()).is_none(),
                "{key} twice"
            );
        }
        for part in line.split('$').skip(1) {
            let name = part
                .split(|c: char| !c.is_ascii_alphanumeric())
                .next()
                .unwrap();
            all.get_mut(&key).unwrap().insert(name.to_owned());
        }
    }
    all
}

#[test]
fn every_key_is_in_every_language_with_the_same_placeables() {
    let english = messages(catalogue::ENGLISH);
    assert!(english.len() > 400);
    for (tag, source) in catalogue::TEXTS {
        assert!(
            FluentResource::try_new(source.to_owned()).is_ok(),
            "{tag} is Fluent"
        );
        let other = messages(source);
        let missing: Vec<_> = english
            .keys()
            .filter(|key| !other.contains_key(*key))
            .collect();
        assert!(missing.is_empty(), "{tag} lacks {missing:?}");
        for (key, names) in &other {
            assert_eq!(Some(names), english.get(key), "{tag}: {key}");
        }
    }
}

#[test]
fn what_is_put_in_is_not_read_again() {
    let words = catalogue(&["en"]);
    let text = Text::Word(
        "phone-code.intro".into(),
        vec![("to", "{ $to }{name}".to_owned())],
    );
    assert_eq!(
        words.of(None).say(&text),
        "We sent a code to { $to }{name}."
    );
}

#[test]
fn a_raw_key_is_never_said() {
    let words = catalogue(&["de"]);
    let said = words.of(None).say(&Text::word("message.some.new.key"));
    assert_eq!(said, words.of(None).word("message"));
    assert!(!said.contains("some"));
}

#[test]
fn plurals_follow_the_language() {
    let all = catalogue(&["en", "ar"]);
    let say = |words: &Words, n: &str| words.say(&Text::with("rule.history", "n", n));
    let [english, arabic] = [0, 1].map(|at| all.all().nth(at).unwrap());
    assert_eq!(say(english, "1"), "not your last password");
    assert_eq!(say(english, "4"), "not one of your last 4 passwords");
    let forms: BTreeSet<String> = ["1", "2", "3", "11"].map(|n| say(arabic, n)).into();
    assert_eq!(forms.len(), 4);
}

#[test]
fn dates_of_the_engine_are_said_in_words() {
    let all = catalogue(&["en", "de", "fr", "es", "ja", "ar"]);
    let said: Vec<String> = all
        .all()
        .map(|words| words.say(&Text::with("grace.date", "date", "2024-09-05")))
        .collect();
    assert_eq!(said[0], "Required by September 5, 2024");
    assert_eq!(said[1], "Nötig bis 5. September 2024");
    assert_eq!(said[2], "Requis avant le 5 septembre 2024");
    assert_eq!(said[3], "Obligatorio antes del 5 de septiembre de 2024");
    assert_eq!(said[4], "2024年9月5日 までに必要です");
    assert!(said[5].contains("5 سبتمبر 2024"), "{}", said[5]);
    let english = all.of(None);
    let say = |date: &str| english.say(&Text::with("grace.date", "date", date));
    assert_eq!(
        say("2024-12-31T00:00:00.000Z"),
        "Required by December 31, 2024"
    );
    for other in [
        "2024-13-05",
        "2024-09-05x",
        "next Monday",
        "12-34-5678",
        "2024-ßß-05",
    ] {
        assert_eq!(say(other), format!("Required by {other}"));
    }
}

#[test]
fn the_best_language_of_a_header_is_chosen() {
    let all = catalogue(&["en", "de", "fr", "ar"]);
    let chosen = |header: &str| all.negotiate(Some(header)).tag().as_str().to_owned();
    assert_eq!(chosen("de-CH, en;q=0.8"), "de");
    assert_eq!(chosen("en;q=0.5, fr;q=0.9"), "fr");
    assert_eq!(chosen("it, nl;q=0.3"), "en", "the default");
    assert_eq!(chosen("fr;q=0, de;q=0.1"), "de");
    assert_eq!(chosen(""), "en");
    assert_eq!(chosen("\u{0};;;,q=1,,*;q=x"), "en");
    assert_eq!(all.negotiate(None).tag().as_str(), "en");
    assert_eq!(all.negotiate(Some("ar-EG")).tag().direction(), "rtl");
}

#[test]
fn a_region_falls_back_to_its_language_and_then_to_english() {
    let all = catalogue(&["de-AT"]);
    assert_eq!(all.of(None).tag().as_str(), "de-AT");
    assert_eq!(all.of(None).word("identify.title"), "Anmelden");
    let own = own("it", "identify_title = Accedi\n").unwrap();
    let italian = own.negotiate(Some("it"));
    assert_eq!(italian.word("identify.title"), "Accedi");
    assert_eq!(italian.word("identify.submit"), "Next");
}

#[test]
fn the_pseudo_language_is_longer_and_leaves_what_is_put_in() {
    let all = catalogue(&["xx-AC", "en"]);
    let [pseudo, english] = [0, 1].map(|at| all.all().nth(at).unwrap());
    let text = Text::with("email-code.intro", "to", "ada@example.com");
    let (longer, plain) = (pseudo.say(&text), english.say(&text));
    assert!(longer.contains("ada@example.com"));
    assert!(
        longer.chars().count() * 10 >= plain.chars().count() * 12,
        "{longer}"
    );
    assert_ne!(longer, plain);
}

#[test]
fn texts_that_cannot_be_used_are_refused() {
    let none = BTreeMap::new();
    let refused = |languages: &[&str]| {
        let languages: Vec<String> = languages.iter().map(|tag| (*tag).to_owned()).collect();
        Catalogue::new(&languages, &none).unwrap_err()
    };
    assert_eq!(refused(&["it"]), TextsError::Language("it".to_owned()));
    assert!(matches!(refused(&["not a tag"]), TextsError::Tag(_)));
    let error = |source: &str| own("it", source).unwrap_err();
    assert!(matches!(
        error("this is no Fluent"),
        TextsError::Syntax { .. }
    ));
    assert!(
        matches!(error("identify_titel = x\n"), TextsError::Unknown { key, .. } if key == "identify_titel")
    );
    let script = "identify_title = <script>alert(1)</script>\n";
    assert!(matches!(error(script), TextsError::Markup { key, .. } if key == "identify_title"));
    assert!(matches!(own("nl", "").unwrap_err(), TextsError::NotOffered(tag) if tag == "nl"));
}

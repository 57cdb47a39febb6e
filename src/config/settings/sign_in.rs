use std::{collections::BTreeSet, time::Duration};

use url::Url;

use crate::{
    config::{
        key::Key,
        raw::{HostedPage, Log, LogFormat, SignIn},
        reader::Reader,
    },
    login::{self, view::words::Catalogue},
    telemetry,
};

use super::brand;

pub(super) fn read(sign_in: &SignIn, reader: &Reader<'_>) -> Option<login::Settings> {
    let section = Key::of("sign_in");
    let key = |name: &str| section.name(name);
    let languages = words(
        &key("languages"),
        &sign_in.languages,
        reader,
        is_language,
        "is no language tag; write one such as \"en\" or \"pt-BR\"",
    );
    let hide = words(
        &key("hide"),
        &sign_in.hide,
        reader,
        is_method,
        "is no method; write its key, or key and method, such as \"okta_verify.signed_nonce\"",
    );
    let form_action = words(
        &key("form_action"),
        &sign_in.form_action,
        reader,
        is_origin,
        "is no origin; write scheme, host and port alone, such as \"https://other.example.com\"",
    );
    let brand_key = key("brand").name("name");
    let brand_name = match &sign_in.brand.name {
        Some(_) => reader
            .optional(&brand_key, sign_in.brand.name.as_ref())
            .map(Some),
        None => Some(None),
    };
    let brand = brand::read(&sign_in.brand, reader);
    let captcha = brand::captcha(&sign_in.captcha, reader);
    if let (Some(languages), Some(brand)) = (&languages, &brand)
        && let Err(error) = Catalogue::new(languages, &brand.texts)
    {
        reader.wrong(&key("languages"), error.to_string());
    }
    let lifetime = reader.duration(
        &key("lifetime"),
        &sign_in.lifetime,
        Duration::from_mins(1)..=Duration::from_hours(1),
    );
    for (name, number) in [
        ("answers_per_minute", sign_in.answers_per_minute),
        ("answers_per_account", sign_in.answers_per_account),
    ] {
        if number == 0 {
            reader.wrong(
                &key(name),
                "would let nobody sign in; write a number such as 60",
            );
        }
    }
    Some(login::Settings {
        languages: languages?,
        brand_name: brand_name?,
        brand: brand?,
        captcha: captcha?,
        duo: sign_in.duo,
        hosted_page: sign_in.hosted_page == HostedPage::Offer,
        hide: hide?.into_iter().collect::<BTreeSet<_>>(),
        form_action: form_action?,
        transaction_lifetime: lifetime?,
        answers_per_minute: sign_in.answers_per_minute,
        answers_per_account: sign_in.answers_per_account,
        needed_claims: BTreeSet::new(),
    })
}

pub(super) fn log(log: &Log, reader: &Reader<'_>) -> Option<telemetry::Settings> {
    let key = Key::of("log.level");
    let filter = reader.parse::<telemetry::Filter>(&key, &log.level)?;
    Some(telemetry::Settings {
        format: match log.format {
            LogFormat::Json => telemetry::Format::Json,
            LogFormat::Text => telemetry::Format::Text,
        },
        filter,
        access: log.access,
    })
}

fn words(
    key: &Key,
    words: &[String],
    reader: &Reader<'_>,
    allowed: fn(&str) -> bool,
    says: &str,
) -> Option<Vec<String>> {
    let mut fine = true;
    for (index, word) in words.iter().enumerate() {
        if !word.is_empty() && !allowed(word) {
            reader.wrong(&key.index(index), says);
            fine = false;
        }
    }
    reader.words(key, words).filter(|_| fine)
}

fn is_language(tag: &str) -> bool {
    let mut subtags = tag.split('-');
    let primary = subtags.next().unwrap_or_default();
    (2..=3).contains(&primary.len())
        && primary.bytes().all(|b| b.is_ascii_alphabetic())
        && subtags
            .all(|s| (1..=8).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_alphanumeric()))
}

fn is_method(name: &str) -> bool {
    let word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
    };
    name.split('.').count() <= 2 && name.split('.').all(word)
}

fn is_origin(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "https" | "http") && url.origin().ascii_serialization() == text
    })
}

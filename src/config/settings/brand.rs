//! How the pages look: files are read here, and what cannot be shown is refused.

use std::collections::BTreeMap;

use url::Url;

use crate::{
    config::{
        key::Key,
        raw::{Brand, Captcha},
        reader::Reader,
    },
    login::{
        step::is_web,
        view::{
            brand::{Brand as Look, CaptchaScripts, Picture},
            colors::Colors,
        },
    },
};

pub(super) fn read(brand: &Brand, reader: &Reader<'_>) -> Option<Look> {
    let section = Key::of("sign_in").name("brand");
    let key = |name: &str| section.name(name);
    let logo = picture(&key("logo"), brand.logo.as_ref(), reader);
    let logo_dark = picture(&key("logo_dark"), brand.logo_dark.as_ref(), reader);
    let icon = picture(&key("icon"), brand.icon.as_ref(), reader);
    let links = links(brand, &key("links"), reader);
    let colors = Colors::new(&brand.colors, &brand.dark_colors)
        .map_err(|error| {
            let dark = error.to_string().contains(" dark scheme") || brand.colors.is_empty();
            let name = if dark { "dark_colors" } else { "colors" };
            reader.wrong(&key(name), error.to_string());
        })
        .ok();
    let css = match &brand.css {
        Some(file) => reader.text_file(&key("css"), file).map(Some),
        None => Some(None),
    };
    let texts = files(&brand.texts, &key("texts"), reader);
    let templates = files(&brand.templates, &key("templates"), reader);
    Some(Look {
        logo: logo?,
        logo_dark: logo_dark?,
        logo_alt: brand.logo_alt.clone(),
        icon: icon?,
        links: links?,
        colors: colors?,
        css: css?,
        texts: texts?,
        templates: templates?
            .into_iter()
            .map(|(step, source)| (format!("{step}.html"), source))
            .collect(),
    })
}

pub(super) fn captcha(captcha: &Captcha, reader: &Reader<'_>) -> Option<CaptchaScripts> {
    let section = Key::of("sign_in").name("captcha");
    let script = |name: &str, text: Option<&String>| match text {
        Some(text) => web(&section.name(name), text, reader).map(Some),
        None => Some(None),
    };
    let hcaptcha = script("hcaptcha", captcha.hcaptcha.as_ref());
    let recaptcha = script("recaptcha", captcha.recaptcha.as_ref());
    Some(CaptchaScripts {
        hcaptcha: hcaptcha?,
        recaptcha: recaptcha?,
    })
}

/// An address outside: `https`, or `http` on loopback.
fn web(key: &Key, text: &str, reader: &Reader<'_>) -> Option<Url> {
    let url = Url::parse(text).ok().filter(is_web);
    if url.is_none() {
        reader.wrong(
            key,
            "is no address that pages may name; write one that begins with https://",
        );
    }
    url
}

fn links(brand: &Brand, section: &Key, reader: &Reader<'_>) -> Option<Vec<(&'static str, String)>> {
    let links = [
        ("help", "link.help", &brand.links.help),
        ("privacy", "link.privacy", &brand.links.privacy),
        ("terms", "link.terms", &brand.links.terms),
        ("support", "link.support", &brand.links.support),
    ];
    let mut read = Some(Vec::new());
    for (name, word, link) in links {
        let Some(link) = link else { continue };
        let own = link.starts_with('/') && !link.starts_with("//") && !link.contains('\\');
        if own || web(&section.name(name), link, reader).is_some() {
            if let Some(read) = &mut read {
                read.push((word, link.clone()));
            }
        } else {
            read = None;
        }
    }
    read
}

#[expect(clippy::option_option, reason = "refused, absent, there")]
fn picture(key: &Key, file: Option<&String>, reader: &Reader<'_>) -> Option<Option<Picture>> {
    let Some(file) = file else {
        return Some(None);
    };
    let picture = Picture::new(file, reader.octets(key, file)?);
    if picture.is_none() {
        reader.wrong(
            key,
            "is no picture that pages show; give an SVG without scripts, a PNG, JPEG, WebP or ICO file",
        );
    }
    picture.map(Some)
}

fn files(
    files: &BTreeMap<String, String>,
    section: &Key,
    reader: &Reader<'_>,
) -> Option<BTreeMap<String, String>> {
    let read = files.iter().map(|(name, file)| {
        let text = reader.text_file(&section.name(name), file)?;
        Some((name.clone(), text))
    });
    // Every file is tried, so that every mistake is told.
    read.collect::<Vec<_>>().into_iter().collect()
}

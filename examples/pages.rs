//! Renders responses of the engine to files, to look at them: `cargo run --example pages -- OUT_DIR FILE.json…`.
//!
//! `PAGES_LANGUAGE=ar` writes them in another language. The stylesheet and the scripts are written beside the pages, and links to them are made relative.

use std::path::Path;

use interlock::idx::ion::Document;
use interlock::login::Settings;
use interlock::login::pages::{Notice, NoticeKind, Pages, SignOut, StepContext};
use interlock::login::step::{Step, StepOptions};
use interlock::login::view::assets::Assets;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let out = arguments.next().ok_or("usage: pages OUT_DIR FILE.json…")?;
    let out = Path::new(&out);
    let languages = ["en", "ar", "de", "es", "fr", "ja", "xx-AC"].map(str::to_owned);
    let wanted = std::env::vars().find(|(name, _)| name == "PAGES_LANGUAGE");
    let pages = Pages::new(&Settings {
        languages: languages.into(),
        ..Settings::default()
    })?;
    let language = pages.language_for(wanted.as_ref().map(|(_, language)| language.as_str()));
    let pages = pages.in_language(&language);
    std::fs::create_dir_all(out.join("assets"))?;
    let assets = Assets::new();
    for asset in assets.all() {
        let name = asset
            .path
            .strip_prefix("/.interlock/")
            .unwrap_or(&asset.path);
        std::fs::write(out.join(name), &asset.body)?;
    }
    let write = |name: &str, html: &str| {
        std::fs::write(
            out.join(format!("{name}.html")),
            html.replace("/.interlock/assets/", "assets/"),
        )
    };
    for file in arguments {
        let name = Path::new(&file)
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let bytes = std::fs::read(&file)?;
        let Ok(document) = Document::parse(&bytes) else {
            let notice = Notice::new(NoticeKind::Error)
                .reference("7f3a-19c2")
                .link("/.interlock/sign-in");
            write(&name, &pages.notice(&notice).html)?;
            continue;
        };
        let step = Step::of(&document, &StepOptions::default());
        let context = StepContext {
            rd: Some("/reports?year=2024"),
            ..StepContext::new("opaque")
        };
        write(&name, &pages.step(&step, &context).html)?;
        for action in &step.actions {
            let id = action.id.to_string();
            let shown = StepContext {
                show: Some(&id),
                ..context
            };
            write(&format!("{name}@{id}"), &pages.step(&step, &shown).html)?;
        }
    }
    let unavailable = Notice::new(NoticeKind::Unavailable)
        .reference("7f3a-19c2")
        .link("/");
    write("notice-unavailable", &pages.notice(&unavailable).html)?;
    let question = SignOut {
        action: "/.interlock/sign-out",
        token: None,
        rd: None,
        identifier: Some("ada@example.com"),
        stay: "/",
    };
    write("sign-out", &pages.sign_out(&question).html)?;
    Ok(())
}

//! Pages as text, and what they hold, in plain data that may be kept while waiting for the next answer.

use scraper::{ElementRef, Html, Selector};

use crate::support::recording::{filled, folded, select, text};

/// A page that was read.
#[derive(Clone, Debug)]
pub(crate) struct Paper {
    /// Where it was found; to be asked again, since each answer needs the token of a fresh page.
    pub(crate) url: String,
    pub(crate) text: String,
    pub(crate) forms: Vec<Form>,
    pub(crate) links: Vec<Link>,
}

/// A form that posts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Form {
    pub(crate) remediation: Option<String>,
    /// Which action of the step it answers.
    pub(crate) id: Option<String>,
    pub(crate) action: String,
    pub(crate) buttons: usize,
    pub(crate) boxes: usize,
}

#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) href: String,
    pub(crate) remediation: Option<String>,
    pub(crate) text: String,
}

/// What stands in an answer to a form.
pub(crate) type Pairs = Vec<(String, String)>;

impl Paper {
    pub(crate) fn read(url: &str, html: &str) -> Self {
        let page = Html::parse_document(html);
        let forms = select(&page, "form[method=post]")
            .into_iter()
            .map(form)
            .collect();
        let links = select(&page, "a[href]")
            .into_iter()
            .map(|link| Link {
                href: link.attr("href").unwrap().to_owned(),
                remediation: link.attr("data-remediation").map(str::to_owned),
                text: folded(&link.text().collect::<String>()),
            })
            .collect();
        Self {
            url: url.to_owned(),
            text: text(&page),
            forms,
            links,
        }
    }
}

fn form(form: ElementRef<'_>) -> Form {
    let hidden = Selector::parse("input[type=hidden][name=a]").unwrap();
    let button = Selector::parse("button").unwrap();
    let checkbox = Selector::parse("input[type=checkbox]").unwrap();
    Form {
        remediation: form.attr("data-remediation").map(str::to_owned),
        id: form
            .select(&hidden)
            .next()
            .and_then(|input| input.attr("value"))
            .map(str::to_owned),
        action: form.attr("action").unwrap_or_default().to_owned(),
        buttons: form.select(&button).count(),
        boxes: form.select(&checkbox).count(),
    }
}

/// What a browser posts when everything in a form is filled in, its boxes ticked or not, and one of its buttons pressed.
pub(crate) fn fill(html: &str, form: usize, button: usize, tick: bool) -> Pairs {
    let page = Html::parse_document(html);
    let form = select(&page, "form[method=post]")[form];
    let buttons = Selector::parse("button").unwrap();
    filled(form, form.select(&buttons).nth(button), tick)
}

//! A page as a person without script sees it: headings, messages, forms and what can be typed into them.

use std::collections::BTreeMap;

use scraper::{ElementRef, Html, Selector};

/// A parsed page.
#[derive(Clone, Debug)]
pub struct Page {
    pub url: String,
    pub html: String,
    pub forms: Vec<Form>,
}

/// One form, its controls as a browser would send them untouched.
#[derive(Clone, Debug)]
pub struct Form {
    pub remediation: Option<String>,
    pub action: Option<String>,
    pub controls: Vec<Control>,
    pub buttons: Vec<Button>,
}

#[derive(Clone, Debug)]
pub struct Control {
    pub name: String,
    pub kind: String,
    pub field: Option<String>,
    pub value: String,
    pub checked: bool,
    pub options: Vec<(String, String)>,
}

#[derive(Clone, Debug)]
pub struct Button {
    pub name: Option<String>,
    pub value: String,
    pub text: String,
}

impl Page {
    pub fn parse(url: &str, html: &str) -> Self {
        let document = Html::parse_document(html);
        let forms = document.select(&select("form")).map(Form::of).collect();
        Self {
            url: url.to_owned(),
            html: html.to_owned(),
            forms,
        }
    }

    /// The text of everything that a selector finds.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        Html::parse_document(&self.html)
            .select(&select(selector))
            .map(text)
            .collect()
    }

    /// An attribute of everything that a selector finds.
    pub fn attributes(&self, selector: &str, attribute: &str) -> Vec<String> {
        Html::parse_document(&self.html)
            .select(&select(selector))
            .filter_map(|element| element.value().attr(attribute).map(str::to_owned))
            .collect()
    }

    #[track_caller]
    pub fn h1(&self) -> String {
        let mut all = self.texts("h1");
        assert_eq!(all.len(), 1, "one h1 on {}:\n{}", self.url, self.html);
        all.remove(0)
    }

    /// All text a person can read.
    pub fn text(&self) -> String {
        self.texts("body").join(" ")
    }

    /// The form of a remediation.
    #[track_caller]
    pub fn form(&self, remediation: &str) -> &Form {
        self.forms
            .iter()
            .find(|form| form.remediation.as_deref() == Some(remediation))
            .unwrap_or_else(|| panic!("no form `{remediation}` on {}:\n{}", self.url, self.html))
    }

    /// Whether there is a form of this remediation.
    pub fn has_form(&self, remediation: &str) -> bool {
        let mut forms = self.forms.iter();
        forms.any(|form| form.remediation.as_deref() == Some(remediation))
    }

    /// The form of a remediation which has a button with this text.
    #[track_caller]
    pub fn form_with_button(&self, remediation: &str, text: &str) -> &Form {
        self.forms
            .iter()
            .filter(|form| form.remediation.as_deref() == Some(remediation))
            .find(|form| form.buttons.iter().any(|button| button.text.contains(text)))
            .unwrap_or_else(|| {
                panic!(
                    "no form `{remediation}` with a button `{text}` on {}:\n{}",
                    self.url, self.html
                )
            })
    }

    #[track_caller]
    pub fn expect_text(&self, expected: &str) -> &Self {
        assert!(
            self.text().contains(expected),
            "`{expected}` is not on {}:\n{}",
            self.url,
            self.html
        );
        self
    }
}

impl Form {
    fn of(form: ElementRef<'_>) -> Self {
        let controls = form
            .select(&select("input, select, textarea"))
            .filter_map(|element| {
                let value = element.value();
                let name = value.attr("name")?.to_owned();
                let options: Vec<_> = element
                    .select(&select("option"))
                    .map(|option| {
                        let label = text(option);
                        (
                            option.value().attr("value").unwrap_or(&label).to_owned(),
                            label,
                        )
                    })
                    .collect();
                let kind = match value.name() {
                    "input" => value.attr("type").unwrap_or("text").to_owned(),
                    other => other.to_owned(),
                };
                let selected = element
                    .select(&select("option[selected]"))
                    .next()
                    .and_then(|option| option.value().attr("value").map(str::to_owned))
                    .or_else(|| options.first().map(|(value, _)| value.clone()));
                Some(Control {
                    name,
                    kind,
                    field: value.attr("data-field").map(str::to_owned),
                    value: selected
                        .or_else(|| value.attr("value").map(str::to_owned))
                        .unwrap_or_default(),
                    checked: value.attr("checked").is_some(),
                    options,
                })
            })
            .collect();
        let buttons = form
            .select(&select("button"))
            .filter(|button| button.value().attr("type") != Some("button"))
            .map(|button| Button {
                name: button.value().attr("name").map(str::to_owned),
                value: button.value().attr("value").unwrap_or_default().to_owned(),
                text: text(button),
            })
            .collect();
        Self {
            remediation: form.value().attr("data-remediation").map(str::to_owned),
            action: form.value().attr("action").map(str::to_owned),
            controls,
            buttons,
        }
    }

    /// Name and value pairs as a browser sends them, with `answers` typed into the controls of those Ion fields and the
    /// first button pressed. A checkbox is ticked by `true`, a radio chosen by its value.
    #[track_caller]
    pub fn filled(&self, answers: &[(&str, &str)]) -> Vec<(String, String)> {
        self.filled_and_pressed(answers, "")
    }

    /// The same with the first button whose text holds `button`.
    #[track_caller]
    pub fn filled_and_pressed(
        &self,
        answers: &[(&str, &str)],
        button: &str,
    ) -> Vec<(String, String)> {
        let mut unused: BTreeMap<&str, &str> = answers.iter().copied().collect();
        let mut pairs = Vec::new();
        for control in &self.controls {
            let answer = control.field.as_deref().and_then(|field| {
                unused.remove(field);
                answers
                    .iter()
                    .find(|(name, _)| *name == field)
                    .map(|(_, value)| *value)
            });
            match control.kind.as_str() {
                "checkbox" => {
                    if answer.map_or(control.checked, |answer| answer == "true") {
                        let value = if control.value.is_empty() {
                            "on"
                        } else {
                            &control.value
                        };
                        pairs.push((control.name.clone(), value.to_owned()));
                    }
                }
                "radio" => {
                    if answer.map_or(control.checked, |answer| answer == control.value) {
                        pairs.push((control.name.clone(), control.value.clone()));
                    }
                }
                "submit" | "button" | "reset" | "image" => {}
                _ => pairs.push((
                    control.name.clone(),
                    answer.unwrap_or(&control.value).to_owned(),
                )),
            }
        }
        assert!(
            unused.is_empty(),
            "no control for {:?} in {self:#?}",
            unused.keys()
        );
        if let Some(button) = self
            .buttons
            .iter()
            .find(|pressed| pressed.text.contains(button))
            && let Some(name) = &button.name
        {
            pairs.push((name.clone(), button.value.clone()));
        }
        pairs
    }
}

fn select(selector: &str) -> Selector {
    Selector::parse(selector).unwrap()
}

fn text(element: ElementRef<'_>) -> String {
    element
        .text()
        .collect::<Vec<_>>()
        .join(" ")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

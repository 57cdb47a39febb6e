//! A step as JSON. No state handle is in it, nor anything else that only the engine is told.

use serde_json::{Map, Value, json};

use super::values;
use crate::{
    idx::ion::{Class, Document},
    login::{
        CAPTCHA, Login,
        progress::Due,
        return_to::ReturnTo,
        step::{Action, Aid, Branch, CaptchaKind, Control, Format, Item, Note, Step, Text, What},
        view::words::Words,
        visit::Visit,
    },
};

const GO: &str = "/.interlock/sign-in/go";

impl Login {
    /// The step that is due.
    pub(super) fn describe(&self, visit: &Visit, due: &Due, rd: &ReturnTo, native: bool) -> Value {
        let document = &due.held.document;
        let step = Step::of(document, self.options());
        let pages = self.pages_for(visit);
        let words = Describe(pages.words());
        let mut described = words.step(&step);
        let forms: Vec<Value> = step
            .actions
            .iter()
            .map(|action| {
                let mut form = words.form(action);
                if action.is_link {
                    let to = if native {
                        step.hop(document, &action.id.to_string()).map(String::from)
                    } else {
                        Some(format!("{GO}?a={}&{}", action.id, rd.as_parameter()))
                    };
                    set(&mut form, "navigate", to);
                }
                form
            })
            .collect();
        set(
            &mut described,
            "step_token",
            Some(self.step_token(&due.transaction, &step)),
        );
        set(&mut described, "forms", Some(forms));
        let wait = self
            .waits(&step, &due.held)
            .map(|wait| json!({ "after": u64::try_from(wait.as_millis()).unwrap_or(u64::MAX) }));
        set(&mut described, "wait", wait);
        let hosted = self.hosted_page(&step, rd).filter(|_| !native);
        set(&mut described, "hosted_page", hosted);
        described
    }

    /// The engine's last words.
    pub(super) fn describe_end(&self, visit: &Visit, document: &Document) -> Value {
        Describe(self.pages_for(visit).words()).step(&Step::of(document, self.options()))
    }

    /// What was wrong with an answer that was not sent.
    pub(super) fn describe_problems(&self, visit: &Visit, due: &Due, named: Option<&str>) -> Value {
        let pages = self.pages_for(visit);
        let step = Step::of(&due.held.document, self.options());
        let controls = values::action(&step, named).map(|action| &action.controls);
        due.held
            .problems
            .iter()
            .map(|problem| {
                let control = problem
                    .index
                    .and_then(|index| find(controls.map_or(&[], Vec::as_slice), index));
                json!({
                    "field": control.map(Control::field),
                    "text": pages.words().word(problem.text),
                })
            })
            .collect()
    }
}

/// What the client must have solved, where the step's form carries a solution.
fn captcha(step: &Step) -> Option<Value> {
    let captcha = step.device.captcha.as_ref()?;
    let (kind, challenge) = match captcha.kind {
        CaptchaKind::Altcha => ("altcha", Some(CAPTCHA)),
        CaptchaKind::Hcaptcha => ("hcaptcha", None),
        CaptchaKind::Recaptcha => ("recaptcha", None),
    };
    let mut described = json!({ "type": kind });
    let site_key = challenge.is_none().then(|| captcha.site_key.clone());
    set(&mut described, "site_key", site_key);
    set(&mut described, "challenge", challenge);
    Some(described)
}

/// Puts the parts of a step into words and JSON.
struct Describe<'a>(&'a Words);

impl Describe<'_> {
    fn step(&self, step: &Step) -> Value {
        let page = step.page.and_then(|page| step.actions.get(page));
        let mut described = json!({
            "kind": step.kind.key(),
            "messages": self.notes(&step.messages),
            "intro": page.map(|page| self.texts(&page.intro)).unwrap_or_default(),
            "aids": page.map_or(&step.aids, |page| &page.aids).iter().map(|it| self.aid(it)).collect::<Vec<_>>(),
        });
        set(&mut described, "form", page.map(|page| page.id.to_string()));
        set(&mut described, "name", page.map(|page| page.name.clone()));
        set(
            &mut described,
            "title",
            page.map(|page| self.say(&page.title)),
        );
        set(&mut described, "identifier", step.identifier.clone());
        set(&mut described, "app", step.app.clone());
        set(&mut described, "passkey", step.passkey.clone());
        set(&mut described, "captcha", captcha(step));
        described
    }

    fn form(&self, action: &Action) -> Value {
        json!({
            "form": action.id.to_string(),
            "name": action.name,
            "role": format!("{:?}", action.role).to_lowercase(),
            "title": self.say(&action.title),
            "label": self.say(&action.label),
            "submit": self.say(&action.submit),
            "fields": self.fields(&action.controls),
        })
    }

    fn fields(&self, controls: &[Control]) -> Vec<Value> {
        controls.iter().filter_map(|it| self.field(it)).collect()
    }

    fn field(&self, control: &Control) -> Option<Value> {
        let mut members = Map::new();
        let kind = match &control.what {
            What::Fixed(_) => return None,
            What::Branches(branches) => {
                let options: Vec<Value> = branches
                    .iter()
                    .filter(|branch| !branch.hidden)
                    .map(|it| self.branch_of(it))
                    .collect();
                members.insert("options".to_owned(), options.into());
                "form"
            }
            What::Checkbox { ticked, .. } => {
                members.insert("value".to_owned(), (*ticked).into());
                "checkbox"
            }
            What::Choice {
                options, chosen, ..
            } => {
                let default = chosen.and_then(|chosen| options.get(chosen));
                if let Some(item) = default {
                    members.insert("value".to_owned(), item.value.0.clone());
                }
                let options: Vec<Value> = options
                    .iter()
                    .filter(|item| !item.hidden)
                    .map(|it| self.item(it))
                    .collect();
                members.insert("options".to_owned(), options.into());
                "choice"
            }
            What::NewPassword => "new-password",
            What::Password => "password",
            What::Phone { .. } => "phone",
            What::Script => "script",
            What::Stated(sent) => {
                members.insert("value".to_owned(), sent.text().into());
                "stated"
            }
            What::Text { value, format } => {
                if let Some(value) = value {
                    members.insert("value".to_owned(), value.clone().into());
                }
                match format {
                    Format::Code => "code",
                    Format::Number => "number",
                    Format::Set => "list",
                    Format::Text | Format::UserCode | Format::Verbatim => "text",
                }
            }
        };
        let secret = matches!(control.what, What::Password | What::NewPassword)
            || control.autocomplete == Some("one-time-code");
        let mut described = json!({
            "name": control.field(),
            "path": control.path,
            "label": self.say(&control.label),
            "type": kind,
            "required": control.required,
            "secret": secret,
            "hints": self.texts(&control.hints),
            "messages": self.notes(&control.messages),
        });
        set(&mut described, "autocomplete", control.autocomplete);
        set(&mut described, "inputmode", control.inputmode);
        set(&mut described, "min_length", control.length.0);
        set(&mut described, "max_length", control.length.1);
        if let Some(described) = described.as_object_mut() {
            described.append(&mut members);
        }
        Some(described)
    }

    /// A choice of a form; `value` names it: it is sent together with what its own fields say.
    fn branch_of(&self, branch: &Branch) -> Value {
        let mut value = Map::new();
        for control in &branch.controls {
            if let (What::Fixed(sent), false) = (&control.what, control.name() == "stateHandle") {
                put(&mut value, &control.path, sent.0.clone());
            }
        }
        let mut described = json!({
            "label": self.say(&branch.label),
            "notes": self.texts(&branch.notes),
            "value": value,
            "fields": self.fields(&branch.controls),
        });
        set(&mut described, "key", branch.key.clone());
        described
    }

    fn item(&self, item: &Item) -> Value {
        let mut described = json!({ "label": self.say(&item.label), "value": item.value.0 });
        set(
            &mut described,
            "note",
            item.note.as_ref().map(|it| self.say(it)),
        );
        described
    }

    fn notes(&self, notes: &[Note]) -> Vec<Value> {
        let described = |note: &Note| {
            let class = match note.class {
                Class::Error => "error",
                Class::Info => "info",
                Class::Warning => "warning",
            };
            let links: Vec<Value> = note
                .links
                .iter()
                .map(|link| json!({ "url": link.url, "label": link.label }))
                .collect();
            json!({ "class": class, "key": note.key, "text": self.say(&note.text), "links": links })
        };
        notes.iter().map(described).collect()
    }

    fn aid(&self, aid: &Aid) -> Value {
        match aid {
            Aid::Address { label, address } => {
                json!({ "type": "facts", "facts": [{ "name": self.say(label), "value": address }] })
            }
            Aid::Code(code) => json!({ "type": "code", "text": code }),
            Aid::Facts(facts) => {
                let facts: Vec<Value> = facts
                    .iter()
                    .map(|(name, value)| json!({ "name": self.say(name), "value": value }))
                    .collect();
                json!({ "type": "facts", "facts": facts })
            }
            Aid::Link { text, url } => {
                json!({ "type": "link", "text": self.say(text), "url": url })
            }
            Aid::List { heading, items, .. } => {
                json!({ "type": "list", "heading": heading.as_ref().map(|it| self.say(it)), "items": self.texts(items) })
            }
            Aid::Number(number) => json!({ "type": "number", "text": number }),
            Aid::Qr { data } => json!({ "type": "qr", "image": data }),
            Aid::SharedSecret(text) => json!({ "type": "shared-secret", "text": text }),
        }
    }

    fn texts(&self, texts: &[Text]) -> Vec<String> {
        texts
            .iter()
            .map(|it| self.say(it))
            .filter(|text| !text.is_empty())
            .collect()
    }

    fn say(&self, text: &Text) -> String {
        self.0.say(text)
    }
}

fn find(controls: &[Control], index: usize) -> Option<&Control> {
    controls.iter().find_map(|control| {
        if control.index == index {
            return Some(control);
        }
        let branches = control.what.branches()?;
        branches
            .iter()
            .find_map(|branch| find(&branch.controls, index))
    })
}

fn put(object: &mut Map<String, Value>, path: &[String], value: Value) {
    match path {
        [] => {}
        [name] => drop(object.insert(name.clone(), value)),
        [name, rest @ ..] => {
            let inner = object
                .entry(name.clone())
                .or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}

fn set(object: &mut Value, name: &str, value: Option<impl Into<Value>>) {
    if let (Some(object), Some(value)) = (object.as_object_mut(), value) {
        object.insert(name.to_owned(), value.into());
    }
}

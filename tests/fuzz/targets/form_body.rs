//! A posted form: read as browsers write it, and nothing in it reaches the engine that the step did not ask for.

use std::sync::LazyLock;

use interlock::{
    idx::ion::Document,
    login::{
        answer::answer,
        step::{Step, StepOptions},
        visit::Pairs,
    },
};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::ion::asked::Asked as Wanted;

struct Asked {
    raw: Value,
    document: Document,
    step: Step,
}

static STEPS: LazyLock<Vec<Asked>> = LazyLock::new(|| {
    let fixed = json!({"name": "stateHandle", "required": true, "value": "02.handle", "visible": false, "mutable": false});
    let forms = [
        json!([{"name": "identifier", "required": true}, {"name": "rememberMe", "type": "boolean"}, fixed]),
        json!([
            {"name": "credentials", "type": "object", "required": true, "form": {"value": [
                {"name": "passcode", "secret": true},
                {"name": "teach", "type": "boolean", "required": true},
            ]}},
            {"name": "age", "type": "number"}, {"name": "tags", "type": "set"},
            {"name": "colour", "options": [{"label": "Red", "value": "r"}, {"label": "Blue", "value": "b"}]},
            {"name": "phoneNumber"}, {"name": "odd.name[0]"}, fixed,
        ]),
        json!([
            {"name": "authenticator", "required": true, "options": [
                {"label": "Mail", "value": {"form": {"value": [{"name": "id", "value": "m", "mutable": false}]}}},
                {"label": "Phone", "value": {"form": {"value": [
                    {"name": "id", "value": "p", "mutable": false},
                    {"name": "methodType", "options": [{"label": "SMS", "value": "sms"}, {"label": "Voice", "value": "voice"}]},
                ]}}},
            ]},
            fixed,
        ]),
    ];
    let asked = |fields: Value| {
        let raw = json!({"stateHandle": "02.handle", "remediation": {"value": [
            {"name": "a-step", "href": "https://idp.example/idp/idx/x", "method": "POST", "value": fields},
        ]}});
        let document = Document::parse(raw.to_string().as_bytes()).unwrap();
        let step = Step::of(&document, &StepOptions::default());
        Asked {
            raw,
            document,
            step,
        }
    };
    forms.into_iter().map(asked).collect()
});

pub(crate) fn run(input: &[u8]) {
    let pairs = Pairs::parse(input);
    assert!(pairs.all().len() <= 512, "bounded");
    let written: String = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs.all())
        .finish();
    assert_eq!(
        Pairs::parse(written.as_bytes()).all(),
        pairs.all(),
        "written and read again"
    );
    let times = pairs.all().iter().filter(|(name, _)| name == "t").count();
    let one = pairs.one("t");
    match times {
        0 => assert_eq!(one, Ok(None)),
        1 => assert!(matches!(one, Ok(Some(_)))),
        _ => assert!(one.is_err(), "what stands twice is not guessed at"),
    }
    for Asked {
        raw,
        document,
        step,
    } in &*STEPS
    {
        let Ok(answered) = answer(document, step, pairs.all()) else {
            continue;
        };
        let wanted = Wanted::by(raw, "r0").unwrap();
        assert_eq!(wanted.href(), answered.form.href);
        let body = answered.body.0.as_object().unwrap();
        assert_eq!(body["stateHandle"], "02.handle");
        if let Err(error) = wanted.fits(body) {
            panic!("{error} in {body:?}");
        }
    }
}

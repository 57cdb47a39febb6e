//! Well-formed Ion made of choices: unknown names and types, nesting, duplicates, and text that nobody friendly would send.

use serde_json::{Map, Value, json};

use super::super::draws::Draws;

/// A whole response.
pub(crate) fn document(draws: &mut Draws<'_>) -> Value {
    let forms: Vec<Value> = (0..=draws.below(3)).map(|_| form(draws)).collect();
    let mut document = json!({
        "version": "1.0.0",
        "stateHandle": "02.handle~secret",
        "remediation": {"type": "array", "value": forms},
    });
    let mut add = |key: &str, value: Value| document[key] = value;
    if draws.rarely(3) {
        let messages: Vec<Value> = (0..=draws.below(3)).map(|_| message(draws)).collect();
        add("messages", json!({"type": "array", "value": messages}));
    }
    if draws.rarely(3) {
        add(
            "user",
            json!({"type": "object", "value": {"id": "00u1", "identifier": text(draws)}}),
        );
    }
    if draws.rarely(4) {
        add(
            "app",
            json!({"type": "object", "value": {"name": "oidc", "label": text(draws)}}),
        );
    }
    if draws.rarely(3) {
        add(
            "currentAuthenticator",
            json!({"type": "object", "value": authenticator(draws)}),
        );
    }
    if draws.rarely(3) {
        add(
            "cancel",
            json!({"name": "cancel", "href": "https://idp.example/idp/idx/cancel", "method": "POST", "value": [handle()]}),
        );
    }
    document
}

fn handle() -> Value {
    json!({"name": "stateHandle", "required": true, "value": "02.handle~secret", "visible": false, "mutable": false})
}

fn form(draws: &mut Draws<'_>) -> Value {
    let name = match draws.below(3) {
        0 => Value::from(draws.one_of(&FORMS)),
        1 => Value::from("a-step-of-tomorrow"),
        _ => text(draws),
    };
    let mut fields: Vec<Value> = (0..draws.below(5)).map(|_| field(draws, 4)).collect();
    if draws.rarely(40) {
        // A very long form, as long as a response may be at the most.
        let one = field(draws, 1);
        let most = LONGEST / one.to_string().len();
        fields.extend(std::iter::repeat_n(one, most.min(10_000)));
    }
    fields.push(handle());
    let mut form = json!({"rel": ["create-form"], "name": name, "href": "https://idp.example/idp/idx/x", "value": fields});
    form["method"] = draws
        .one_of(&["POST", "POST", "POST", "GET", "post"])
        .into();
    if draws.rarely(6) {
        form["refresh"] = odd_number(draws);
    }
    if draws.rarely(6) {
        form["relatesTo"] = json!([draws.one_of(&[
            "$.currentAuthenticator",
            "currentAuthenticator",
            "$.nowhere[0]",
            "$"
        ])]);
    }
    form
}

fn field(draws: &mut Draws<'_>, depth: usize) -> Value {
    let mut field = Map::new();
    let mut add = |key: &str, value: Value| drop(field.insert(key.to_owned(), value));
    add("name", name(draws));
    if !draws.rarely(4) {
        add("label", text(draws));
    }
    let marks = draws.octet();
    if marks & 1 > 0 {
        add("required", flag(draws));
    }
    if marks & 2 > 0 {
        add("visible", flag(draws));
    }
    if marks & 4 > 0 {
        add("mutable", flag(draws));
    }
    if marks & 8 > 0 {
        add("secret", flag(draws));
    }
    if marks & 16 > 0 {
        add("type", draws.one_of(&TYPES).into());
    }
    if marks & 32 > 0 {
        add("desc", text(draws));
    }
    if marks & 64 > 0 {
        add(draws.one_of(&["minLength", "maxLength"]), odd_number(draws));
    }
    if marks & 128 > 0 {
        let messages: Vec<Value> = (0..=draws.below(2)).map(|_| message(draws)).collect();
        add("messages", json!({"type": "array", "value": messages}));
    }
    match draws.below(7) {
        0 | 1 => {}
        2 => add("value", value(draws)),
        3 => add(
            "options",
            (0..draws.below(9)).map(|_| plain_option(draws)).collect(),
        ),
        _ if depth == 0 => {}
        4 => add(
            "options",
            (0..=draws.below(3))
                .map(|_| branch(draws, depth - 1))
                .collect(),
        ),
        5 => add("form", json!({"value": fields(draws, depth - 1)})),
        _ => add(
            "value",
            json!({"form": {"value": fields(draws, depth - 1)}}),
        ),
    }
    if draws.rarely(12) {
        deep(Value::Object(field), usize::from(draws.octet()) / 8)
    } else {
        Value::Object(field)
    }
}

fn fields(draws: &mut Draws<'_>, depth: usize) -> Vec<Value> {
    (0..=draws.below(3)).map(|_| field(draws, depth)).collect()
}

fn deep(mut field: Value, levels: usize) -> Value {
    for level in 0..levels {
        field = json!({"name": format!("level{level}"), "form": {"value": [field]}});
    }
    field
}

fn plain_option(draws: &mut Draws<'_>) -> Value {
    match draws.below(6) {
        0 => text(draws),
        1 => json!({"label": text(draws)}),
        2 => json!({"value": value(draws)}),
        _ => json!({"label": text(draws), "value": value(draws)}),
    }
}

fn branch(draws: &mut Draws<'_>, depth: usize) -> Value {
    let fields = fields(draws, depth);
    if draws.rarely(4) {
        json!({"label": text(draws), "form": {"value": fields}})
    } else {
        json!({"label": text(draws), "value": {"form": {"value": fields}}, "relatesTo": "$.currentAuthenticator"})
    }
}

fn message(draws: &mut Draws<'_>) -> Value {
    json!({
        "message": text(draws),
        "i18n": {"key": draws.one_of(&["", "idx.session.expired", "tooManyRequests", "<b>", "unknown.key"]), "params": [text(draws)]},
        "class": draws.one_of(&["ERROR", "INFO", "WARNING", "<i>"]),
        "links": [{"url": draws.one_of(&URLS), "label": text(draws)}],
    })
}

fn authenticator(draws: &mut Draws<'_>) -> Value {
    json!({
        "key": draws.one_of(&["okta_password", "okta_email", "google_otp", "webauthn", "security_question", "okta_verify", "<x>"]),
        "displayName": text(draws),
        "profile": {"email": text(draws), "question": text(draws)},
        "contextualData": {
            "sharedSecret": text(draws), "correctAnswer": text(draws), "enrolledQuestion": {"question": text(draws)},
            "qrcode": {"href": draws.one_of(&URLS)},
            "challengeData": {"challenge": text(draws), "userVerification": "required"},
        },
        "resend": {"name": "resend", "href": "https://idp.example/idp/idx/challenge/resend", "value": [handle()]},
        "settings": {"complexity": {"minLength": odd_number(draws)}},
    })
}

/// A boolean, or what should have been one.
fn flag(draws: &mut Draws<'_>) -> Value {
    match draws.below(10) {
        0..=2 => true.into(),
        3..=5 => false.into(),
        6 => "false".into(),
        7 => "true".into(),
        8 => Value::Null,
        _ => draws.one_of(&["yes", "0", ""]).into(),
    }
}

fn value(draws: &mut Draws<'_>) -> Value {
    match draws.below(9) {
        0..=2 => text(draws),
        3 => true.into(),
        4 => odd_number(draws),
        5 => Value::Null,
        6 => json!({"a": text(draws)}),
        7 => json!(["a", "b, c"]),
        _ => "02.handle".into(),
    }
}

fn odd_number(draws: &mut Draws<'_>) -> Value {
    match draws.below(6) {
        0 => 4.into(),
        1 => u64::MAX.into(),
        2 => (-1).into(),
        3 => json!(1.5),
        4 => "12".into(),
        _ => Value::Null,
    }
}

fn name(draws: &mut Draws<'_>) -> Value {
    match draws.below(4) {
        0 | 1 => draws.one_of(&NAMES).into(),
        2 => format!("field{}", draws.octet()).into(),
        _ => text(draws),
    }
}

fn text(draws: &mut Draws<'_>) -> Value {
    let one = draws.one_of(&TEXTS);
    match draws.below(32) {
        // Letters alone, since without optimisation each takes its time.
        31 if one == "a" => one.repeat(LONGEST).into(),
        31 => one.repeat(1 + 20_000 / one.len().max(1)).into(),
        30 => one.repeat(1 + 5_000 / one.len().max(1)).into(),
        20..=29 => [one, draws.one_of(&TEXTS)].concat().into(),
        _ => one.into(),
    }
}

/// Octets of the longest text, and of a very long form.
const LONGEST: usize = 1_000_000;
const FORMS: [&str; 14] = [
    "identify",
    "challenge-authenticator",
    "enroll-authenticator",
    "select-authenticator-authenticate",
    "enroll-profile",
    "reset-authenticator",
    "consent",
    "keep-me-signed-in",
    "redirect-idp",
    "skip",
    "authenticator-verification-data",
    "challenge-poll",
    "user-code",
    "cancel-polling",
];
const TYPES: [&str; 10] = [
    "string", "boolean", "object", "set", "number", "integer", "array", "date", "<b>", "",
];
const NAMES: [&str; 22] = [
    "identifier",
    "credentials",
    "passcode",
    "authenticator",
    "methodType",
    "id",
    "phoneNumber",
    "userCode",
    "consent",
    "answer",
    "rememberMe",
    "userProfile",
    "email",
    "secondEmail",
    "stateHandle",
    "channel",
    "captchaVerify",
    "clientData",
    "totp",
    "questionKey",
    "keepMeSignedIn",
    "attestation",
];
const URLS: [&str; 7] = [
    "https://help.example/a?b=c&d",
    "javascript:alert(1)",
    "//evil.example",
    "data:text/html,<script>alert(1)</script>",
    "",
    "data:image/png;base64,iVBORw0KGgo=",
    "http://127.0.0.1:1/",
];
const TEXTS: [&str; 30] = [
    "Label",
    "",
    " ",
    "a.b",
    "a[0].b",
    "__proto__",
    "constructor",
    "f0",
    "a",
    "t",
    "rd",
    "\"'><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</select></form><form action=//evil.example><input name=x>",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;&amp;&#0;",
    "\u{202e}txet\u{202c}",
    "عنوان الحقل",
    "🦀👩‍👩‍👧",
    "\0",
    "\u{1}\u{8}\u{7f}\u{85}",
    "\u{fffe}\u{fdd0}",
    "line\nfeed\r\ntab\t",
    "--><!--",
    "]]>",
    "costCenterOfTheDepartment",
    "idx.session.expired",
    "e\u{301}\u{301}\u{301}",
    "\\u0000\\",
    "'",
];

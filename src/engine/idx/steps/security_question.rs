//! A question only the person can answer.

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::{
    engine::{
        authenticator::{Authenticator, Method},
        idx::{
            flow::{Flow, Notes},
            ion, messages,
        },
        people::Question,
    },
    secret::Secret,
};

const ANSWER: &[&str] = &["credentials", "answer"];

/// The questions everybody is offered.
const QUESTIONS: [(&str, &str); 5] = [
    (
        "disliked_food",
        "What is the food you least liked as a child?",
    ),
    (
        "name_of_first_plush_toy",
        "What is the name of your first stuffed animal?",
    ),
    (
        "first_award",
        "What did you earn your first medal or award for?",
    ),
    ("favorite_color", "What is your favorite color?"),
    (
        "favorite_vacation_location",
        "Where did you go for your favorite vacation?",
    ),
];

impl Flow<'_> {
    pub(crate) fn check_answer(&mut self, body: &Map<String, Value>) -> Notes {
        if let Err(notes) = self.attempt_allowed(Authenticator::SecurityQuestion) {
            return notes;
        }
        let answer = ion::text(body, ANSWER).map(normal);
        let key = ion::text(body, &["credentials", "questionKey"]);
        let question = self.person().and_then(|person| person.question.as_ref());
        let right = question.is_some_and(|question| {
            key.is_none_or(|key| key == question.key)
                && answer.is_some_and(|answer| answer == normal(question.answer.expose()))
        });
        if !right {
            return self.attempt_failed(
                Authenticator::SecurityQuestion,
                messages::wrong_answer(),
                ANSWER,
            );
        }
        self.attempt_succeeded(Authenticator::SecurityQuestion);
        self.transaction.prove(
            Authenticator::SecurityQuestion,
            Method::SecurityQuestion,
            self.now,
        );
        Notes::default()
    }

    /// One of the offered questions, or one of the person's own.
    pub(crate) fn enroll_answer(&mut self, body: &Map<String, Value>) -> Notes {
        let key = ion::text(body, &["credentials", "questionKey"]).unwrap_or_default();
        let own = ion::text(body, &["credentials", "question"]);
        let question = match key {
            "custom" => own,
            key => QUESTIONS
                .iter()
                .find(|(known, _)| *known == key)
                .map(|(_, question)| *question),
        };
        let Some(question) = question else {
            return Notes::unfit();
        };
        let answer = ion::text(body, ANSWER).unwrap_or_default();
        if answer.chars().count() < 4 {
            let message = messages::answer_too_short();
            return Notes::at(StatusCode::BAD_REQUEST, ANSWER, message);
        }
        let question = Question {
            key: key.to_owned(),
            question: question.to_owned(),
            answer: Secret::from(answer),
        };
        if let Some(person) = self.person_mut() {
            person.question = Some(question);
        }
        self.transaction.prove(
            Authenticator::SecurityQuestion,
            Method::SecurityQuestion,
            self.now,
        );
        Notes::default()
    }

    pub(crate) fn question_fields(&self) -> Vec<Value> {
        let question = self.person().and_then(|person| person.question.as_ref());
        let (key, text) = question.map_or(("", ""), |q| (q.key.as_str(), q.question.as_str()));
        vec![ion::credentials(vec![
            json!({"name": "questionKey", "type": "string", "label": text, "required": true, "value": key,
                "visible": false, "mutable": false}),
            ion::secret("answer", "Answer"),
        ])]
    }

    pub(crate) fn enrolled_question(&self) -> Value {
        let question = self.person().and_then(|person| person.question.as_ref());
        question.map_or(
            Value::Null,
            |q| json!({"questionKey": q.key, "question": q.question}),
        )
    }
}

/// Two ways to fill in `credentials`: a question of the list, or one's own.
pub(crate) fn enrollment_fields() -> Vec<Value> {
    let listed = [
        ion::choice("questionKey", true, &QUESTIONS),
        ion::secret("answer", "Answer"),
    ];
    let own = [
        json!({"name": "questionKey", "required": true, "value": "custom", "mutable": false}),
        ion::field("question", "Create my own security question"),
        ion::secret("answer", "Answer"),
    ];
    let option = |label: &str, fields: &[Value]| json!({"label": label, "value": {"form": {"value": fields}}});
    vec![
        json!({"name": "credentials", "type": "object", "required": true, "options": [
            option("Choose a security question", &listed), option("Create my own security question", &own),
        ]}),
    ]
}

/// What the enrolment form is about.
pub(crate) fn contextual_data() -> Value {
    let questions: Vec<Value> = QUESTIONS
        .iter()
        .map(|(key, question)| json!({"questionKey": key, "question": question}))
        .collect();
    let keys: Vec<&str> = std::iter::once("custom")
        .chain(QUESTIONS.iter().map(|(key, _)| *key))
        .collect();
    json!({"questions": questions, "questionKeys": keys})
}

/// Case and surrounding space do not count.
fn normal(answer: &str) -> String {
    answer.trim().to_lowercase()
}

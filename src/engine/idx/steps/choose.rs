//! `select-authenticator-authenticate` and `authenticator-verification-data`: with what, and by which way?

use serde_json::{Map, Value};

use crate::engine::{
    authenticator::{Authenticator, Method},
    idx::{
        flow::{Flow, Notes},
        ion,
        policy::{self, Due},
        transaction::Focus,
    },
    people::Person,
};

/// What `authenticator{id,methodType}` of a body says, as far as it makes sense.
pub(crate) struct Choice {
    pub(crate) authenticator: Authenticator,
    pub(crate) method: Option<Method>,
}

impl Choice {
    pub(crate) fn of(body: &Map<String, Value>) -> Option<Self> {
        let authenticator = Authenticator::from_id(ion::text(body, &["authenticator", "id"])?)?;
        let mut methods = authenticator.methods().iter().copied();
        let method = match ion::text(body, &["authenticator", "methodType"]) {
            None => None,
            Some(word) => Some(methods.find(|method| method.word() == word)?),
        };
        Some(Self {
            authenticator,
            method,
        })
    }
}

impl Flow<'_> {
    pub(crate) fn choose(&mut self, body: &Map<String, Value>) -> Notes {
        let Some(choice) = Choice::of(body) else {
            return Notes::unfit();
        };
        if !self.choices().contains(&choice.authenticator) {
            return Notes::unfit();
        }
        let named = ion::text(body, &["authenticator", "enrollmentId"]);
        let enrollment = self
            .person()
            .map(|person| person.enrollment_id(choice.authenticator));
        if named.is_some() && named != enrollment.as_deref() {
            return Notes::unfit();
        }
        let usable = self.person().is_none_or(|person| can_use(person, &choice));
        if !usable {
            return Notes::unfit();
        }
        self.begin_verify(choice.authenticator, choice.method)
    }

    /// What could be chosen now, also in the middle of something.
    pub(crate) fn choices(&self) -> Vec<Authenticator> {
        let mut idle = self.transaction.clone();
        idle.focus = None;
        idle.device = None;
        let due = policy::due(self.org, self.state, &idle);
        if let Due::SelectVerify(options) = due {
            options
        } else if let Due::Challenge(decoy) = due {
            vec![decoy]
        } else {
            Vec::new()
        }
    }

    /// Turns to an authenticator; a code is sent as soon as the way is known.
    pub(crate) fn begin_verify(
        &mut self,
        authenticator: Authenticator,
        method: Option<Method>,
    ) -> Notes {
        let method = match (authenticator, authenticator.methods()) {
            // A card is read before its PIN is asked for.
            (Authenticator::NfcPin, _) => Some(Method::Nfc),
            (_, [only]) => method.or(Some(*only)),
            _ => method,
        };
        self.transaction.focus = Some(Focus::Verify {
            authenticator,
            method,
            passcode: None,
        });
        self.transaction.device = None;
        if authenticator == Authenticator::SecurityKey {
            self.transaction.challenge = Some(self.org.token());
        }
        if method == Some(Method::Duo) {
            return self.ask_duo();
        }
        if matches!(method, Some(Method::Nfc | Method::SignedNonce)) {
            return self.ask_device();
        }
        if method == Some(Method::Push) {
            self.send_push();
        }
        let sent = matches!(authenticator, Authenticator::Email | Authenticator::Phone);
        if sent && method.is_some() {
            return self.send_passcode();
        }
        Notes::default()
    }
}

fn can_use(person: &Person, choice: &Choice) -> bool {
    let methods = person.methods(choice.authenticator);
    choice.method.is_none_or(|method| methods.contains(&method))
}

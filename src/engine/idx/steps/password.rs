//! The password: proven, replaced when expired, reset when forgotten.

use http::StatusCode;
use serde_json::{Map, Value};

use crate::engine::{
    authenticator::{Authenticator, Method},
    idx::{
        flow::{Flow, Notes},
        ion, messages,
        policy::Due,
        transaction::Purpose,
        work::Worked,
    },
};

const PASSCODE: &[&str] = &["credentials", "passcode"];
const COMMON: [&str; 6] = [
    "password",
    "password1",
    "12345678",
    "123456789",
    "qwertyuiop",
    "iloveyou",
];

impl Flow<'_> {
    pub(crate) fn check_password(&mut self, body: &Map<String, Value>, worked: &Worked) -> Notes {
        if ion::text(body, PASSCODE).is_none() {
            return Notes::at(
                StatusCode::BAD_REQUEST,
                PASSCODE,
                messages::password_required(),
            );
        }
        let right =
            worked.right_for.is_some() && worked.right_for.as_deref() == self.transaction.person();
        if !right {
            self.count_wrong_password();
            let message = if self.org.settings.org.prevent_enumeration {
                messages::wrong_password()
            } else {
                messages::incorrect_password()
            };
            return Notes::saying(StatusCode::UNAUTHORIZED, message);
        }
        self.forgive();
        self.transaction
            .prove(Authenticator::Password, Method::Password, self.now);
        Notes::default()
    }

    /// Too many wrong passwords in a row lock the account.
    pub(crate) fn count_wrong_password(&mut self) {
        let limit = self.org.settings.limits.lockout;
        if let Some(person) = self.person_mut() {
            person.failures += 1;
            person.locked |= person.failures >= limit;
        }
    }

    pub(crate) fn forgive(&mut self) {
        if let Some(person) = self.person_mut() {
            person.failures = 0;
        }
    }

    /// A new password in the place of an expired or forgotten one.
    pub(crate) fn replace_password(
        &mut self,
        due: &Due,
        body: &Map<String, Value>,
        worked: Worked,
    ) -> Notes {
        let revoke = match body
            .get("credentials")
            .and_then(|c| c.get("revokeSessions"))
        {
            None | Some(Value::Null) => false,
            Some(Value::Bool(revoke)) => *revoke,
            Some(_) => return Notes::unfit(),
        };
        if let Err(notes) = self.store_password(body, worked) {
            return notes;
        }
        self.transaction.password_changed = true;
        if *due == Due::ResetPassword {
            self.transaction.purpose = Purpose::SignIn;
            self.transaction
                .prove(Authenticator::Password, Method::Password, self.now);
        }
        let person = self.transaction.person().map(str::to_owned);
        if let Some(person) = person.filter(|_| revoke) {
            self.state.grants.revoke_person(&person);
        }
        Notes::default()
    }

    /// Keeps a new password that meets the rules.
    pub(crate) fn store_password(
        &mut self,
        body: &Map<String, Value>,
        worked: Worked,
    ) -> Result<(), Notes> {
        let refuse = |message| Err(Notes::at(StatusCode::BAD_REQUEST, PASSCODE, message));
        let min_length = self.org.settings.org.password_min_length;
        let Some(text) = ion::text(body, PASSCODE) else {
            return refuse(messages::password_required());
        };
        if text.chars().count() < min_length || worked.unchanged {
            return refuse(messages::password_requirements(min_length));
        }
        if COMMON.contains(&text.to_lowercase().as_str()) {
            return refuse(messages::common_password());
        }
        let (Some(fresh), Some(person)) = (worked.fresh, self.person_mut()) else {
            return Err(Notes::unfit());
        };
        person.password = Some(fresh);
        person.password_expired = false;
        person.password_days_left = None;
        Ok(())
    }
}

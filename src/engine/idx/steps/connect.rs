//! `user-code`: which device is to be connected? (protocol reference 5.14)

use http::StatusCode;
use serde_json::{Map, Value};

use crate::engine::{
    idx::{
        flow::{Flow, Notes},
        ion, messages,
    },
    oauth::Identity,
};

const USER_CODE: &[&str] = &["userCode"];

impl Flow<'_> {
    pub(crate) fn connect(&mut self, body: &Map<String, Value>) -> Notes {
        let code = ion::text(body, USER_CODE).unwrap_or_default();
        match self.state.grants.devices.pending(code, self.now) {
            Some(code) => {
                self.transaction.user_code = Some(code);
                self.transaction.user_code_wanted = false;
                Notes::default()
            }
            None => Notes::at(
                StatusCode::BAD_REQUEST,
                USER_CODE,
                messages::invalid_device_code(),
            ),
        }
    }

    /// The device gets what was proven here. `false`: no device is being connected.
    pub(crate) fn connected(&mut self, identity: &Identity) -> bool {
        let Some(code) = &self.transaction.user_code else {
            return false;
        };
        self.state.grants.devices.allow(code, identity);
        self.end(messages::device_activated(), StatusCode::OK);
        true
    }

    /// The person does not want the device to get anything. `false`: no device is being connected.
    pub(crate) fn disconnected(&mut self) -> bool {
        let Some(code) = &self.transaction.user_code else {
            return false;
        };
        self.state.grants.devices.deny(code);
        self.end(messages::device_denied(), StatusCode::FORBIDDEN);
        true
    }
}

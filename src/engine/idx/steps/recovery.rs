//! "Forgot password?"

use http::StatusCode;

use crate::engine::idx::{
    flow::{Flow, Notes},
    messages, policy,
    transaction::Purpose,
};

impl Flow<'_> {
    /// Begins recovery; whoever has named themselves need not do so again.
    pub(crate) fn recover(&mut self) -> Notes {
        let refused = !self.org.settings.org.recovery
            || self
                .person()
                .is_some_and(|person| person.locked || policy::recovery_options(person).is_empty());
        if refused {
            self.end(messages::recovery_not_allowed(), StatusCode::FORBIDDEN);
            return Notes::default();
        }
        self.transaction.purpose = Purpose::Recovery;
        self.transaction.focus = None;
        Notes::default()
    }
}

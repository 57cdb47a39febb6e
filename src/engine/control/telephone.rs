//! What a person would do on their telephone or an administrator in the console, without a page.

use super::Control;
use crate::engine::phone::Push;

/// How long an activation token works.
const ACTIVATION: u64 = 3600;

impl Control {
    /// What somebody is asked on their telephone and has not answered, newest first.
    pub fn pushes(&self, login: &str) -> Vec<Push> {
        let mut state = self.org.state();
        state.phone.tick(self.org.now());
        let asked = |push: &&Push| push.login.eq_ignore_ascii_case(login);
        state.phone.pending().filter(asked).cloned().collect()
    }

    /// The person says it is them, and chooses the right number. `false`: nobody asks.
    pub fn approve_push(&self, login: &str) -> bool {
        let push = self.pushes(login).into_iter().next();
        push.is_some_and(|push| self.answer_push(&push.id, true, push.number))
    }

    /// The person says it is not them. `false`: nobody asks.
    pub fn reject_push(&self, login: &str) -> bool {
        let push = self.pushes(login).into_iter().next();
        push.is_some_and(|push| self.answer_push(&push.id, false, None))
    }

    /// Answers one question; a wrong number refuses. `false`: no such question.
    pub fn answer_push(&self, id: &str, approve: bool, number: Option<u8>) -> bool {
        let mut state = self.org.state();
        state.phone.tick(self.org.now());
        state.phone.answer(id, approve, number)
    }

    /// The person sets up Okta Verify on their telephone, by whatever link is open. `false`: none is.
    pub fn pair_phone(&self, login: &str) -> bool {
        let mut state = self.org.state();
        state.phone.tick(self.org.now());
        let token = state
            .phone
            .open_pairings()
            .find(|(_, pairing)| pairing.login.eq_ignore_ascii_case(login))
            .map(|(token, _)| token.clone());
        token.is_some_and(|token| state.phone.paired(&token))
    }

    /// A token that activates an account at `interact`, good for an hour. `None`: nobody of that login is inactive.
    pub fn activation_token(&self, login: &str) -> Option<String> {
        let mut state = self.org.state();
        let person = state.people.by_login(login)?;
        let id = person.inactive.then(|| person.id.clone())?;
        let token = self.org.token();
        let expires_at = self.org.now() + ACTIVATION;
        let transactions = &mut state.transactions;
        transactions.add_activation_token(token.clone(), id, expires_at);
        Some(token)
    }

    /// The org is not ready for new transactions until each has asked so often; 0: it is ready.
    pub fn safe_mode(&self, polls: u32) {
        self.org.state().safe_mode_polls = polls;
    }

    /// The password expires in so many days. `false`: nobody of that login.
    pub fn password_expires_in(&self, login: &str, days: u32) -> bool {
        self.change(login, |person| person.password_days_left = Some(days))
    }
}

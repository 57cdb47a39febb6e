//! All transactions, and what leads to them: handles, tokens and links of mails.

use std::collections::{BTreeMap, HashMap};

use super::transaction::{AuthorizeRequest, Passcode, Start, Transaction};
use crate::{engine::org::Org, secret::Secret};

/// All transactions.
#[derive(Debug, Default)]
pub(crate) struct Transactions {
    running: HashMap<String, Transaction>,
    by_handle: HashMap<String, String>,
    /// Recovery tokens: user id and expiry.
    recovery: BTreeMap<String, (String, u64)>,
    /// Activation tokens: user id and expiry.
    activation: BTreeMap<String, (String, u64)>,
    /// What links in mails lead to: transaction, code, expiry.
    links: HashMap<String, (String, Secret, u64)>,
}

impl Transactions {
    /// Opens one and names it by its interaction handle; there is no state handle yet.
    pub(crate) fn begin(
        &mut self,
        org: &Org,
        request: AuthorizeRequest,
        start: Start,
        waits: u32,
    ) -> String {
        let now = org.now();
        let id = org.token();
        let expires_at = now + org.settings.windows.idle.as_secs();
        let connects = org
            .client(&request.client_id)
            .is_some_and(|client| client.device_activation);
        let transaction = Transaction {
            waits,
            user_code_wanted: connects && matches!(start, Start::SignIn),
            ..Transaction::new(id.clone(), request, start, expires_at)
        };
        self.running.insert(id.clone(), transaction);
        id
    }

    /// Takes one out to work on it; what has expired is gone.
    pub(crate) fn take(&mut self, id: &str, now: u64) -> Option<Transaction> {
        let transaction = self.running.remove(id)?;
        if transaction.expires_at > now {
            return Some(transaction);
        }
        self.forget(&transaction);
        None
    }

    pub(crate) fn put(&mut self, transaction: Transaction) {
        self.running.insert(transaction.id.clone(), transaction);
    }

    /// Which transaction a state handle belongs to.
    pub(crate) fn named_by(&self, handle: &str) -> Option<&str> {
        self.by_handle.get(handle).map(String::as_str)
    }

    pub(crate) fn look(&self, id: &str) -> Option<&Transaction> {
        self.running.get(id)
    }

    /// A fresh state handle for the step that is due.
    pub(crate) fn issue_handle(&mut self, org: &Org, transaction: &mut Transaction) -> String {
        let handle = if org.settings.org.long_state_handle {
            let filler: Vec<String> = (0..24).map(|_| org.token()).collect();
            format!("02.id.{}~c.{}", org.token(), filler.concat())
        } else {
            let name = org.token();
            format!("02{}", name.get(..40).unwrap_or(&name))
        };
        let issued = (handle.clone(), transaction.step);
        transaction.handles.push_back(issued);
        if transaction.handles.len() > HANDLES
            && let Some((oldest, _)) = transaction.handles.pop_front()
        {
            self.by_handle.remove(&oldest);
        }
        self.by_handle
            .insert(handle.clone(), transaction.id.clone());
        handle
    }

    pub(crate) fn add_recovery_token(&mut self, token: String, person: String, expires_at: u64) {
        self.recovery.insert(token, (person, expires_at));
    }

    /// Spends a recovery token.
    pub(crate) fn take_recovery_token(&mut self, token: &str, now: u64) -> Option<String> {
        let (person, expires_at) = self.recovery.remove(token)?;
        (expires_at > now).then_some(person)
    }

    pub(crate) fn add_activation_token(&mut self, token: String, person: String, expires_at: u64) {
        self.activation.insert(token, (person, expires_at));
    }

    /// Whose activation token it is, and whether it is still good. It stays until the account is active.
    pub(crate) fn activation_token(&self, token: &str, now: u64) -> Option<(String, bool)> {
        let (person, expires_at) = self.activation.get(token)?;
        Some((person.clone(), *expires_at > now))
    }

    pub(crate) fn look_mut(&mut self, id: &str) -> Option<&mut Transaction> {
        self.running.get_mut(id)
    }

    pub(crate) fn add_link(&mut self, token: String, transaction: &str, passcode: &Passcode) {
        let link = (
            transaction.to_owned(),
            passcode.code.clone(),
            passcode.expires_at,
        );
        self.links.insert(token, link);
    }

    /// The transaction, code and expiry that a link in a mail stands for.
    pub(crate) fn link(&self, token: &str) -> Option<&(String, Secret, u64)> {
        self.links.get(token)
    }

    fn forget(&mut self, transaction: &Transaction) {
        for (handle, _) in &transaction.handles {
            self.by_handle.remove(handle);
        }
    }

    /// Forgets what has expired.
    pub(crate) fn sweep(&mut self, now: u64) {
        let running = &mut self.running;
        running.retain(|_, transaction| transaction.expires_at > now);
        self.by_handle.retain(|_, id| running.contains_key(id));
        self.links
            .retain(|_, (_, _, expires_at)| *expires_at + 3600 > now);
        self.recovery.retain(|_, (_, expires_at)| *expires_at > now);
    }
}

/// How many state handles of a transaction are remembered.
const HANDLES: usize = 64;

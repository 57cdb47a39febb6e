//! The development identity engine: a stand-in for an Okta org that a client written against Okta works with unchanged.
//!
//! It decides, in this order: which endpoint a path means (`route`), whether a fault takes its place, whether
//! a browser of another origin may read the answer, and then what the endpoint answers. A sign-in is a set of proofs; the
//! policy computes the step that is due from them, never from a list of steps (protocol reference 0.1).
//!
//! Everything is in memory and gone with the process. It is for developers' machines and tests: its people have known
//! passwords and anybody on the machine reads the inbox. It knows nothing of the gateway's rooms.

mod authenticator;
mod call;
mod captcha;
mod cbor;
mod control;
mod cors;
mod device;
mod duo;
mod faults;
mod fobs;
mod form;
mod health;
mod idp;
mod idx;
mod inbox;
mod keys;
mod limits;
mod oauth;
mod org;
mod password;
mod people;
mod phone;
mod qr;
mod reply;
mod route;
mod server;
mod settings;
mod sign_in_page;
#[cfg(test)]
mod tests;
mod webauthn;

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
};

use self::org::{Org, Server};
pub use self::{
    authenticator::Authenticator,
    control::Control,
    faults::{Fault, Injection, TokenFlaw},
    inbox::Mail,
    keys::KeyError,
    phone::Push,
    settings::{
        AttributeSettings, CaptchaKind, CaptchaSettings, CaptchaStep, ClientAuthMethod,
        ClientSettings, ConsentMode, DeviceReach, EnrollMode, FastPassSettings, FobSettings,
        GrantType, IdpSettings, LimitSettings, OrgSettings, PasswordPageSettings, PersonSettings,
        PolicySettings, QuestionSettings, Rate, RefreshSettings, Rotation, SecurityKeySettings,
        ServerSettings, Settings, SettingsError, WindowSettings,
    },
};
use crate::{clock::SharedClock, random::SharedRandom};

/// An engine whose socket is open; calls wait in it until [`Engine::serve`] runs.
#[derive(Debug)]
pub struct Engine {
    listener: TcpListener,
    address: SocketAddr,
    org: Arc<Org>,
}

/// Why an engine could not start.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The address cannot be listened on.
    #[error("the engine cannot listen on {address}")]
    Bind {
        /// Which one.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// No signing key could be made.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The settings contradict each other.
    #[error(transparent)]
    Settings(#[from] SettingsError),
}

impl Engine {
    /// Opens the socket and makes the signing key. Needs no runtime.
    ///
    /// # Errors
    /// [`EngineError::Bind`] where the address is taken, [`EngineError::Settings`] where a name in the settings leads
    /// nowhere, [`EngineError::Keys`] where no key can be made.
    pub fn bind(
        settings: Settings,
        clock: SharedClock,
        random: SharedRandom,
    ) -> Result<Self, EngineError> {
        settings.consistent()?;
        let bind = |source| EngineError::Bind {
            address: settings.listen,
            source,
        };
        let listener = TcpListener::bind(settings.listen).map_err(bind)?;
        listener.set_nonblocking(true).map_err(bind)?;
        let address = listener.local_addr().map_err(bind)?;
        let origin = settings
            .public_url
            .as_deref()
            .map_or_else(|| format!("http://{address}"), trimmed);
        let org = Org::new(settings, origin, clock, random)?;
        Ok(Self {
            listener,
            address,
            org: Arc::new(org),
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The custom authorization server's issuer.
    pub fn issuer(&self) -> String {
        self.org.issuer(Server::Custom)
    }

    /// The org authorization server's issuer.
    pub fn org_issuer(&self) -> String {
        self.org.issuer(Server::Org)
    }

    /// A handle to make it do what a test needs.
    pub fn control(&self) -> Control {
        Control::new(Arc::clone(&self.org))
    }

    /// Answers calls until `shutdown` resolves, then lets open ones end, two seconds at most.
    ///
    /// # Errors
    /// Where the socket cannot be handed to the runtime. Dropping the future closes the socket; connections that are
    /// open live on as long as their runtime.
    pub async fn serve(self, shutdown: impl Future<Output = ()> + Send) -> io::Result<()> {
        let listener = tokio::net::TcpListener::from_std(self.listener)?;
        server::serve(listener, self.org, shutdown).await;
        Ok(())
    }
}

fn trimmed(url: &str) -> String {
    url.trim_end_matches('/').to_owned()
}

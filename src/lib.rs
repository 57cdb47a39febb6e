//! Interlock: a reverse-proxy gateway that runs Okta's Interaction Code sign-in on the app's own origin.
//!
//! # The life of a request
//!
//! A connection is accepted on a data thread ([`listener`]): its own runtime, its own accept queue, its own connections to
//! the upstreams. Each request then goes one way through the rooms, and each room hands on a value that only it can make:
//!
//! 1. [`edge`]: one authority, one canonical path, no forged identity field → [`edge::Admitted`]. What can be read two ways is
//!    refused, not guessed at.
//! 2. [`route`]: host, path and method to exactly one [`route::Route`]; none: 404. Our own paths under `/.interlock/` are no
//!    routes and come first.
//! 3. [`authenticate`]: a session cookie or a Bearer token says who asks → [`authenticate::Identified`], never what they may do.
//! 4. [`authorize`]: scopes, groups, claims and assurance against the route → [`authorize::Decision`].
//! 5. [`forward`] takes an [`authorize::Permit`] and nothing else, so that an unauthorised forward does not compile; a
//!    [`authorize::Demand`] becomes a redirect to the sign-in page or a 401.
//!
//! [`gateway`] alone knows all rooms: it builds each once, and its one function calls them in this order. Every failure
//! becomes a response in one table there.
//!
//! # A sign-in
//!
//! [`login`] opens an interaction ([`idx::Client::interact`], PKCE) and keeps its handle in the browser's sealed transaction
//! cookie. What the engine asks ([`idx::ion::Document`]) becomes a [`login::step::Step`], independent of HTML and of HTTP, and that a
//! page ([`login::pages::Pages`]); what the person posts becomes exactly the JSON that the form asks for ([`login::answer`]).
//! At the end the code is redeemed ([`oauth::Client`]), the tokens are judged ([`token::Verifier`]), and a session begins ([`session::Sessions`]).
//! Nothing that is kept in memory is needed to go on: any replica, or a restarted one, resumes from the cookie.
//!
//! # Below
//!
//! [`outbound`] is the one HTTPS client; its calls run beside the data threads and end even when the browser goes away. Time
//! ([`clock`]) and chance ([`random`]) are arguments everywhere; a [`secret::Secret`] can't be printed. [`pem`] reads
//! the files of certificates and keys, which are followed when they change.
//!
//! Imports point downward only: `gateway` and [`config`] → rooms on the path → protocol rooms ([`session`], [`token`], [`idx`],
//! [`oauth`]) → ground floor.

pub mod admin;
pub mod api;
pub mod authenticate;
pub mod authorize;
mod base64url;
pub mod body;
pub mod cli;
pub mod clock;
pub mod config;
pub mod edge;
#[cfg(feature = "engine")]
pub mod engine;
pub mod fields;
pub mod forward;
pub mod gateway;
pub mod idx;
mod lines;
pub mod listener;
pub mod login;
pub mod oauth;
pub mod outbound;
pub mod pem;
pub mod public_url;
mod quick_map;
pub mod random;
pub mod route;
pub mod secret;
pub mod session;
pub mod telemetry;
pub mod token;

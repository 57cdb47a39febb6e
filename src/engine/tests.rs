//! The engine over real sockets, spoken to as any client would: raw calls, nothing of ours in between.

mod aftercare;
mod assertions;
mod captcha;
mod clients;
mod devices;
mod duo;
mod enrollment;
mod fast_pass;
mod faults;
mod identity_providers;
mod keys;
mod leaving;
mod limits;
mod okta_verify;
mod org;
mod recovery;
mod security_keys;
mod sign_in;
mod support;
mod things;
mod tokens;

//! The engine over real sockets, spoken to as any client would: raw calls, nothing of ours in between.

mod clients;
mod enrollment;
mod faults;
mod keys;
mod limits;
mod org;
mod recovery;
mod security_keys;
mod sign_in;
mod support;
mod tokens;

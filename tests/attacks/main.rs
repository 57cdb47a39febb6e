//! What must not work: one file a class of threats, one row an attack.
//!
//! Rows are sent as they stand to a gateway before an app that tells what reached it; after each, an honest request on a
//! new connection must be served. Attacks of many steps, and those that take a hostile authorization server, are stories:
//! their doc comment begins with `Proves` and the statements. `inventory` holds all of it against the list of statements
//! and of advisories of other products.

#[cfg(test)]
#[path = "../support/mod.rs"]
mod support;

#[cfg(test)]
mod advisories;
#[cfg(test)]
mod denial;
#[cfg(test)]
mod enumeration;
#[cfg(test)]
mod headers;
#[cfg(test)]
mod hostile_answers;
#[cfg(test)]
mod hostile_calls;
#[cfg(test)]
mod hostile_tokens;
#[cfg(test)]
mod http2;
#[cfg(test)]
mod inventory;
#[cfg(test)]
mod logs;
#[cfg(test)]
mod metadata;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod paths;
#[cfg(test)]
mod return_to;
#[cfg(test)]
mod row;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod smuggling;
#[cfg(test)]
mod stage;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod transactions;
#[cfg(test)]
mod websockets;

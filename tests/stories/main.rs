//! What people and operators live through with Interlock: everything over real sockets, against the development engine.

#[cfg(test)]
#[path = "../support/mod.rs"]
mod support;

#[cfg(test)]
mod api;
#[cfg(test)]
mod backchannel;
#[cfg(test)]
mod bearer;
#[cfg(test)]
mod captcha;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod device_token;
#[cfg(test)]
mod going_on;
#[cfg(test)]
mod hosted_page;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod mailed;
#[cfg(test)]
mod mischief;
#[cfg(test)]
mod outage;
#[cfg(test)]
mod routes;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod shapes;
#[cfg(test)]
mod sign_in;
#[cfg(test)]
mod sign_out;
#[cfg(test)]
mod streaming;
#[cfg(test)]
mod tabs;
#[cfg(test)]
mod things;
#[cfg(test)]
mod token;
#[cfg(test)]
mod waiting;

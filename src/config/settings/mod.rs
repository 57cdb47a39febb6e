//! From written values to the settings of each room.

mod authorization_server;
mod brand;
mod require;
mod routes;
mod server;
mod session;
mod sign_in;
mod upstreams;

use super::{Config, raw, reader::Reader};
use crate::{forward, login};

/// All settings, or `None` where a mistake was noted; every section is read in any case.
pub(super) fn assemble(raw: &raw::Config, reader: &Reader<'_>) -> Option<Config> {
    let server = server::read(&raw.server, reader);
    let oauth = authorization_server::read(&raw.authorization_server, reader);
    let token = authorization_server::tokens(&raw.tokens, &raw.authorization_server, reader);
    let session = session::read(&raw.session, raw.server.public_url.as_deref(), reader);
    let upstreams = upstreams::read(&raw.upstreams, reader);
    let routes = routes::read(raw, reader);
    let login = sign_in::read(&raw.sign_in, reader);
    let log = sign_in::log(&raw.log, reader);
    let outbound = authorization_server::outbound(&raw.authorization_server, reader);
    let mut server = server?;
    let routes = routes?;
    let public_url = server.edge.public_url.clone();
    server.edge.identity_headers = routes::mapped(&routes);
    server.edge.relaxed_prefixes = routes::relaxed_prefixes(&routes);
    let login = login.map(|login| login::Settings {
        needed_claims: routes::read_claims(&routes),
        ..login
    });
    Some(Config {
        listener: server.listener,
        edge: server.edge,
        admin: server.admin,
        aliases: server.aliases,
        outbound: outbound?,
        oauth: oauth?,
        token: token?,
        session: session?,
        routes,
        forward: forward::Settings {
            public_url,
            upstreams: upstreams?,
            tunnel_lifetime: server.tunnel_lifetime,
        },
        login: login?,
        api_native: raw.api.native,
        log: log?,
        warnings: Vec::new(),
    })
}

//! The one HTTPS client of the gateway for calls to the authorization server.

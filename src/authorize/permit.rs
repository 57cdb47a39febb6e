use std::sync::Arc;

use crate::{authenticate::Principal, edge::Admitted, route::Route};

/// The leave to forward one request. Only this room makes one, and `forward` takes nothing else, so that an
/// unauthorised forward does not compile.
#[derive(Debug)]
pub struct Permit {
    admitted: Box<Admitted>,
    route: Arc<Route>,
    principal: Option<Arc<Principal>>,
}

impl Permit {
    pub(super) fn new(
        admitted: Box<Admitted>,
        route: Arc<Route>,
        principal: Option<Arc<Principal>>,
    ) -> Self {
        Self {
            admitted,
            route,
            principal,
        }
    }

    /// Whether the route has no upstream: the gateway itself answers that all is well.
    pub fn is_answered_here(&self) -> bool {
        self.route.upstream.is_none()
    }

    /// Who asks; nobody on a public route.
    pub fn principal(&self) -> Option<&Principal> {
        self.principal.as_deref()
    }

    /// The request, the route that was chosen for it, and who asks (nobody on a public route).
    pub fn into_parts(self) -> (Box<Admitted>, Arc<Route>, Option<Arc<Principal>>) {
        (self.admitted, self.route, self.principal)
    }
}

//! The end of a sign-in that went well, and who gets its session.

use std::sync::Arc;

use http::HeaderMap;
use tokio::sync::Mutex;

use crate::{
    secret::Secret,
    session::{Session, SessionError, Sessions, SetCookies},
};

/// The end of a sign-in that went well.
#[derive(Clone, Debug)]
pub(crate) struct Signed {
    pub(crate) session: Session,
    /// For native clients alone; no session keeps it.
    pub(crate) id_token: Secret,
    handed_out: Arc<Mutex<bool>>,
}

impl Signed {
    pub(in crate::login) fn new(session: Session, id_token: Secret) -> Self {
        Self {
            session,
            id_token,
            handed_out: Arc::default(),
        }
    }

    /// Whether this is the first request that gets it; the browser's others come late.
    pub(crate) async fn is_first(&self) -> bool {
        !std::mem::replace(&mut *self.handed_out.lock().await, true)
    }

    /// The cookies of its session, which the first request begins, whichever that is; the browser's others wait for it and
    /// get the same session. It stays to be begun where that failed, or where the browser gave the first request up.
    ///
    /// # Errors
    /// [`SessionError::Ended`] where the session is over by now; what [`Sessions::begin`] says.
    pub(in crate::login) async fn hand_out(
        &self,
        sessions: &Sessions,
        request: &HeaderMap,
    ) -> Result<SetCookies, SessionError> {
        let mut handed_out = self.handed_out.lock().await;
        if !*handed_out {
            match sessions.begin(&self.session, request).await {
                // Begun by a request that was given up on the way.
                Err(SessionError::ReusedId) => {}
                begun => {
                    *handed_out = begun.is_ok();
                    return begun;
                }
            }
        }
        let cookies = sessions.hand_out_again(&self.session, request).await?;
        *handed_out = true;
        Ok(cookies)
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, header::COOKIE};

    use super::*;
    use crate::{
        clock::{Clock, ManualClock},
        random::SystemRandom,
        session::{
            CookieNames, KeyRing, Store,
            samples::{sample, settings},
        },
    };

    fn cookie(set: SetCookies) -> HeaderMap {
        let pairs = set.into_iter().map(|value| {
            let pair = value.to_str().unwrap().split(';').next().unwrap();
            (COOKIE, HeaderValue::from_str(pair).unwrap())
        });
        pairs.collect()
    }

    #[tokio::test]
    async fn requests_that_finish_a_sign_in_together_get_the_same_session() {
        for store in [Store::Cookie, Store::Memory] {
            let sessions = sessions(store);
            let signed = signed(&sessions);
            let nothing = HeaderMap::new();
            let (one, two) = tokio::join!(
                signed.hand_out(&sessions, &nothing),
                signed.hand_out(&sessions, &nothing)
            );
            for set in [one, two] {
                let opened = sessions.open(&cookie(set.unwrap())).await.unwrap();
                assert_eq!(opened.unwrap().session.id, signed.session.id);
            }
        }
    }

    #[tokio::test]
    async fn a_session_that_could_not_be_begun_is_begun_by_the_next_request() {
        let sessions = sessions(Store::Memory);
        let signed = signed(&sessions);
        // In a store of its own the same name is begun, so that a browser can present it here.
        let planted = sessions_of_another_store(&signed).await;
        let refused = signed.hand_out(&sessions, &planted).await;
        assert!(matches!(refused, Err(SessionError::Ended)), "{refused:?}");
        let set = signed.hand_out(&sessions, &HeaderMap::new()).await.unwrap();
        assert!(sessions.open(&cookie(set)).await.unwrap().is_ok());
    }

    #[tokio::test]
    async fn a_session_that_ended_is_not_begun_again_by_a_request_that_is_late() {
        let sessions = sessions(Store::Memory);
        let signed = signed(&sessions);
        let set = signed.hand_out(&sessions, &HeaderMap::new()).await.unwrap();
        let _ = sessions.end(&cookie(set)).await.unwrap();
        let late = signed.hand_out(&sessions, &HeaderMap::new()).await;
        assert!(matches!(late, Err(SessionError::Ended)), "{late:?}");
    }

    fn sessions(store: Store) -> Sessions {
        let settings = settings(store);
        let ring = KeyRing::new(&settings.secrets).unwrap();
        Sessions::new(
            &settings,
            CookieNames::new(&"https://app.example.com".parse().unwrap()),
            Arc::new(ring),
            Arc::new(ManualClock::new()),
            Arc::new(SystemRandom),
        )
        .unwrap()
    }

    fn signed(sessions: &Sessions) -> Signed {
        let session = Session {
            id: sessions.new_id(),
            ..sample(ManualClock::new().unix())
        };
        Signed::new(session, Secret::from("id"))
    }

    async fn sessions_of_another_store(signed: &Signed) -> HeaderMap {
        let set = sessions(Store::Memory)
            .begin(&signed.session, &HeaderMap::new())
            .await;
        cookie(set.unwrap())
    }
}

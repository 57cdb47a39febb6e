//! How a table of cases is run.

use std::net::SocketAddr;

use crate::support::{
    app::App,
    engine::Engine,
    frames::{ACK, GOAWAY, HEADERS, PING, RST_STREAM, SETTINGS, Wire, request},
    gateway::Gateway,
};

/// Error codes (RFC 9113 §7).
pub(crate) const PROTOCOL_ERROR: u32 = 1;
pub(crate) const FLOW_CONTROL_ERROR: u32 = 3;
pub(crate) const STREAM_CLOSED: u32 = 5;
pub(crate) const FRAME_SIZE_ERROR: u32 = 6;
pub(crate) const REFUSED_STREAM: u32 = 7;
pub(crate) const COMPRESSION_ERROR: u32 = 9;

/// What may follow.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Then {
    /// Stream 1 is answered 200.
    Answered,
    /// The connection ends; where a reason is given it is one of these.
    Ended(&'static [u32]),
    /// Our `PING` is answered: what was sent is allowed, or to be ignored.
    Ignored,
    /// The stream ends for one of these reasons, or it is answered 400, or the whole connection ends so (§5.4: a
    /// receiver may treat a stream error as a connection error).
    Reset(u32, &'static [u32]),
}

/// A name that begins with the section, what is sent after the prefaces, what may follow.
pub(crate) type Case = (&'static str, Vec<u8>, Then);

/// A gateway whose every path is public, before an app that echoes.
pub(crate) struct Stage {
    pub(crate) app: App,
    _engine: Engine,
    pub(crate) gateway: Gateway,
}

impl Stage {
    pub(crate) async fn set(server: &str) -> Self {
        let (app, engine) = (App::echo().await, Engine::start());
        let gateway = Gateway::before(&app, &engine)
            .server(server)
            .route("path = \"/*\"\naccess = \"public\"")
            .start()
            .await;
        Self {
            app,
            _engine: engine,
            gateway,
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.gateway.address
    }
}

/// Runs every case on a connection of its own, with an honest request on another after it.
pub(crate) async fn run(cases: Vec<Case>) {
    let stage = Stage::set("").await;
    let mut wrong = Vec::new();
    let count = cases.len();
    for (name, octets, then) in cases {
        let mut wire = Wire::greeted(stage.address()).await;
        wire.send(&octets).await;
        if let Err(instead) = judge(&mut wire, then).await {
            wrong.push(format!("{name}: expected {then:?}, got {instead}"));
        }
        if let Err(instead) = honest(stage.address()).await {
            wrong.push(format!("{name}: the next client got {instead}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    stage.gateway.stop().await;
}

/// An honest request on a connection of its own.
pub(crate) async fn honest(address: SocketAddr) -> Result<(), String> {
    let mut wire = Wire::greeted(address).await;
    wire.send(request(1)).await;
    judge(&mut wire, Then::Answered).await
}

async fn judge(wire: &mut Wire, then: Then) -> Result<(), String> {
    if matches!(then, Then::Ignored) {
        wire.send(crate::support::frames::frame(PING, 0, 0, OUR_PING))
            .await;
    }
    let mut seen = Vec::new();
    loop {
        let Some(frame) = wire.next().await else {
            return match then {
                Then::Ended(_) | Then::Reset(..) => Ok(()),
                Then::Answered | Then::Ignored => Err(format!("an end, after {seen:?}")),
            };
        };
        let verdict = match (frame.kind, then) {
            (GOAWAY, Then::Ended(codes) | Then::Reset(_, codes)) => {
                codes.contains(&frame.code()).then_some(())
            }
            (GOAWAY, Then::Answered | Then::Ignored) => None,
            (RST_STREAM, Then::Reset(stream, codes)) if frame.stream == stream => {
                codes.contains(&frame.code()).then_some(())
            }
            (HEADERS, Then::Reset(stream, _)) if frame.stream == stream => {
                (frame.payload.first() == Some(&STATUS_400)).then_some(())
            }
            (RST_STREAM, Then::Answered) => None,
            (HEADERS, Then::Answered) if frame.stream == 1 => {
                (frame.payload.first() == Some(&STATUS_200)).then_some(())
            }
            (PING, Then::Ignored) if frame.flags & ACK != 0 && frame.payload == OUR_PING => {
                Some(())
            }
            (SETTINGS | PING | HEADERS | RST_STREAM, _) | (_, _) => {
                seen.push(frame);
                continue;
            }
        };
        return verdict.ok_or_else(|| format!("{frame:?}"));
    }
}

/// Entries of the static table (RFC 7541 appendix A).
const STATUS_200: u8 = 0x80 | 8;
const STATUS_400: u8 = 0x80 | 12;

const OUR_PING: [u8; 8] = *b"are you?";

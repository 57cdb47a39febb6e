//! How a table of cases is run.

use std::net::SocketAddr;

use crate::support::{
    app::App,
    engine::Engine,
    frames::{ACK, Frame, GOAWAY, HEADERS, PING, RST_STREAM, Wire, frame, request},
    gateway::Gateway,
};

/// Error codes (RFC 9113 §7).
pub(crate) const PROTOCOL_ERROR: u32 = 1;
pub(crate) const FLOW_CONTROL_ERROR: u32 = 3;
pub(crate) const STREAM_CLOSED: u32 = 5;
const FRAME_SIZE_ERROR: u32 = 6;
pub(crate) const REFUSED_STREAM: u32 = 7;
const COMPRESSION_ERROR: u32 = 9;

/// A length that cannot be, a block that cannot be decoded. The h2 crate names them by the unspecific code at most places;
/// the connection ends all the same.
pub(crate) const WRONG_SIZE: &[u32] = &[FRAME_SIZE_ERROR, PROTOCOL_ERROR];
pub(crate) const UNDECODABLE: &[u32] = &[COMPRESSION_ERROR, PROTOCOL_ERROR];

/// What may follow.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Then {
    /// Stream 1 is answered 200.
    Answered,
    /// The connection ends; where a reason is given it is one of these.
    Ended(&'static [u32]),
    /// Our `PING` is answered: what was sent is allowed, or to be ignored.
    Ignored,
    /// Either of `Ignored` and `Reset`.
    Lost(u32, &'static [u32]),
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
    if matches!(then, Then::Ignored | Then::Lost(..)) {
        wire.send(frame(PING, 0, 0, OUR_PING)).await;
    }
    let mut seen = Vec::new();
    loop {
        let next = wire.try_next().await;
        let next = next.map_err(|_| format!("silence, after {seen:?}"))?;
        let Some(frame) = next else {
            return match then {
                Then::Ended(_) | Then::Reset(..) | Then::Lost(..) => Ok(()),
                Then::Answered | Then::Ignored => Err(format!("an end, after {seen:?}")),
            };
        };
        let verdict = match (frame.kind, then) {
            (GOAWAY, Then::Ended(codes) | Then::Reset(_, codes) | Then::Lost(_, codes)) => {
                codes.contains(&frame.code()).then_some(())
            }
            (GOAWAY, Then::Answered | Then::Ignored) | (RST_STREAM, Then::Answered) => None,
            (RST_STREAM, Then::Reset(stream, codes) | Then::Lost(stream, codes))
                if frame.stream == stream =>
            {
                codes.contains(&frame.code()).then_some(())
            }
            // Any other answer may have been on its way; the reset is still due.
            (HEADERS, Then::Reset(stream, _))
                if frame.stream == stream && status(&frame) == Some(STATUS_400) =>
            {
                Some(())
            }
            (HEADERS, Then::Answered) if frame.stream == 1 => {
                (status(&frame) == Some(STATUS_200)).then_some(())
            }
            (PING, Then::Ignored | Then::Lost(..))
                if frame.flags & ACK != 0 && frame.payload == OUR_PING =>
            {
                Some(())
            }
            _ => {
                seen.push(frame);
                continue;
            }
        };
        return verdict.ok_or_else(|| format!("{frame:?}"));
    }
}

/// The first field of a block, behind changes of the table's size (RFC 7541 §6.3).
fn status(head: &Frame) -> Option<u8> {
    let is_size_update = |octet: &&u8| (0x20..0x3f).contains(*octet);
    head.payload
        .iter()
        .find(|octet| !is_size_update(octet))
        .copied()
}

/// Entries of the static table (RFC 7541 appendix A).
const STATUS_200: u8 = 0x88;
const STATUS_400: u8 = 0x8c;

const OUR_PING: [u8; 8] = *b"are you?";

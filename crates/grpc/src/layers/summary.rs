//! The summary: one log line per RPC, and the span that everything else a call logs stands in.
//!
//! Its fields are a contract that tests and the load tool read: `method, code, reason, ms, db_statements, db_commits,
//! caller, trace_id`. Nothing in it is personal, and nothing is a secret.

use std::{fmt, sync::OnceLock};

use http::HeaderMap;
use keystead_domain::CallerId;
use keystead_service::tally::{self, Tally};
use tokio::time::Instant;
use tracing::{
    Instrument as _, Span,
    field::{Empty, display},
};

use super::{ending::Ending, trace_context};
use crate::{grants::Rpc, status};

/// The target of the line and of the span.
const TARGET: &str = "keystead::rpc";

/// What is known of a call, from its headers and from what the layers find out.
pub(super) struct Facts {
    method: &'static str,
    trace_id: Option<[u8; 16]>,
    caller: OnceLock<CallerId>,
    begun: Instant,
}

impl Facts {
    /// A path that is no RPC's is not repeated: it may say anything.
    pub(super) fn of(rpc: Option<&Rpc>, headers: &HeaderMap) -> Self {
        Self {
            method: rpc.map_or("unknown", Rpc::name),
            trace_id: trace_context::trace_id(headers),
            caller: OnceLock::new(),
            begun: Instant::now(),
        }
    }

    /// The W3C trace id.
    pub(super) fn trace_id(&self) -> Option<[u8; 16]> {
        self.trace_id
    }

    /// Notes who calls.
    pub(super) fn found(&self, caller: CallerId) {
        let caller = self.caller.get_or_init(|| caller);
        Span::current().record("caller", display(caller));
    }

    fn span(&self) -> Span {
        let trace_id = self.trace_id.map(|id| display(Hex(id)));
        tracing::info_span!(target: TARGET, "rpc", method = self.method, trace_id, caller = Empty)
    }
}

/// Does the work in the call's span, counts what it asks of the database, and writes the line: that of a stream when it
/// ends, with the totals of all its messages.
pub(super) async fn recorded<E: Ending>(facts: &Facts, work: impl Future<Output = E>) -> E {
    let recorded = async {
        let line = Line { facts, is_written: false };
        let (ending, tally) = tally::scope(work).await;
        line.write(ending.outcome(), tally);
        ending
    };
    recorded.instrument(facts.span()).await
}

/// The line of a call in progress. Where the call is dropped because its caller went away, the line still is written.
struct Line<'a> {
    facts: &'a Facts,
    is_written: bool,
}

impl Line<'_> {
    fn write(mut self, (code, reason): (&'static str, Option<String>), tally: Tally) {
        self.is_written = true;
        self.emit(code, reason.as_deref(), Some(tally));
    }

    fn emit(&self, code: &str, reason: Option<&str>, tally: Option<Tally>) {
        let Facts { method, trace_id, caller, begun } = self.facts;
        tracing::info!(
            target: TARGET,
            method,
            code,
            reason,
            ms = millis(begun.elapsed()),
            db_statements = tally.as_ref().map(|tally| tally.statements),
            db_commits = tally.as_ref().map(|tally| tally.commits),
            caller = caller.get().map(display),
            trace_id = trace_id.map(|id| display(Hex(id))),
            "rpc"
        );
    }
}

impl Drop for Line<'_> {
    fn drop(&mut self) {
        if !self.is_written {
            self.emit(status::CANCELLED, None, None);
        }
    }
}

/// Bytes in lower-case hexadecimal.
struct Hex([u8; 16]);

impl fmt::Display for Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

/// Milliseconds, to the microsecond.
fn millis(elapsed: std::time::Duration) -> f64 {
    (elapsed.as_secs_f64() * 1_000_000.0).round() / 1_000.0
}

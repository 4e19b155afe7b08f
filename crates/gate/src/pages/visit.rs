//! One request, in the form that all its answers use.

use super::AnswerReader;
use crate::{
    access_log::Verdict,
    body::Body,
    connection::{Connection, Hold},
    status::{Topology, View},
};
use http::Response;
use std::sync::Arc;

/// An answer, and what to log about it.
pub(crate) type LoggedAnswer = (Response<Body>, Verdict);

/// One request.
pub(crate) struct GateVisit {
    pub(crate) connection: Arc<Connection>,
    /// The hold that the request runs under.
    pub(crate) hold: Hold,
    /// Sites and tenants, taken once, and after the hold (see `connection/connections.rs`).
    pub(crate) topology: Arc<Topology>,
    pub(crate) reader: AnswerReader,
    pub(crate) request_id: String,
}

impl GateVisit {
    pub(crate) fn begin(
        connection: Arc<Connection>,
        view: &View,
        reader: AnswerReader,
        request_id: String,
    ) -> Self {
        let hold = connection.hold();
        Self { hold, topology: view.topology(), connection, reader, request_id }
    }

    /// The same request with the facts of the present view.
    pub(crate) fn again(&self, view: &View) -> Self {
        let connection = Arc::clone(&self.connection);
        Self::begin(connection, view, self.reader.clone(), self.request_id.clone())
    }
}

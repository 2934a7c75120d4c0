//! The details of a status: `google.rpc.Status` with ErrorInfo always, and BadRequest, RetryInfo or Refusal where they
//! say more. They travel in trailers, in base64, beside other headers: together under 4 KiB.

use std::{collections::HashMap, time::Duration};

use bytes::Bytes;
use keystead_domain::Reason;
use keystead_proto::v1;
use keystead_service::Signals;
use prost::{Message, Name};
use prost_types::Any;
use tonic::Status;
use tonic_types::pb;

use super::next::Next;
use crate::decode::Violations;

/// `ErrorInfo.domain` of every reason.
const DOMAIN: &str = "keystead.v1";
/// Most bytes of a BadRequest: with ErrorInfo and text, and in base64, it stays under 4 KiB. Violations past it are left
/// out; the first ones are what a developer looks at.
const MOST_BAD_REQUEST: usize = 2400;

const ERROR_INFO: &str = "type.googleapis.com/google.rpc.ErrorInfo";
const BAD_REQUEST: &str = "type.googleapis.com/google.rpc.BadRequest";
const RETRY_INFO: &str = "type.googleapis.com/google.rpc.RetryInfo";

/// The details of one status.
pub(super) struct Details {
    reason: Reason,
    metadata: HashMap<String, String>,
    others: Vec<Any>,
}

impl Details {
    pub(super) fn of(reason: Reason) -> Self {
        Self::with_metadata(reason, &[])
    }

    pub(super) fn with_metadata(reason: Reason, metadata: &[(&str, &str)]) -> Self {
        let own = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        Self { reason, metadata: metadata.iter().map(own).collect(), others: Vec::new() }
    }

    pub(super) fn put_violations(&mut self, violations: Violations) {
        let mut bad_request = pb::BadRequest::default();
        for (field, description) in violations {
            bad_request.field_violations.push(pb::bad_request::FieldViolation {
                field: field.into_owned(),
                description,
                ..Default::default()
            });
            if bad_request.encoded_len() > MOST_BAD_REQUEST {
                bad_request.field_violations.pop();
                break;
            }
        }
        self.put(BAD_REQUEST.to_owned(), &bad_request);
    }

    pub(super) fn put_retry_after(&mut self, delay: Duration) {
        let retry_delay = prost_types::Duration::try_from(delay).ok();
        self.put(RETRY_INFO.to_owned(), &pb::RetryInfo { retry_delay });
    }

    pub(super) fn put_refusal(&mut self, reason: v1::ErrorReason, next: Next, signals: Signals) {
        let refusal = v1::Refusal {
            reason: reason.into(),
            message: next.sentence.to_owned(),
            retry: next.retry.into(),
            retry_delay: None,
            signals: crate::encode::signals(signals),
        };
        self.put(v1::Refusal::type_url(), &refusal);
    }

    /// The `google.rpc.Status` that repeats code and text beside the details, as clients' libraries expect it.
    pub(super) fn encode(self, code: i32, text: &str) -> Bytes {
        let info = pb::ErrorInfo {
            reason: self.reason.as_str().to_owned(),
            domain: DOMAIN.to_owned(),
            metadata: self.metadata,
        };
        let mut details = vec![any(ERROR_INFO.to_owned(), &info)];
        details.extend(self.others);
        pb::Status { code, message: text.to_owned(), details }.encode_to_vec().into()
    }

    fn put(&mut self, type_url: String, message: &impl Message) {
        self.others.push(any(type_url, message));
    }
}

fn any(type_url: String, message: &impl Message) -> Any {
    Any { type_url, value: message.encode_to_vec() }
}

/// The reason in a status's ErrorInfo; a status that is not ours has none.
pub(crate) fn reason_of(status: &Status) -> Option<String> {
    let details = pb::Status::decode(status.details()).ok()?.details;
    let info = details.into_iter().find(|detail| detail.type_url == ERROR_INFO)?;
    Some(pb::ErrorInfo::decode(info.value.as_slice()).ok()?.reason)
}

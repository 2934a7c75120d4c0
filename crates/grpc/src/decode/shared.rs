//! Fields that many requests have.

use std::{fmt, str::FromStr};

use keystead_domain::{ActingUser, DisplayName, ExternalId, Name, RequestId, RpId, UserRef};
use keystead_proto::v1::{self, user_ref::Ref};
use keystead_service::PageRequest;

use super::{Fields, Noted, fields::Path};

/// Rows of a page where the request does not say.
const DEFAULT_PAGE: u32 = 50;
/// Most rows of a page; more is cut to it.
const MOST_PAGE: u32 = 500;

/// A required user.
pub(super) fn user(fields: &mut Fields, user: Option<v1::UserRef>) -> Result<UserRef, Noted> {
    match optional_user(fields, user)? {
        Some(user) => Ok(user),
        None => Err(fields.note("user", "is required")),
    }
}

/// A user that may be left out. One that is there must name somebody: taken for absent, a check would be left out, or a
/// login be for anybody.
pub(super) fn optional_user(
    fields: &mut Fields,
    user: Option<v1::UserRef>,
) -> Result<Option<UserRef>, Noted> {
    let Some(user) = user else { return Ok(None) };
    match user.r#ref {
        Some(Ref::UserId(text)) => Ok(Some(UserRef::Id(id(fields, "user.user_id", &text)?))),
        Some(Ref::ExternalId(text)) => {
            Ok(Some(UserRef::External(fields.take("user.external_id", ExternalId::new(text))?)))
        }
        None => Err(fields.note("user", "must have user_id or external_id")),
    }
}

/// A required id.
pub(super) fn id<I: FromStr<Err: fmt::Display>>(
    fields: &mut Fields,
    field: impl Into<Path>,
    text: &str,
) -> Result<I, Noted> {
    match text {
        "" => Err(fields.note(field, "is required")),
        text => fields.take(field, text.parse()),
    }
}

/// An id that may be left out.
pub(super) fn optional_id<I: FromStr<Err: fmt::Display>>(
    fields: &mut Fields,
    field: impl Into<Path>,
    text: &str,
) -> Result<Option<I>, Noted> {
    match text {
        "" => Ok(None),
        text => fields.take(field, text.parse()).map(Some),
    }
}

/// An RP ID that may be left out.
pub(super) fn optional_rp_id(fields: &mut Fields, text: String) -> Result<Option<RpId>, Noted> {
    if text.is_empty() {
        return Ok(None);
    }
    fields.take("rp_id", RpId::new(text)).map(Some)
}

/// A name that may be left out.
pub(super) fn optional_name(
    fields: &mut Fields,
    field: &'static str,
    text: String,
) -> Result<Option<Name>, Noted> {
    if text.is_empty() {
        return Ok(None);
    }
    fields.take(field, Name::new(text)).map(Some)
}

/// Who acts for someone else's sake; empty: the owner himself.
pub(super) fn acting_user(fields: &mut Fields, text: String) -> Result<Option<ActingUser>, Noted> {
    if text.is_empty() {
        return Ok(None);
    }
    fields.take("acting_user", ActingUser::new(text)).map(Some)
}

/// A name a user gave; may be empty.
pub(super) fn display_name(fields: &mut Fields, text: String) -> Result<DisplayName, Noted> {
    fields.take("display_name", DisplayName::new(text))
}

/// The call's name for this attempt; empty: it cannot be repeated.
pub(super) fn request_id(fields: &mut Fields, text: String) -> Result<Option<RequestId>, Noted> {
    if text.is_empty() {
        return Ok(None);
    }
    fields.take("request_id", RequestId::new(text)).map(Some)
}

/// Which page of a list.
pub(super) fn page(fields: &mut Fields, size: i32, token: String) -> Result<PageRequest, Noted> {
    match u32::try_from(size) {
        Ok(0) => Ok(PageRequest { size: DEFAULT_PAGE, token }),
        Ok(size) => Ok(PageRequest { size: size.min(MOST_PAGE), token }),
        Err(_) => Err(fields.note("page_size", "must not be negative")),
    }
}

/// A word of an enum; `Ok(None)` where it is UNSPECIFIED.
pub(super) fn word<W: TryFrom<i32>, D>(
    fields: &mut Fields,
    field: impl Into<Path>,
    number: i32,
    meaning: impl FnOnce(W) -> Option<D>,
) -> Result<Option<D>, Noted> {
    match W::try_from(number) {
        Ok(word) => Ok(meaning(word)),
        Err(_) => Err(fields.note(field, "is a number this version does not know")),
    }
}

/// Reads every item, also after one that is none, so that all violations are noted.
pub(super) fn each<I, T, C: FromIterator<T>>(
    items: &[I],
    mut read: impl FnMut(usize, &I) -> Result<T, Noted>,
) -> Result<C, Noted> {
    let read: Vec<_> = items.iter().enumerate().map(|(n, item)| read(n, item)).collect();
    read.into_iter().collect()
}

//! Users in answers.

use keystead_domain::{Lifecycle, User};
use keystead_proto::v1;

use super::time;

pub(crate) fn user(user: &User) -> v1::User {
    v1::User {
        user_id: user.id.to_string(),
        external_id: user.external_id.as_str().to_owned(),
        display_name: user.display_name.as_str().to_owned(),
        create_time: Some(time(user.created_at)),
        last_success_time: user.last_success_at.map(time),
        lifecycle: lifecycle(user.lifecycle),
    }
}

fn lifecycle(lifecycle: Lifecycle) -> i32 {
    let word = match lifecycle {
        Lifecycle::Pending => v1::UserLifecycle::Pending,
        Lifecycle::Active => v1::UserLifecycle::Active,
        Lifecycle::Dormant => v1::UserLifecycle::Dormant,
        Lifecycle::Deactivated => v1::UserLifecycle::Deactivated,
    };
    word.into()
}

pub(super) fn summary(user: &User) -> v1::UserSummary {
    v1::UserSummary { user_id: user.id.to_string(), external_id: user.external_id.as_str().to_owned() }
}

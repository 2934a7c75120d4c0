//! The AAGUID rules that logins are judged by, before a profile is made and after.

use std::collections::BTreeSet;

use keystead_domain::RegistrationProfile;
use keystead_store::{Excluded, Link, UseRule, Within};

/// Whom this profile would keep out, with at most `sample` users named.
pub(super) async fn preview<L: Link>(
    within: &Within<'_, L>,
    profile: &RegistrationProfile,
    sample: u64,
) -> Result<Excluded, keystead_store::Error> {
    let newest_first = within.registration_profiles().await?;
    let before = in_force(&newest_first);
    let after = with(&before, profile);
    within.preview_exclusion(&before, &after, sample).await
}

/// The rules of the newest profile of each name.
fn in_force(newest_first: &[RegistrationProfile]) -> Vec<UseRule<'_>> {
    let mut names = BTreeSet::new();
    newest_first.iter().filter(|profile| names.insert(&profile.name)).map(rule).collect()
}

/// The rules once this profile is the newest of its name.
fn with<'a>(before: &[UseRule<'a>], newest: &'a RegistrationProfile) -> Vec<UseRule<'a>> {
    let others = before.iter().copied().filter(|rule| *rule.profile != newest.name);
    others.chain([rule(newest)]).collect()
}

fn rule(profile: &RegistrationProfile) -> UseRule<'_> {
    UseRule { profile: &profile.name, rule: &profile.aaguids }
}

#[cfg(test)]
mod tests {
    use keystead_domain::{Aaguid, AaguidRule, Name};

    use super::*;

    fn profile(name: &str, denied: u8) -> RegistrationProfile {
        let denied = vec![Aaguid([denied; 16])];
        RegistrationProfile {
            name: Name::new(name).unwrap(),
            aaguids: AaguidRule { denied, ..AaguidRule::any() },
            ..RegistrationProfile::built_in()
        }
    }

    fn denied(rules: &[UseRule<'_>]) -> Vec<(String, u8)> {
        rules.iter().map(|it| (it.profile.as_str().to_owned(), it.rule.denied[0].0[0])).collect()
    }

    #[test]
    fn the_newest_of_each_name_is_in_force_and_a_new_one_takes_its_place() {
        let stored = [profile("staff", 3), profile("guests", 2), profile("staff", 1)];
        let before = in_force(&stored);
        assert_eq!(denied(&before), [("staff".to_owned(), 3), ("guests".to_owned(), 2)]);
        let newest = profile("staff", 4);
        assert_eq!(denied(&with(&before, &newest)), [("guests".to_owned(), 2), ("staff".to_owned(), 4)]);
        let another = profile("admins", 5);
        assert_eq!(denied(&with(&before, &another)).len(), 3);
    }
}

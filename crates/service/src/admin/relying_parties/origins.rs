//! The origins of a relying party as a request names them.

use std::collections::BTreeSet;

use keystead_domain::{Origin, RelatedOrigin, RelyingParty, RpId, TenantId, TopOrigin};

use super::{CreateRelyingParty, SetOrigins};
use crate::Error;

/// Every browser accepts related origins with so many distinct registrable labels; it may leave out what follows (WebAuthn L3
/// §5.11.1).
const LABELS_ACCEPTED_EVERYWHERE: usize = 5;

/// Origins as texts.
pub(super) struct AskedOrigins<'a> {
    own: &'a [String],
    top: &'a [String],
    related: &'a [String],
}

/// Origins that a relying party may have.
pub(super) struct Origins {
    pub(super) own: Vec<Origin>,
    pub(super) top: Vec<TopOrigin>,
    pub(super) related: Vec<RelatedOrigin>,
}

impl<'a> AskedOrigins<'a> {
    pub(super) fn of_new(command: &'a CreateRelyingParty) -> Self {
        Self { own: &command.origins, top: &command.top_origins, related: &command.related_origins }
    }

    pub(super) fn of_change(command: &'a SetOrigins) -> Self {
        Self { own: &command.origins, top: &command.top_origins, related: &command.related_origins }
    }

    /// The origins, where each is one that a relying party with this RP ID may have.
    pub(super) fn checked(&self, rp_id: &RpId) -> Result<Origins, Error> {
        if self.own.is_empty() {
            return Err(Error::invalid("origins", "must be 1 to 32 origins"));
        }
        Ok(Origins {
            own: each("origins", self.own, |text| Origin::new(text, rp_id))?,
            top: each("top_origins", self.top, TopOrigin::new)?,
            related: self.related(rp_id)?,
        })
    }

    fn related(&self, rp_id: &RpId) -> Result<Vec<RelatedOrigin>, Error> {
        let related = each("related_origins", self.related, RelatedOrigin::new)?;
        // A browser asks for the list only where the RP ID does not cover the page: there, such an origin would do nothing.
        match related.iter().find(|origin| Origin::new(origin.as_str(), rp_id).is_ok()) {
            Some(own) => {
                let rule = format!("`{}` is at or below the RP ID: it belongs into `origins`", own.as_str());
                Err(Error::invalid("related_origins", rule))
            }
            None => Ok(related),
        }
    }

    /// What a request about these origins and `subject` says, with more of it at the end.
    pub(super) fn payload<'p>(
        &'p self,
        tenant: &'p TenantId,
        subject: &'p [u8],
        more: &[&'p [u8]],
    ) -> Vec<&'p [u8]> {
        let mut parts = vec![tenant.as_bytes(), subject];
        parts.extend(self.own.iter().map(String::as_bytes));
        parts.push(&[]);
        parts.extend(self.top.iter().map(String::as_bytes));
        // Only where there are any: this is compared with what the release before remembered of a request.
        if !self.related.is_empty() {
            parts.push(&[]);
            parts.extend(self.related.iter().map(String::as_bytes));
        }
        parts.extend(more);
        parts
    }
}

fn each<'a, T, E: std::fmt::Display>(
    field: &'static str,
    texts: &'a [String],
    parse: impl Fn(&'a str) -> Result<T, E>,
) -> Result<Vec<T>, Error> {
    if texts.len() > RelyingParty::MOST_ORIGINS {
        return Err(Error::invalid(field, "must be at most 32 origins"));
    }
    texts.iter().map(|text| parse(text).map_err(|error| Error::invalid(field, error))).collect()
}

/// What may keep browsers from accepting related origins.
pub(super) fn warnings(related: &[RelatedOrigin]) -> Vec<String> {
    let mut labels = BTreeSet::new();
    let mut warnings = Vec::new();
    for origin in related {
        match registrable_label(origin.host()) {
            Some(label) => {
                labels.insert(label);
            }
            None => warnings.push(format!(
                "related_origins: browsers leave out `{}`, for its host has no registrable domain",
                origin.as_str()
            )),
        }
    }
    if labels.len() > LABELS_ACCEPTED_EVERYWHERE {
        warnings.push(format!(
            "related_origins: {} distinct registrable labels ({}), where a browser need accept no more than {}: put those \
             that matter most first",
            labels.len(),
            labels.into_iter().collect::<Vec<_>>().join(", "),
            LABELS_ACCEPTED_EVERYWHERE,
        ));
    }
    warnings
}

/// The label left of the public suffix (WebAuthn L3 §5.11.1): `example` of `login.example.co.uk`, so that all country domains of
/// a name count once. `None`: the host is a public suffix itself.
fn registrable_label(host: &str) -> Option<&str> {
    psl::domain_str(host)?.split('.').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn related(texts: &[&str]) -> Vec<RelatedOrigin> {
        texts.iter().map(|text| RelatedOrigin::new(*text).unwrap()).collect()
    }

    fn check(own: &[&str], top: &[&str], related: &[&str]) -> Result<Origins, (&'static str, String)> {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let (own, top, related) = (texts(own), texts(top), texts(related));
        let asked = AskedOrigins { own: &own, top: &top, related: &related };
        match asked.checked(&RpId::new("example.org").unwrap()) {
            Ok(origins) => Ok(origins),
            Err(Error::Invalid { field, problem }) => Err((field, problem)),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn own_origins_lie_at_or_below_the_rp_id_and_related_ones_elsewhere() {
        const OWN: &str = "https://example.org";
        for (own, top, related, field) in [
            (&[OWN][..], &[][..], &[][..], None),
            (&[OWN], &["https://portal.example"], &["https://example.co.uk", "http://localhost:3000"], None),
            (&[OWN], &[], &["https://badexample.org"], None),
            (&[], &[], &[], Some("origins")),
            (&["https://example.co.uk"], &[], &[], Some("origins")),
            (&[OWN], &["portal.example"], &[], Some("top_origins")),
            (&[OWN], &[], &["https://login.example.org"], Some("related_origins")),
            (&[OWN], &[], &[OWN], Some("related_origins")),
            (&[OWN], &[], &["http://example.co.uk"], Some("related_origins")),
            (&[OWN], &[], &["android:apk-key-hash:abc"], Some("related_origins")),
            (&[OWN], &[], &["https://a.example"; 33], Some("related_origins")),
        ] {
            let refused = check(own, top, related).err();
            assert_eq!(refused.as_ref().map(|(field, _)| *field), field, "{own:?} {top:?} {related:?}");
        }
        let (_, problem) = check(&[OWN], &[], &[OWN]).err().unwrap();
        assert!(problem.contains("belongs into `origins`"), "{problem}");
    }

    #[test]
    fn labels_are_counted_once_whatever_stands_around_them() {
        for (host, label) in [
            ("example.org", Some("example")),
            ("login.example.co.uk", Some("example")),
            ("shop.example.test", Some("example")),
            ("co.uk", None),
            ("localhost", None),
        ] {
            assert_eq!(registrable_label(host), label, "{host}");
        }
        let five = ["https://a.de", "https://b.de", "https://c.de", "https://d.de", "https://e.de"];
        assert_eq!(warnings(&related(&five)), [] as [String; 0]);
        let same_label = [&five[..], &["https://www.e.co.uk", "https://e.com"]].concat();
        assert_eq!(warnings(&related(&same_label)), [] as [String; 0]);

        let six = warnings(&related(&[&five[..], &["https://f.de"]].concat()));
        assert_eq!(six.len(), 1);
        assert!(six[0].contains("6 distinct registrable labels (a, b, c, d, e, f)"), "{six:?}");
        let local = warnings(&related(&["http://localhost:3000"]));
        assert!(local[0].contains("`http://localhost:3000`"), "{local:?}");
    }

    #[test]
    fn each_list_of_a_request_makes_another_request_of_it() {
        let tenant = TenantId::from_bytes([1; 16]);
        let [a, b] = ["https://a.example", "https://b.example"].map(|text| vec![text.to_owned()]);
        let none = Vec::new();
        let asked = [(&a, &b, &none), (&a, &none, &b), (&b, &none, &a), (&a, &none, &none)]
            .map(|(own, top, related)| AskedOrigins { own, top, related });
        let payloads: Vec<_> = asked.iter().map(|asked| asked.payload(&tenant, b"subject", &[])).collect();
        for (i, one) in payloads.iter().enumerate() {
            assert!(payloads[..i].iter().all(|other| other != one), "{one:?}");
        }
    }
}

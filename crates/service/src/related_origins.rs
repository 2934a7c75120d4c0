//! What `/.well-known/webauthn` of a host lists (WebAuthn L3 §5.11).

use std::collections::HashMap;

use keystead_domain::{RelatedOrigin, RpId};

use crate::{Fault, Service};

/// The related origins of every relying party, by RP ID. One map for all hosts: anybody may ask for any host, and none costs a
/// read of its own.
#[derive(Debug, Default)]
pub(crate) struct RelatedOrigins(HashMap<RpId, Vec<RelatedOrigin>>);

impl RelatedOrigins {
    /// Of those with the same RP ID, in different tenants, the first counts: the one made first. Were the lists joined, one
    /// tenant could have its origins accepted for another's domain.
    pub(crate) fn new(oldest_first: Vec<(RpId, Vec<RelatedOrigin>)>) -> Self {
        let mut by_rp_id = HashMap::with_capacity(oldest_first.len());
        for (rp_id, origins) in oldest_first {
            by_rp_id.entry(rp_id).or_insert(origins);
        }
        Self(by_rp_id)
    }

    fn of(&self, host: &str) -> Option<&[RelatedOrigin]> {
        let rp_id = RpId::new(domain(host)).ok()?;
        self.0.get(&rp_id).map(Vec::as_slice).filter(|origins| !origins.is_empty())
    }
}

/// The domain in a `Host` header (RFC 9110 §7.2), in lower case and without the port.
fn domain(host: &str) -> String {
    let without_port = match host.rsplit_once(':') {
        Some((domain, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => domain,
        _ => host,
    };
    without_port.to_ascii_lowercase()
}

impl Service {
    /// The origins of other domains that may use this host as RP ID. `host`: as in the `Host` header. `None`: there are none,
    /// or nobody's RP ID is this host.
    ///
    /// # Errors
    /// A fault where the store is away.
    pub async fn related_origins(&self, host: &str) -> Result<Option<Vec<RelatedOrigin>>, Fault> {
        let known = self.directory.related_origins().await?;
        Ok(known.of(host).map(<[RelatedOrigin]>::to_vec))
    }
}

#[cfg(test)]
mod tests {
    use keystead_domain::RelyingParty;
    use keystead_store::Finish;

    use super::*;
    use crate::{SetOrigins, fixture::Home};

    fn rp(rp_id: &str, origins: &[&str]) -> (RpId, Vec<RelatedOrigin>) {
        let origins = origins.iter().map(|origin| RelatedOrigin::new(*origin).unwrap()).collect();
        (RpId::new(rp_id).unwrap(), origins)
    }

    #[test]
    fn a_host_is_asked_for_as_browsers_write_it() {
        let known = RelatedOrigins::new(vec![rp("example.org", &["https://example.co.uk"])]);
        for (host, found) in [
            ("example.org", true),
            ("example.org:443", true),
            ("Example.ORG:8443", true),
            ("login.example.org", false),
            ("example.org.evil.example", false),
            ("example.org:", true),
            ("[::1]:8080", false),
            ("", false),
            (":80", false),
        ] {
            assert_eq!(known.of(host).is_some(), found, "{host}");
        }
    }

    #[test]
    fn the_relying_party_made_first_speaks_for_its_domain_even_where_it_has_nothing_to_say() {
        let known = RelatedOrigins::new(vec![
            rp("example.org", &["https://first.example"]),
            rp("silent.example", &[]),
            rp("example.org", &["https://second.example"]),
            rp("silent.example", &["https://second.example"]),
        ]);
        assert_eq!(known.of("example.org").unwrap()[0].as_str(), "https://first.example");
        assert_eq!(known.of("silent.example"), None);
    }

    #[tokio::test]
    async fn a_stranger_who_asks_for_any_host_has_nothing_read() {
        let home = Home::new().await;
        assert_eq!(home.service.related_origins("example.org").await.unwrap(), None);
        let command = |related: &str| SetOrigins {
            tenant: None,
            relying_party: home.rp,
            origins: vec!["https://example.org".to_owned()],
            top_origins: Vec::new(),
            related_origins: vec![related.to_owned()],
        };
        let first = home.service.set_origins(&home.call, command("https://example.co.uk")).await.unwrap();
        assert_eq!(first.warnings, [] as [String; 0]);
        let listed = async || home.service.related_origins("example.org:443").await.unwrap();
        assert_eq!(listed().await, Some(first.relying_party.related_origins.clone()));

        // Another replica changes the list; this one reads it when its own is too old, and no earlier for anybody's sake.
        let rp = RelyingParty {
            related_origins: vec![RelatedOrigin::new("https://example.fr").unwrap()],
            ..first.relying_party.clone()
        };
        home.service
            .store
            .transact(async |tx| {
                tx.within(home.tenant).set_origins(rp.id, &rp.origins, &[], &rp.related_origins).await?;
                Ok(Finish::Commit(()))
            })
            .await
            .unwrap();
        for n in 0..100 {
            let host = format!("host{n}.example");
            assert_eq!(home.service.related_origins(&host).await.unwrap(), None);
        }
        assert_eq!(listed().await, Some(first.relying_party.related_origins));
        home.service.directory.forget_related_origins().await;
        assert_eq!(listed().await, Some(rp.related_origins));
    }
}

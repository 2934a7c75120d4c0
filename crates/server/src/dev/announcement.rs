//! What `serve --dev` prints.

use std::fmt;

use keystead_domain::Origin;

use super::Development;

/// What is set up, and what to try next. Shows the API key where this start made it: for standard output only.
pub struct Announcement<'a>(pub &'a Development);

impl fmt::Display for Announcement<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Development { grpc_addr, http_addr, tenant, relying_party, caller, new_api_key, env_file } =
            self.0;
        let origins: Vec<&str> = relying_party.origins.iter().map(Origin::as_str).collect();
        let env_file = sourced(env_file);
        let page = format!("http://localhost:{}", http_addr.port());
        let key = match new_api_key {
            Some(key) => key.as_str().to_owned(),
            None => format!("in {env_file}"),
        };
        writeln!(f, "Keystead serves for development.\n")?;
        writeln!(f, "  gRPC           {grpc_addr}")?;
        writeln!(f, "  playground     {page}")?;
        writeln!(f, "  tenant         {} {}", tenant.name.as_str(), tenant.id)?;
        writeln!(f, "  relying party  {} with origins {}", relying_party.rp_id.as_str(), origins.join(" "))?;
        writeln!(f, "  caller         {} {}, all grants", caller.name.as_str(), caller.id)?;
        writeln!(f, "  API key        {key}\n")?;
        writeln!(f, "Try next:\n")?;
        writeln!(f, "  open {page}")?;
        writeln!(f, "  . {env_file}")?;
        writeln!(
            f,
            "  grpcurl -plaintext -H \"authorization: Bearer $KEYSTEAD_API_KEY\" $KEYSTEAD_ENDPOINT list"
        )
    }
}

/// A path as `.` of a shell takes it: without a slash in it, the shell would look elsewhere.
fn sourced(path: &std::path::Path) -> String {
    let text = path.display().to_string();
    if text.contains('/') { text } else { format!("./{text}") }
}

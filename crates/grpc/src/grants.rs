//! Which grant an RPC needs: the one table.

use keystead_domain::Grant;

/// An RPC of this API.
#[derive(Debug)]
pub(crate) struct Rpc {
    /// Its path in HTTP/2: `/keystead.v1.Service/Method`.
    pub(crate) path: &'static str,
    /// What a caller must have to be admitted. (`ceremony.register.unattended` depends on the user: the use case asks.)
    pub(crate) grant: Grant,
    /// Whether it answers with any number of messages, and may go on for long.
    pub(crate) is_stream: bool,
}

impl Rpc {
    /// The name in logs: the path without its leading slash.
    pub(crate) fn name(&self) -> &'static str {
        self.path.trim_start_matches('/')
    }
}

/// The RPC with this path. What is not in the table is not served.
pub(crate) fn find(path: &str) -> Option<&'static Rpc> {
    RPCS.iter().find(|rpc| rpc.path == path)
}

const fn rpc(path: &'static str, grant: Grant) -> Rpc {
    Rpc { path, grant, is_stream: false }
}

const fn stream(path: &'static str, grant: Grant) -> Rpc {
    Rpc { path, grant, is_stream: true }
}

/// Every RPC; those of the login page first, for a lookup compares from the top.
static RPCS: &[Rpc] = &[
    rpc("/keystead.v1.CeremonyService/StartAuthentication", Grant::CeremonyAuthenticate),
    rpc("/keystead.v1.CeremonyService/FinishAuthentication", Grant::CeremonyAuthenticate),
    rpc("/keystead.v1.CeremonyService/StartRegistration", Grant::CeremonyRegister),
    rpc("/keystead.v1.CeremonyService/FinishRegistration", Grant::CeremonyRegister),
    rpc("/keystead.v1.UserService/UpsertUser", Grant::UsersWrite),
    rpc("/keystead.v1.UserService/GetUser", Grant::UsersRead),
    rpc("/keystead.v1.UserService/ListUsers", Grant::UsersRead),
    rpc("/keystead.v1.UserService/SetLifecycle", Grant::UsersWrite),
    rpc("/keystead.v1.CredentialService/ListCredentials", Grant::CredentialsRead),
    rpc("/keystead.v1.CredentialService/GetCredential", Grant::CredentialsRead),
    rpc("/keystead.v1.CredentialService/RenameCredential", Grant::CredentialsWrite),
    rpc("/keystead.v1.CredentialService/SuspendCredential", Grant::CredentialsWrite),
    rpc("/keystead.v1.CredentialService/ResumeCredential", Grant::CredentialsWrite),
    rpc("/keystead.v1.CredentialService/RevokeCredential", Grant::CredentialsWrite),
    rpc("/keystead.v1.CredentialService/ReportLost", Grant::CredentialsWrite),
    rpc("/keystead.v1.CredentialService/GetSignals", Grant::CredentialsRead),
    stream("/keystead.v1.CredentialService/ImportCredentials", Grant::CredentialsWrite),
    stream("/keystead.v1.CredentialService/ExportCredentials", Grant::CredentialsRead),
    rpc("/keystead.v1.EventService/ListEvents", Grant::Events),
    rpc("/keystead.v1.AdminService/CreateTenant", Grant::Admin),
    rpc("/keystead.v1.AdminService/GetTenant", Grant::Admin),
    rpc("/keystead.v1.AdminService/ListTenants", Grant::Admin),
    rpc("/keystead.v1.AdminService/CreateRelyingParty", Grant::Admin),
    rpc("/keystead.v1.AdminService/ListRelyingParties", Grant::Admin),
    rpc("/keystead.v1.AdminService/SetRelyingPartyOrigins", Grant::Admin),
    rpc("/keystead.v1.AdminService/SetDefaultRelyingParty", Grant::Admin),
    rpc("/keystead.v1.AdminService/CreateRegistrationProfile", Grant::Admin),
    rpc("/keystead.v1.AdminService/ListRegistrationProfiles", Grant::Admin),
    rpc("/keystead.v1.AdminService/PreviewRegistrationProfile", Grant::Admin),
    rpc("/keystead.v1.AdminService/ListAuthenticatorModels", Grant::Admin),
    rpc("/keystead.v1.AdminService/PutAuthenticatorModels", Grant::Admin),
    rpc("/keystead.v1.AdminService/RemoveAuthenticatorModels", Grant::Admin),
    rpc("/keystead.v1.AdminService/CreateCaller", Grant::Admin),
    rpc("/keystead.v1.AdminService/ListCallers", Grant::Admin),
    rpc("/keystead.v1.AdminService/SetCallerGrants", Grant::Admin),
    rpc("/keystead.v1.AdminService/SetCallerFinishers", Grant::Admin),
    rpc("/keystead.v1.AdminService/DisableCaller", Grant::Admin),
    rpc("/keystead.v1.AdminService/CreateApiKey", Grant::Admin),
    rpc("/keystead.v1.AdminService/ListApiKeys", Grant::Admin),
    rpc("/keystead.v1.AdminService/RevokeApiKey", Grant::Admin),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use prost_reflect::{DescriptorPool, MethodDescriptor};

    use super::*;

    /// The grant named first after `Grant:` in an RPC's comment.
    fn documented_grant(method: &MethodDescriptor) -> Grant {
        let file = method.parent_file();
        let source = file.file_descriptor_proto().source_code_info.as_ref().expect("comments");
        let location = source.location.iter().find(|location| location.path == method.path());
        let comment = location.expect("a location").leading_comments();
        let name = comment.split_once("Grant: `").and_then(|(_, rest)| rest.split_once('`'));
        let (name, _) = name.unwrap_or_else(|| panic!("{} names no grant", method.full_name()));
        name.parse().unwrap_or_else(|error| panic!("{}: {error}", method.full_name()))
    }

    #[test]
    fn every_rpc_is_in_the_table_with_its_shape_and_the_grant_of_its_comment() {
        let pool = DescriptorPool::decode(keystead_proto::DESCRIPTOR_SET).expect("a descriptor set");
        let described: BTreeMap<_, _> = pool
            .services()
            .flat_map(|service| service.methods().collect::<Vec<_>>())
            .map(|method| {
                (
                    format!("/{}/{}", method.parent_service().full_name(), method.name()),
                    (documented_grant(&method), method.is_server_streaming()),
                )
            })
            .collect();
        let table: BTreeMap<_, _> =
            RPCS.iter().map(|rpc| (rpc.path.to_owned(), (rpc.grant, rpc.is_stream))).collect();
        assert_eq!(table.len(), RPCS.len(), "an RPC stands in the table twice");
        assert_eq!(table, described);
    }

    #[test]
    fn what_is_not_in_the_table_is_not_found() {
        for path in [
            "",
            "/",
            "/keystead.v1.UserService",
            "/keystead.v1.UserService/getUser",
            "/keystead.v1.UserService/GetUser/",
        ] {
            assert!(find(path).is_none(), "{path}");
        }
        assert_eq!(
            find("/keystead.v1.UserService/GetUser").map(Rpc::name),
            Some("keystead.v1.UserService/GetUser")
        );
    }
}

use super::service;

service! {
    /// Users: references to people in the calling service's system.
    Users, user_service_client::UserServiceClient;

    /// Makes the user, or changes the one that has this external id; answers with him either way.
    upsert_user(UpsertUserRequest) -> UpsertUserResponse, WithRequestId;

    /// Reads one user.
    get_user(GetUserRequest) -> GetUserResponse, Always;

    /// Lists the tenant's users, newest first.
    list_users(ListUsersRequest) -> ListUsersResponse, Always;

    /// Says where a user's account is in its life.
    set_lifecycle(SetLifecycleRequest) -> SetLifecycleResponse, WithRequestId;
}

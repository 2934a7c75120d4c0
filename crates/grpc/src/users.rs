//! `UserService`: references to people in the calling service's system.

use keystead_proto::v1::{
    GetUserRequest, GetUserResponse, ListUsersRequest, ListUsersResponse, SetLifecycleRequest,
    SetLifecycleResponse, UpsertUserRequest, UpsertUserResponse, user_service_server::UserService,
};
use tonic::{Request, Response, Status};

use crate::{api::Api, arrival, decode::users as decode, encode, status};

#[tonic::async_trait]
impl UserService for Api {
    async fn upsert_user(
        &self,
        request: Request<UpsertUserRequest>,
    ) -> Result<Response<UpsertUserResponse>, Status> {
        let (arrival, message) = arrival::of(request)?;
        let (call, command) = decode::upsert_user(arrival, message)?;
        let user = self.service.upsert_user(&call, command).await.map_err(status::of)?;
        Ok(Response::new(UpsertUserResponse { user: Some(encode::user(&user)) }))
    }

    async fn get_user(&self, request: Request<GetUserRequest>) -> Result<Response<GetUserResponse>, Status> {
        let (arrival, message) = arrival::of(request)?;
        let (call, user) = decode::get_user(arrival, message)?;
        let user = self.service.get_user(&call, &user).await.map_err(status::of)?;
        Ok(Response::new(GetUserResponse { user: Some(encode::user(&user)) }))
    }

    async fn list_users(
        &self,
        request: Request<ListUsersRequest>,
    ) -> Result<Response<ListUsersResponse>, Status> {
        let (arrival, message) = arrival::of(request)?;
        let (call, page) = decode::list_users(arrival, message)?;
        let listed = self.service.list_users(&call, &page).await.map_err(status::of)?;
        Ok(Response::new(ListUsersResponse {
            users: listed.items.iter().map(encode::user).collect(),
            next_page_token: encode::next_page_token(listed.next),
        }))
    }
    async fn set_lifecycle(
        &self,
        request: Request<SetLifecycleRequest>,
    ) -> Result<Response<SetLifecycleResponse>, Status> {
        let (arrival, message) = arrival::of(request)?;
        let (call, command) = decode::set_lifecycle(arrival, message)?;
        let user = self.service.set_lifecycle(&call, command).await.map_err(status::of)?;
        Ok(Response::new(SetLifecycleResponse { user: Some(encode::user(&user)) }))
    }
}

//! `CeremonyService`: registrations and logins.

use keystead_proto::v1::{
    FinishAuthenticationRequest, FinishAuthenticationResponse, FinishRegistrationRequest,
    FinishRegistrationResponse, StartAuthenticationRequest, StartAuthenticationResponse,
    StartRegistrationRequest, StartRegistrationResponse, ceremony_service_server::CeremonyService,
};
use tonic::{Request, Response, Status};

use crate::{api::Api, arrival, decode::ceremony as decode, encode, status};

#[tonic::async_trait]
impl CeremonyService for Api {
    async fn start_registration(
        &self,
        request: Request<StartRegistrationRequest>,
    ) -> Result<Response<StartRegistrationResponse>, Status> {
        let (arrival, message) = arrival::of(request)?;
        let (call, command) = decode::start_registration(arrival, message)?;
        let started = self.service.start_registration(&call, command).await.map_err(status::of)?;
        Ok(Response::new(encode::started_registration(started)))
    }

    async fn finish_registration(
        &self,
        request: Request<FinishRegistrationRequest>,
    ) -> Result<Response<FinishRegistrationResponse>, Status> {
        let (arrival, message) = arrival::of(request)?;
        let (call, command) = decode::finish_registration(arrival, message)?;
        let finished = self.service.finish_registration(&call, command).await.map_err(status::of)?;
        Ok(Response::new(encode::finished_registration(finished)))
    }

    async fn start_authentication(
        &self,
        request: Request<StartAuthenticationRequest>,
    ) -> Result<Response<StartAuthenticationResponse>, Status> {
        let (arrival, message) = arrival::of(request)?;
        let (call, command) = decode::start_authentication(arrival, message)?;
        let started = self.service.start_authentication(&call, command).await.map_err(status::of)?;
        Ok(Response::new(encode::started_authentication(started)))
    }

    async fn finish_authentication(
        &self,
        request: Request<FinishAuthenticationRequest>,
    ) -> Result<Response<FinishAuthenticationResponse>, Status> {
        let (arrival, message) = arrival::of(request)?;
        let (call, command) = decode::finish_authentication(arrival, message)?;
        let finished = self.service.finish_authentication(&call, command).await.map_err(status::of)?;
        Ok(Response::new(encode::finished_authentication(finished)))
    }
}

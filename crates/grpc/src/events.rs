//! `EventService`: what happened.

use keystead_proto::v1::{ListEventsRequest, ListEventsResponse, event_service_server::EventService};
use tonic::{Request, Response, Status};

use crate::{api::Api, arrival, decode::events as decode, encode, status};

#[tonic::async_trait]
impl EventService for Api {
    async fn list_events(
        &self,
        request: Request<ListEventsRequest>,
    ) -> Result<Response<ListEventsResponse>, Status> {
        let (arrival, message) = arrival::of(request)?;
        let (call, (filter, page)) = decode::list_events(arrival, message)?;
        let listed = self.service.list_events(&call, &filter, &page).await.map_err(status::of)?;
        Ok(Response::new(ListEventsResponse {
            events: listed.items.iter().map(encode::event).collect(),
            next_page_token: encode::next_page_token(listed.next),
        }))
    }
}

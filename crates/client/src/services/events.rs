use super::service;

service! {
    /// What happened, for support and audit.
    Events, event_service_client::EventServiceClient;

    /// Lists events of the tenant, newest first.
    list_events(ListEventsRequest) -> ListEventsResponse, Always;
}

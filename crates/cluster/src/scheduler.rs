//! The scheduler: Ballista's own, behind a door that admits only the same program.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    http::{HeaderName, HeaderValue},
    middleware::map_response,
    response::Response,
};
use ballista_core::{config::TaskSchedulingPolicy, serde::protobuf::scheduler_grpc_server::SchedulerGrpcServer};
use ballista_scheduler::{cluster::BallistaCluster, config::SchedulerConfig, scheduler_process::create_scheduler};
use datafusion_proto::protobuf::{LogicalPlanNode, PhysicalPlanNode};
use tokio::net::TcpListener;
use tonic::service::{Routes, interceptor::InterceptedService};

use crate::{ClusterError, Identity, handshake::HEADER, plan::Codec};

/// Seconds without a sign of life after which an executor is given up. It gives one every five.
const LOST: u64 = 16;
/// Seconds between looks at who is lost.
const LOOK: u64 = 2;
/// Seconds after which what a finished job left on the executors is removed: counts of a few students must not lie about.
const LEFT: u64 = 60;

/// Hands buckets out to executors, for ever.
///
/// # Errors
/// What Ballista cannot do; a listener that ends.
pub async fn serve_scheduler(listener: TcpListener, identity: Identity) -> Result<(), ClusterError> {
    let ballista = |error: ballista_core::error::BallistaError| ClusterError::Ballista(error.to_string());
    let address =
        listener.local_addr().map_err(|source| ClusterError::Io { what: "the listener".to_owned(), source })?;
    let config = SchedulerConfig {
        bind_host: address.ip().to_string(),
        bind_port: address.port(),
        scheduling_policy: TaskSchedulingPolicy::PullStaged,
        executor_timeout_seconds: LOST,
        expire_dead_executor_interval_seconds: LOOK,
        no_executors_grace_period_seconds: LOST,
        finished_job_data_clean_up_interval_seconds: LEFT,
        finished_job_state_clean_up_interval_seconds: LEFT,
        override_physical_codec: Some(Arc::new(Codec::default())),
        ..SchedulerConfig::default()
    };
    let messages = config.grpc_server_max_decoding_message_size as usize;
    let cluster = BallistaCluster::new_from_config(&config).await.map_err(ballista)?;
    let scheduler =
        create_scheduler::<LogicalPlanNode, PhysicalPlanNode>(cluster, Arc::new(config)).await.map_err(ballista)?;
    let service =
        SchedulerGrpcServer::new(scheduler).max_decoding_message_size(messages).max_encoding_message_size(messages);
    let own = HeaderValue::from_str(identity.text()).map_err(|error| ClusterError::Ballista(error.to_string()))?;
    let admitted = InterceptedService::new(service, move |request| identity.admit(request));
    let routes = Routes::new(admitted).into_axum_router().layer(map_response(move |mut response: Response| {
        response.headers_mut().insert(HeaderName::from_static(HEADER), own.clone());
        std::future::ready(response)
    }));
    axum::serve(listener, routes.into_make_service_with_connect_info::<SocketAddr>())
        .await
        .map_err(|source| ClusterError::Io { what: address.to_string(), source })
}

use std::{
    io::Write,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

use clap::Args;
use tokio::net::TcpListener;

use crate::{
    cluster::identity,
    failure::{Failure, Kind},
};

/// Hand out what a cluster counts
#[derive(Args, Debug)]
#[command(
    long_about = "Hands out the buckets of students that `--engine ballista://HOST:PORT` asks for to the executors of a \
        cluster (`waymark executor`). It sees no data.\n\n\
        Whoever reaches its port can ask, and so can see counts: a cluster has a network of its own. All parts must be the \
        same program; others are refused.\n\n\
        Stop it with Ctrl-C.",
    after_long_help = "Examples:\n  \
        waymark scheduler\n  \
        waymark scheduler --address 10.0.0.1:50050"
)]
pub(crate) struct Arguments {
    /// The address and port to listen at; a port of 0 takes any that is free
    #[arg(long, value_name = "ADDRESS", default_value_t = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 50050))]
    address: SocketAddr,
}

pub(crate) async fn run(arguments: &Arguments) -> Result<(), Failure> {
    let address = arguments.address;
    let taken = |error| Failure::new(Kind::User, format!("cannot listen at `{address}`: {error}"));
    let listener = TcpListener::bind(address).await.map_err(|error| taken(error).hint("choose another --address"))?;
    let listening = listener.local_addr().map_err(taken)?;
    let identity = identity()?;
    writeln!(std::io::stderr().lock(), "schedules for waymark {identity} at ballista://{listening}")?;
    Ok(waymark_cluster::serve_scheduler(listener, identity).await?)
}

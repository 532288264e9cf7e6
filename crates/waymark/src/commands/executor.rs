use std::{
    io::Write,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

use clap::Args;
use waymark_cluster::Executor;

use crate::{
    cluster::identity,
    data_folder::{Global, size},
    failure::Failure,
};

/// Count for a cluster
#[derive(Args, Debug)]
#[command(
    long_about = "Counts buckets of students that a `waymark scheduler` hands out, in the data folder as this machine has \
        it (--data): all machines of a cluster share the folder. Nothing in it is changed.\n\n\
        What was counted is fetched from its port by whoever can reach it: a cluster has a network of its own.\n\n\
        Stop it with Ctrl-C; what it was counting is given to another one.",
    after_long_help = "Examples:\n  \
        waymark --data /srv/waymark executor\n  \
        waymark --data /srv/waymark executor --scheduler ballista://10.0.0.1:50050 --address 10.0.0.2:50051 --memory 8GB"
)]
pub(crate) struct Arguments {
    /// The scheduler
    #[arg(long, value_name = "URL", default_value = "ballista://127.0.0.1:50050")]
    scheduler: String,
    /// The address and port where what was counted is fetched; a port of 0 takes any that is free
    #[arg(long, value_name = "ADDRESS", default_value_t = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 50051))]
    address: SocketAddr,
    /// How many buckets are counted at a time [default: as many as there are cores]
    #[arg(long, value_name = "NUMBER")]
    cores: Option<usize>,
    /// How much memory the students that are counted at a time may take, such as `2GB` or `500MB`
    #[arg(long, value_name = "SIZE", value_parser = size)]
    memory: Option<usize>,
}

pub(crate) async fn run(global: &Global, arguments: &Arguments) -> Result<(), Failure> {
    let (identity, lake) = (identity()?, global.folder()?);
    let cores = arguments.cores.or_else(|| std::thread::available_parallelism().ok().map(usize::from)).unwrap_or(1);
    let own = directories::ProjectDirs::from("", "", "waymark").map(|dirs| dirs.cache_dir().join("executor"));
    let what = format!("counts `{}` for {} as waymark {identity}", lake.display(), arguments.scheduler);
    writeln!(std::io::stderr().lock(), "{what}")?;
    let executor = Executor {
        identity,
        lake,
        scheduler: arguments.scheduler.clone(),
        address: arguments.address,
        cores,
        memory: arguments.memory,
        scratch: own.unwrap_or_else(|| std::env::temp_dir().join("waymark-executor")),
    };
    Ok(waymark_cluster::run_executor(executor).await?)
}

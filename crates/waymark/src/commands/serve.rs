use std::{
    io::Write,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

use clap::Args;
use tokio::net::TcpListener;

use crate::{
    data_folder::Global,
    desk::DataDesk,
    failure::{Failure, Kind},
};

/// Show the same as pages, to this machine only
#[derive(Args, Debug)]
#[command(
    long_about = "Serves the pages: what is loaded and what is wrong with it, the indicators against their levels, any \
        number down to its students. They work without script, and ask no other server for anything.\n\n\
        There are no accounts yet. So only this machine is answered: an address that others can reach is refused. Stop \
        it with Ctrl-C.",
    after_long_help = "Examples:\n  waymark serve\n  waymark serve --address 127.0.0.1:9000"
)]
pub(crate) struct Arguments {
    /// The address and port to listen at; a port of 0 takes any that is free
    #[arg(long, value_name = "ADDRESS", default_value_t = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080))]
    address: SocketAddr,
}

pub(crate) async fn run(global: &Global, arguments: &Arguments) -> Result<(), Failure> {
    let address = arguments.address;
    if !address.ip().to_canonical().is_loopback() {
        let failure = Failure::user(format!("`{address}` can be reached from other machines"));
        return Err(failure.hint("there are no accounts yet: choose 127.0.0.1 or [::1]"));
    }
    let lake = global.open().await?;
    let taken = |error| Failure::new(Kind::User, format!("cannot listen at `{address}`: {error}"));
    let listener = TcpListener::bind(address).await.map_err(|error| taken(error).hint("choose another --address"))?;
    let listening = listener.local_addr().map_err(taken)?;
    writeln!(std::io::stdout().lock(), "Waymark serves http://{listening}/ to this machine. Stop it with Ctrl-C.")?;
    let stopped = async {
        // Without a signal to wait for, it ends with its process.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let pages = waymark_web::router(Arc::new(DataDesk::new(lake)?));
    waymark_web::serve(listener, pages, stopped).await.map_err(taken)
}

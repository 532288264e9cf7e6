use std::{
    io::Write,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Args;
use tokio::net::TcpListener;
use waymark_accounts::{Provider, Secret, SingleSignOn};
use waymark_disclosure::AccessLog;
use waymark_web::{Answered, Origin, People};

use crate::{
    access::{AuditLog, Log},
    data_folder::{Global, who},
    desk::DataDesk,
    failure::{Failure, Kind},
    people,
};

/// Show the same as pages
#[derive(Args, Debug)]
#[command(
    long_about = "Serves the pages: what is loaded and what is wrong with it, the indicators against their levels, any \
        number down to its students. They work without script, and ask no other server for anything.\n\n\
        Without accounts, only this machine is answered, and an address that others can reach is refused. With accounts \
        (`waymark account add`), everybody signs in, sees what the role allows, and the audit log has it. Passwords do not \
        cross a network in the clear: for other machines, a proxy that speaks TLS stands in front, and --origin says \
        where browsers find it.\n\n\
        Stop it with Ctrl-C.",
    after_long_help = "Examples:\n  \
        waymark serve\n  \
        waymark serve --address 127.0.0.1:9000\n  \
        waymark serve --origin https://waymark.district.example --behind-proxy"
)]
pub(crate) struct Arguments {
    /// The address and port to listen at; a port of 0 takes any that is free
    #[arg(long, value_name = "ADDRESS", default_value_t = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080))]
    address: SocketAddr,
    /// Answer the person at this machine without signing in, even where there are accounts
    #[arg(long, conflicts_with_all = ["origin", "behind_proxy", "single_sign_on"])]
    loopback: bool,
    /// Where browsers find the pages: the scheme and name of the proxy in front
    #[arg(long, value_name = "URL")]
    origin: Option<Origin>,
    /// A proxy on this machine stands in front; the last address of its `X-Forwarded-For` is whoever asks
    #[arg(long, requires = "origin")]
    behind_proxy: bool,
    /// Where people are known already: a TOML file with a table for each provider
    #[arg(
        long,
        value_name = "FILE",
        long_help = "Where people are known already: a TOML file with a table `[google]`, `[microsoft]`, `[clever]` or \
            `[classlink]` for each provider, with its `client_id`, its `client_secret_file` and the `organization` whose \
            people they are (the domain, the tenant, the district's identifier). A table of another name has an `issuer` \
            too. At the provider, the address of return is ORIGIN/sign-in/from/NAME"
    )]
    single_sign_on: Option<PathBuf>,
}

pub(crate) async fn run(global: &Global, arguments: &Arguments) -> Result<(), Failure> {
    let folder = global.folder()?;
    let accounts = if arguments.loopback { None } else { people::if_any(&folder).await? };
    refuse_what_others_could_reach(arguments, accounts.is_some())?;
    let lake = global.open().await?;
    let address = arguments.address;
    let taken = |error| Failure::new(Kind::User, format!("cannot listen at `{address}`: {error}"));
    let listener = TcpListener::bind(address).await.map_err(|error| taken(error).hint("choose another --address"))?;
    let listening = listener.local_addr().map_err(taken)?;
    let (answered, log, to_whom) = match accounts {
        None => {
            let form = Secret::new(&people::randomness())?;
            (Answered::ThisMachine { who: who(), form }, this_machines_log(lake.dir()), "this machine")
        }
        Some(accounts) => {
            let log: Arc<dyn AccessLog> = Arc::new(AuditLog::new(accounts.clone()));
            let here = format!("http://{listening}").parse();
            let origin = arguments.origin.clone().map_or(here, Ok).map_err(|error| Failure::bug(error.to_string()))?;
            let single_sign_on = single_sign_on(arguments.single_sign_on.as_deref(), &origin)?;
            let people = People { accounts, single_sign_on, origin, behind_proxy: arguments.behind_proxy };
            (Answered::People(Arc::new(people)), log, "people with accounts")
        }
    };
    writeln!(std::io::stdout().lock(), "Waymark serves http://{listening}/ to {to_whom}. Stop it with Ctrl-C.")?;
    let stopped = async {
        // Without a signal to wait for, it ends with its process.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let pages = waymark_web::router(Arc::new(DataDesk::new(lake, log)), answered);
    waymark_web::serve(listener, pages, stopped).await.map_err(taken)
}

fn this_machines_log(folder: &Path) -> Arc<dyn AccessLog> {
    Arc::new(Log::new(folder))
}

/// The providers of the file; a path in it is seen from where it lies.
fn single_sign_on(file: Option<&Path>, origin: &Origin) -> Result<SingleSignOn, Failure> {
    let providers = match file {
        None => Vec::new(),
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|error| Failure::file(path, &error))?;
            let beside = path.parent().unwrap_or(Path::new(""));
            let providers = Provider::read(&text, |secret| std::fs::read_to_string(beside.join(secret)));
            providers.map_err(|error| Failure::user(format!("`{}`: {error}", path.display())))?
        }
    };
    SingleSignOn::new(providers, origin.to_string()).map_err(|error| Failure::bug(error.to_string()))
}

/// Without accounts, and without encryption, nobody but this machine may come.
fn refuse_what_others_could_reach(arguments: &Arguments, has_accounts: bool) -> Result<(), Failure> {
    let address = arguments.address;
    if address.ip().to_canonical().is_loopback() {
        if !has_accounts && arguments.origin.is_some() {
            let failure = Failure::user("with --origin others come too, and there are no accounts");
            return Err(failure.hint("`waymark account add NAME --role administrator` makes the first"));
        }
        return Ok(());
    }
    let failure = Failure::user(format!("`{address}` can be reached from other machines"));
    if arguments.loopback {
        Err(failure.hint("--loopback answers without signing in: choose 127.0.0.1 or [::1]"))
    } else if !has_accounts {
        Err(failure.hint(
            "there are no accounts: `waymark account add NAME --role administrator` makes the first, or choose 127.0.0.1",
        ))
    } else if arguments.origin.as_ref().is_none_or(|origin| !origin.is_secure()) {
        Err(failure.hint(
            "passwords would cross the network in the clear: put a proxy that speaks TLS in front, and name it with \
             --origin https://NAME",
        ))
    } else {
        Ok(())
    }
}

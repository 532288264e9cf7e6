use std::{
    collections::BTreeSet,
    io::{Read, Write},
};

use chrono::TimeDelta;
use clap::{Args, Subcommand, builder::PossibleValuesParser};
use waymark_accounts::{Account, Accounts, Chain, Grant, Invited, Role, Seen, TokenScope};
use waymark_lake::{At, SessionOptions};

use crate::{
    data_folder::{Global, texts, who},
    failure::{Failure, Kind},
    output::Output,
    people,
    report::day_and_time,
    sheet::Sheet,
};

/// Who may see the pages, and who has seen what
#[derive(Debug, Subcommand)]
#[command(
    long_about = "Accounts for `waymark serve`. Without any, the pages answer the person at this machine only. With the \
        first one, everybody signs in.\n\n\
        Whoever can read the data folder can read everything in it, accounts or not: they are for people who come by the \
        network. The audit log has every page with figures or students that somebody with an account was shown.",
    after_long_help = "Examples:\n  \
        waymark account add ana --role coordinator\n  \
        waymark account add lee --role school_leader --school D001-S02\n  \
        waymark account reset ana\n  \
        waymark account log --student S0000001"
)]
pub(crate) enum Command {
    /// Add somebody, who then chooses a password at the address that is printed
    Add(Add),
    /// Who has an account
    List(List),
    /// Make somebody something else
    Grant(Change),
    /// Let somebody in again who lost the password: the old one, and all that is open, ends
    Reset(Named),
    /// Take an account out of use
    Disable(Name),
    /// Bring it back into use
    Enable(Name),
    /// Make a token with which a program reads the API
    Token(Make),
    /// Which tokens there are
    Tokens(List),
    /// End a token
    Revoke(Revoke),
    /// Who saw what, and why; the newest first
    Log(Log),
    /// Read the whole audit log again: whether every event still confirms the one before
    Verify,
}

#[derive(Args, Debug)]
pub(crate) struct Name {
    /// The name by which the person signs in
    name: String,
}

#[derive(Args, Debug)]
pub(crate) struct Named {
    #[command(flatten)]
    name: Name,
    /// Where browsers find the pages, for the address that is printed
    #[arg(long, value_name = "URL", default_value = "http://localhost:8080")]
    origin: String,
}

#[derive(Args, Debug)]
pub(crate) struct What {
    /// What the person may do
    #[arg(long, value_name = "ROLE", value_parser = PossibleValuesParser::new(Role::ALL.map(Role::name)))]
    role: String,
    /// A school, by `organization_id`; may be given again
    #[arg(long, value_name = "ID")]
    school: Vec<String>,
    /// A program, by `program_id`; may be given again
    #[arg(long, value_name = "ID")]
    program: Vec<String>,
}

#[derive(Args, Debug)]
pub(crate) struct Add {
    #[command(flatten)]
    named: Named,
    #[command(flatten)]
    what: What,
    /// Take the password from the first line of standard input, for a set-up without a person
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Change {
    #[command(flatten)]
    name: Name,
    #[command(flatten)]
    what: What,
}

#[derive(Args, Debug)]
pub(crate) struct List {
    #[command(flatten)]
    output: Output,
}

#[derive(Args, Debug)]
pub(crate) struct Make {
    #[command(flatten)]
    name: Name,
    /// What the token is for
    #[arg(long, value_name = "TEXT")]
    label: String,
    /// What it may read, never more than the account may; may be given again
    #[arg(long, value_name = "SCOPE", required = true, value_parser = PossibleValuesParser::new(TokenScope::ALL.map(TokenScope::name)))]
    scope: Vec<String>,
    /// How long it is good
    #[arg(long, value_name = "DAYS", default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=366))]
    days: u32,
}

#[derive(Args, Debug)]
pub(crate) struct Revoke {
    /// Its number in `waymark account tokens`
    number: i64,
}

#[derive(Args, Debug)]
pub(crate) struct Log {
    /// Only what this account was shown or did
    #[arg(long, value_name = "NAME")]
    who: Option<String>,
    /// Only where this student was seen, by `student_id`
    #[arg(long, value_name = "ID")]
    student: Option<String>,
    /// Only what came before the event of this number
    #[arg(long, value_name = "NUMBER")]
    before: Option<i64>,
    /// How many events
    #[arg(long, value_name = "COUNT", default_value_t = 1000)]
    limit: u32,
    #[command(flatten)]
    output: Output,
}

pub(crate) async fn run(global: &Global, command: &Command) -> Result<(), Failure> {
    let accounts = people::open(&global.folder()?).await?;
    let done = act(global, &accounts, command).await;
    accounts.close().await;
    done
}

async fn act(global: &Global, accounts: &Accounts, command: &Command) -> Result<(), Failure> {
    let by = who();
    match command {
        Command::Add(add) => {
            let grant = grant(global, &add.what).await?;
            let name = &add.named.name.name;
            let invited = accounts.add(&by, name, &grant).await?;
            if add.password_stdin {
                accounts.accept(&invited.code, &first_line()?).await?;
                return say(&format!("`{name}` can sign in."));
            }
            invitation(&invited, &add.named.origin)
        }
        Command::List(list) => list_of(&accounts.list().await?, &list.output),
        Command::Grant(change) => {
            let grant = grant(global, &change.what).await?;
            let account = accounts.grant(&by, &change.name.name, &grant).await?;
            say(&format!("`{}` is now {}.", account.name, account.grant.role().name()))
        }
        Command::Reset(named) => invitation(&accounts.reset(&by, &named.name.name).await?, &named.origin),
        Command::Disable(name) => {
            let account = accounts.disable(&by, &name.name, true).await?;
            say(&format!("`{}` is out of use; whatever was open is closed.", account.name))
        }
        Command::Enable(name) => {
            let account = accounts.disable(&by, &name.name, false).await?;
            say(&format!("`{}` can sign in again.", account.name))
        }
        Command::Token(make) => {
            let scopes = make.scope.iter().filter_map(|scope| TokenScope::named(scope)).collect();
            let lasts = TimeDelta::days(i64::from(make.days));
            let token = accounts.make_token(&by, &make.name.name, &make.label, &scopes, lasts).await?;
            say(&format!("{}\nIt is shown this once, and good for {} days.", token.reveal(), make.days))
        }
        Command::Tokens(list) => tokens(accounts, &list.output).await,
        Command::Revoke(revoke) => {
            accounts.revoke_token(&by, revoke.number).await?;
            say(&format!("Token {} is good for nothing any more.", revoke.number))
        }
        Command::Log(log) => events(accounts, log).await,
        Command::Verify => match accounts.verify().await? {
            Chain::Holds { events, head } => {
                say(&format!("{events} events, each of which confirms the one before. The last has the hash {head}."))
            }
            Chain::Broken { number } => {
                let failure =
                    Failure::new(Kind::Storage, format!("the audit log was changed at event {number} or before"));
                Err(failure.hint("compare it with a copy of the data folder from before"))
            }
        },
    }
}

fn say(text: &str) -> Result<(), Failure> {
    Ok(writeln!(std::io::stdout().lock(), "{text}")?)
}

fn invitation(invited: &Invited, origin: &str) -> Result<(), Failure> {
    say(&format!(
        "`{}` chooses a password, until {}, at\n{}/welcome?code={}\nGive the address to nobody else: whoever has it first, has the account.",
        invited.account.name,
        day_and_time(invited.expires_at),
        origin.trim_end_matches('/'),
        invited.code.reveal()
    ))
}

/// The first line of standard input.
fn first_line() -> Result<String, Failure> {
    let mut text = String::new();
    std::io::stdin().lock().take(4096).read_to_string(&mut text)?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

/// The grant, with schools and programs that are there.
async fn grant(global: &Global, what: &What) -> Result<Grant, Failure> {
    let role = Role::named(&what.role).ok_or_else(|| Failure::user(format!("no role `{}`", what.role)))?;
    let set = |names: &[String]| names.iter().cloned().collect::<BTreeSet<_>>();
    let grant = Grant::new(role, set(&what.school), set(&what.program))?;
    let (schools, programs) = grant.reach();
    if schools.is_empty() && programs.is_empty() {
        return Ok(grant);
    }
    let snapshot = global.open().await?.snapshot(At::Latest).await?;
    if snapshot.tables()?.iter().any(|table| table == "organizations") {
        let session = snapshot.session(&SessionOptions::default())?;
        let there = [
            ("organization", schools, "SELECT organization_id FROM organizations"),
            ("program", programs, "SELECT program_id FROM programs"),
        ];
        for (what, names, sql) in there {
            let known = texts(&session, sql).await?;
            if let Some(name) = names.into_iter().find(|name| !known.contains(name)) {
                return Err(Failure::user(format!("no {what} `{name}`")));
            }
        }
    }
    Ok(grant)
}

fn list_of(accounts: &[Account], output: &Output) -> Result<(), Failure> {
    let all = || accounts.iter();
    let state = |account: &Account| match account {
        Account { disabled: true, .. } => "disabled",
        Account { has_password: true, .. } => "active",
        Account { identities, .. } if *identities > 0 => "active",
        _ => "invited",
    };
    let joined = |names: BTreeSet<String>| names.into_iter().collect::<Vec<_>>().join(" ");
    let rows = Sheet::new()
        .text("name", all().map(|account| &account.name))
        .text("role", all().map(|account| account.grant.role().name()))
        .text("schools", all().map(|account| joined(account.grant.reach().0)))
        .text("programs", all().map(|account| joined(account.grant.reach().1)))
        .text("state", all().map(state))
        .text("since", all().map(|account| day_and_time(account.created_at)))
        .rows()?;
    output.write(&[rows])
}

async fn tokens(accounts: &Accounts, output: &Output) -> Result<(), Failure> {
    let tokens = accounts.tokens().await?;
    let all = || tokens.iter();
    let scopes = |scopes: &BTreeSet<TokenScope>| scopes.iter().map(|scope| scope.name()).collect::<Vec<_>>().join(" ");
    let rows = Sheet::new()
        .count("number", all().map(|token| token.number.unsigned_abs()))
        .text("account", all().map(|token| &token.account))
        .text("label", all().map(|token| &token.label))
        .text("scopes", all().map(|token| scopes(&token.scopes)))
        .text("made", all().map(|token| day_and_time(token.created_at)))
        .text("good_until", all().map(|token| day_and_time(token.expires_at)))
        .rows()?;
    output.write(&[rows])
}

async fn events(accounts: &Accounts, log: &Log) -> Result<(), Failure> {
    let seen = Seen { who: log.who.clone(), student: log.student.clone(), before: log.before };
    let events = accounts.events(&seen, log.limit).await?;
    let all = || events.iter();
    let rows = Sheet::new()
        .count("number", all().map(|event| event.number.unsigned_abs()))
        .text("at", all().map(|event| day_and_time(event.at)))
        .text("who", all().map(|event| &event.who))
        .text("kind", all().map(|event| event.kind.name()))
        .text("what", all().map(|event| &event.what))
        .text("why", all().map(|event| &event.why))
        .count("cells", all().map(|event| event.cells))
        .count("students", all().map(|event| event.students))
        .rows()?;
    log.output.write(&[rows])
}

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use chrono::Utc;
use clap::{Args, Subcommand};
use waymark_disclosure::{
    Attacked, Design, Event, Ledger, Organization, PRESETS, Policy, Program, PublishedRow, Wanted, What, Why,
    write_release,
};
use waymark_lake::LakeError;

use crate::{
    data_folder::{Counting, Global, Which, who},
    failure::Failure,
    output::{Output, thousands, visible},
    sheet::Sheet,
};

/// Figures for the public: hidden where they are small, attacked before they leave, and remembered
#[derive(Debug, Subcommand)]
#[command(
    long_about = "Makes figures that may be given to everybody. A policy says what is small; small numbers are hidden, and as \
        many others as it takes that nobody can work them out from sums, from other rows or from earlier releases. Each \
        release is certified, and then attacked as anybody could attack it, together with all earlier ones, by a part of \
        Waymark that knows only the files. One that can be broken is not written.",
    after_long_help = "Examples:\n  \
        waymark release preview --policy n10\n  \
        waymark release make 2025-board public/2025 --policy n10 --title 'Career and technical education, 2024-25'\n  \
        waymark release add-external state-2025 state.csv\n  \
        waymark release list"
)]
pub(crate) enum Command {
    /// What each grain of figures would show and hide; nothing is written
    Preview(Preview),
    /// Makes a release folder
    Make(Make),
    /// Gives a proposed release to the public, as a second person
    Approve(Approve),
    /// Everything that was ever released
    List(List),
    /// Takes a release back from the offer; whoever has it keeps it, and later releases are still judged together with it
    Withdraw(Withdraw),
    /// Tells of figures that others have published about the same students
    AddExternal(AddExternal),
    /// The policies that come with Waymark
    Policies(List),
}

/// What has to be hidden, and of what.
#[derive(Args, Debug)]
pub(crate) struct Terms {
    #[command(flatten)]
    which: Which,
    /// What has to be hidden: a policy of `waymark release policies`, or the path of a .toml file
    #[arg(long, value_name = "NAME|FILE", default_value = "n10")]
    policy: String,
    /// Only these measures, such as `5S3`; may be given several times
    #[arg(long = "measure", value_name = "NAME")]
    measures: Vec<String>,
}

#[derive(Args, Debug)]
pub(crate) struct Preview {
    #[command(flatten)]
    terms: Terms,
    #[command(flatten)]
    output: Output,
}

#[derive(Args, Debug)]
pub(crate) struct Make {
    /// What the release is called in the log: one word
    name: String,
    /// The folder to write
    folder: PathBuf,
    #[command(flatten)]
    terms: Terms,
    /// At which grain: `standard`, `totals`, `all-programs`, `clusters` or `everything`
    #[arg(long, value_name = "NAME", default_value = "standard")]
    design: Design,
    /// What it is called for people
    #[arg(long, default_value = "Career and technical education")]
    title: String,
    /// The release that this one corrects
    #[arg(long, value_name = "RELEASE")]
    replaces: Option<String>,
    /// Only propose it: a second person has to approve it before the folder is written
    #[arg(long)]
    propose: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Approve {
    /// The release that was proposed
    name: String,
    /// The folder to write
    folder: PathBuf,
}

#[derive(Args, Debug)]
pub(crate) struct List {
    #[command(flatten)]
    output: Output,
}

#[derive(Args, Debug)]
pub(crate) struct Withdraw {
    /// The release
    name: String,
}

#[derive(Args, Debug)]
pub(crate) struct AddExternal {
    /// What to call it: one word
    name: String,
    /// A release folder, or a table as a CSV file with its layout beside it (`waymark attack --help`)
    path: PathBuf,
}

pub(crate) async fn run(global: &Global, command: &Command) -> Result<(), Failure> {
    match command {
        Command::Preview(arguments) => preview(global, arguments).await,
        Command::Make(arguments) => make(global, arguments).await,
        Command::Approve(arguments) => approve(global, arguments),
        Command::List(arguments) => list(global, arguments),
        Command::Withdraw(arguments) => withdraw(global, arguments),
        Command::AddExternal(arguments) => add_external(global, arguments),
        Command::Policies(arguments) => policies(arguments),
    }
}

/// What figures are made of, and what was released before.
struct Ready {
    counting: Counting,
    policy: Policy,
    organizations: Vec<Organization>,
    programs: Vec<Program>,
    known: Vec<PublishedRow>,
}

impl Terms {
    async fn ready(&self, global: &Global, ledger: &Ledger) -> Result<Ready, Failure> {
        let policy = policy(&self.policy)?;
        let counting = self.which.open(global).await?;
        for measure in &self.measures {
            counting.door.definition(measure)?;
        }
        let organizations = organizations(&counting).await?;
        let programs = programs(&counting).await?;
        Ok(Ready { counting, policy, organizations, programs, known: ledger.published_rows()? })
    }
}

impl Ready {
    fn wanted<'a>(&'a self, name: &'a str, measures: &'a [String], design: Design) -> Wanted<'a> {
        Wanted {
            name,
            year: self.counting.year,
            measures,
            design,
            policy: &self.policy,
            organizations: &self.organizations,
            programs: &self.programs,
            known: &self.known,
        }
    }
}

fn policy(name: &str) -> Result<Policy, Failure> {
    if let Some(policy) = Policy::preset(name) {
        return Ok(policy);
    }
    let path = Path::new(name);
    if path.extension().is_none_or(|extension| extension != "toml") {
        return Err(Failure::user(format!("no policy `{}`", visible(name)))
            .hint("`waymark release policies` lists those that come with Waymark; one of your own is a .toml file"));
    }
    let text = fs::read_to_string(path).map_err(|error| Failure::file(path, &error))?;
    Policy::parse(&text).map_err(|error| Failure::user(format!("`{}`: {error}", path.display())))
}

async fn preview(global: &Global, arguments: &Preview) -> Result<(), Failure> {
    let ledger = Ledger::new(&global.folder()?);
    let ready = arguments.terms.ready(global, &ledger).await?;
    let mut designs = Vec::new();
    for design in Design::ALL {
        let wanted = ready.wanted("preview", &arguments.terms.measures, design);
        let (_, published) = ready.counting.door.publish(&ready.counting.audience, &wanted).await?;
        designs.push(published);
    }
    let all = || designs.iter();
    let hidden = |whys: &'static [Why]| {
        all().map(move |one| {
            one.hidden.iter().filter(|(why, _)| whys.contains(why)).map(|(_, count)| count).sum::<u64>()
        })
    };
    let percent = |part: u64, whole: u64| (part * 100).checked_div(whole).unwrap_or(0);
    let rows = Sheet::new()
        .text("design", all().map(|one| one.design.name()))
        .count("rows", all().map(|one| one.rows))
        .count("told", all().map(|one| one.told))
        .count("percent_told", all().map(|one| percent(one.told, one.rows)))
        .count("hidden_because_small", hidden(&[Why::Small, Why::Complement, Why::SmallGroup, Why::Tail]))
        .count("hidden_for_others", hidden(&[Why::ProtectsOthers]))
        .flag("certain", all().map(|one| one.certificate.holds()))
        .text("has", all().map(|one| one.design.words()))
        .rows()?;
    arguments.output.write(&[rows])
}

async fn make(global: &Global, arguments: &Make) -> Result<(), Failure> {
    let ledger = Ledger::new(&global.folder()?);
    let copy = ledger.new_name(&arguments.name)?;
    empty(&arguments.folder)?;
    let ready = arguments.terms.ready(global, &ledger).await?;
    let wanted = ready.wanted(&arguments.name, &arguments.terms.measures, arguments.design);
    let (released, published) = ready.counting.door.publish(&ready.counting.audience, &wanted).await?;
    let mut say = std::io::stderr().lock();
    for sentence in published.in_words() {
        let _ = writeln!(say, "{sentence}");
    }
    if !released.content().is_certain() {
        let first: Vec<String> = published.uncertain.iter().take(5).map(|row| format!("`{}`", visible(row))).collect();
        return Err(Failure::user("the release is not safe, and was not written")
            .hint(format!("not certain: {}; a coarser --design or fewer measures may be", first.join("; "))));
    }
    let making = copy.with_extension("making");
    let replaces = arguments.replaces.as_deref();
    let write = |certificate| write_release(&making, &released, &arguments.title, replaces, certificate);
    write(&serde_json::Value::Null)?;
    let attacked = published.attack(&making, &ledger.public()?).map_err(|error| Failure::bug(error.to_string()))?;
    if attacked.broken {
        let _ = fs::remove_dir_all(&making);
        return Err(broken(&attacked));
    }
    write(&attacked.summary)?;
    fs::rename(&making, &copy).map_err(|error| Failure::file(&copy, &error))?;
    let [certain, all] = [attacked.certain.0, attacked.certain.1].map(thousands);
    let _ = writeln!(say, "The attack found nothing: {certain} of {all} hidden numbers are certain not to be known.");
    let provenance = released.provenance();
    let event = Event {
        at: Utc::now(),
        who: who(),
        what: if arguments.propose { What::Proposed } else { What::Released },
        name: arguments.name.clone(),
        audience: released.audience().who().to_owned(),
        policy: published.policy.name.clone(),
        snapshot: Some(provenance.snapshot.number),
        rulebook: provenance.rulebook.clone(),
    };
    if arguments.propose {
        ledger.add(&event)?;
        let _ = writeln!(say, "It waits for a second person: `waymark release approve {} FOLDER`", arguments.name);
        return Ok(());
    }
    // First the log: what is out and not in it would be forgotten in every later attack.
    ledger.add(&event)?;
    Ok(ledger.give(&arguments.name, &arguments.folder)?)
}

fn broken(attacked: &Attacked) -> Failure {
    let mut lines = vec!["the release can be broken, and was not written".to_owned()];
    for found in attacked.findings.iter().take(5) {
        lines.push(format!("  {}", visible(&found.cell)));
        lines.extend(found.how.iter().map(|step| format!("    {}", visible(step))));
        lines.push(format!("    to close it: {}", visible(&found.fix)));
    }
    Failure::user(lines.join("\n"))
        .hint("a coarser --design or another --policy may hold; `waymark release preview` compares them")
}

fn approve(global: &Global, arguments: &Approve) -> Result<(), Failure> {
    let ledger = Ledger::new(&global.folder()?);
    let proposed = ledger.proposal(&arguments.name, &who())?;
    empty(&arguments.folder)?;
    ledger.add(&Event { at: Utc::now(), who: who(), what: What::Released, ..proposed })?;
    Ok(ledger.give(&arguments.name, &arguments.folder)?)
}

fn list(global: &Global, arguments: &List) -> Result<(), Failure> {
    let events = Ledger::new(&global.folder()?).events()?;
    let all = || events.iter();
    let what = |event: &Event| match event.what {
        What::Proposed => "proposed",
        What::Released => "released",
        What::Withdrawn => "withdrawn",
        What::External => "external",
    };
    let rows = Sheet::new()
        .text("at", all().map(|event| event.at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)))
        .text("name", all().map(|event| &event.name))
        .text("what", all().map(what))
        .text("who", all().map(|event| &event.who))
        .text("audience", all().map(|event| &event.audience))
        .text("policy", all().map(|event| &event.policy))
        .optional_text("snapshot", all().map(|event| event.snapshot.map(|number| number.to_string())))
        .text("rulebook", all().map(|event| &event.rulebook))
        .rows()?;
    arguments.output.write(&[rows])
}

fn withdraw(global: &Global, arguments: &Withdraw) -> Result<(), Failure> {
    let ledger = Ledger::new(&global.folder()?);
    let events = ledger.events()?;
    let released = events.iter().find(|event| event.name == arguments.name && event.what == What::Released);
    let released = released.ok_or_else(|| waymark_disclosure::LedgerError::Unknown(arguments.name.clone()))?;
    ledger.add(&Event { at: Utc::now(), who: who(), what: What::Withdrawn, ..released.clone() })?;
    let _ = writeln!(
        std::io::stderr().lock(),
        "Whoever has it keeps it: later releases are still judged together with it."
    );
    Ok(())
}

fn add_external(global: &Global, arguments: &AddExternal) -> Result<(), Failure> {
    let ledger = Ledger::new(&global.folder()?);
    ledger.keep_external(&arguments.name, &arguments.path)?;
    let event = Event {
        at: Utc::now(),
        who: who(),
        what: What::External,
        name: arguments.name.clone(),
        audience: "the public".to_owned(),
        policy: String::new(),
        snapshot: None,
        rulebook: String::new(),
    };
    Ok(ledger.add(&event)?)
}

fn policies(arguments: &List) -> Result<(), Failure> {
    let policies: Vec<Policy> = PRESETS.iter().filter_map(|(name, _)| Policy::preset(name)).collect();
    let all = || policies.iter();
    let rows = Sheet::new()
        .text("policy", all().map(|policy| &policy.name))
        .count("minimum", all().map(|policy| policy.minimum.into()))
        .text("title", all().map(|policy| &policy.title))
        .text("source", all().map(|policy| &policy.source))
        .rows()?;
    arguments.output.write(&[rows])
}

/// A folder that is not there yet, or has nothing in it.
fn empty(folder: &Path) -> Result<(), Failure> {
    let used = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    if used { Err(Failure::user(format!("`{}` has files in it already", folder.display()))) } else { Ok(()) }
}

async fn organizations(counting: &Counting) -> Result<Vec<Organization>, Failure> {
    let sql = "SELECT organization_id, coalesce(parent_organization_id, ''), name, kind FROM organizations ORDER BY organization_id";
    let organization = |[organization_id, parent, name, kind]: [String; 4]| Organization {
        organization_id,
        parent_organization_id: (!parent.is_empty()).then_some(parent),
        name,
        kind,
    };
    Ok(columns(counting, sql).await?.into_iter().map(organization).collect())
}

async fn programs(counting: &Counting) -> Result<Vec<Program>, Failure> {
    let sql = "SELECT program_id, coalesce(cluster_16, ''), title FROM programs ORDER BY program_id";
    let program = |[program_id, cluster, title]: [String; 3]| Program {
        program_id,
        cluster: (!cluster.is_empty()).then_some(cluster),
        title,
    };
    Ok(columns(counting, sql).await?.into_iter().map(program).collect())
}

/// The rows of a query with `N` columns of text.
async fn columns<const N: usize>(counting: &Counting, sql: &str) -> Result<Vec<[String; N]>, Failure> {
    use datafusion::arrow::{
        array::{Array, AsArray, StringArray},
        compute::cast,
        datatypes::DataType,
    };
    let batches = waymark_lake::select(&counting.session, sql).await?.collect().await.map_err(LakeError::from)?;
    let mut rows = Vec::new();
    for batch in batches {
        let texts = batch.columns().iter().map(|column| cast(column, &DataType::Utf8)).collect::<Result<Vec<_>, _>>();
        let texts = texts.map_err(LakeError::from)?;
        for row in 0..batch.num_rows() {
            rows.push(std::array::from_fn(|column| {
                let texts: &StringArray = texts[column].as_string();
                if texts.is_valid(row) { texts.value(row).to_owned() } else { String::new() }
            }));
        }
    }
    Ok(rows)
}

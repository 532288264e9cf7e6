//! What is given to the public of a small district, and what is remembered of it.

#[allow(dead_code, reason = "each test uses a part of it")]
mod district;

use std::{fs, path::PathBuf, sync::Arc};

use district::{Logged, MARKED, door};
use waymark_disclosure::{
    Audience, Design, Event, Ledger, LedgerError, Organization, Policy, Program, Publication, Published, Released,
    Wanted, What, write_release,
};

fn organizations() -> Vec<Organization> {
    let organization = |id: &str, parent: Option<&str>, kind: &str| Organization {
        organization_id: id.into(),
        parent_organization_id: parent.map(Into::into),
        name: format!("{kind} {id}"),
        kind: kind.into(),
    };
    vec![
        organization("ST", None, "state"),
        organization("D1", Some("ST"), "district"),
        organization("S1", Some("D1"), "school"),
        organization("S2", Some("D1"), "school"),
    ]
}

fn programs() -> Vec<Program> {
    [("P1", "13"), ("P2", "08")]
        .map(|(id, cluster)| Program { program_id: id.into(), cluster: Some(cluster.into()), title: id.into() })
        .into()
}

async fn published(log: &Arc<Logged>, policy: &Policy, design: Design) -> (Released<Publication>, Published) {
    let (organizations, programs) = (organizations(), programs());
    let wanted = Wanted {
        name: "board",
        year: "2024-25".parse().unwrap(),
        measures: &[],
        design,
        policy,
        organizations: &organizations,
        programs: &programs,
        known: &[],
    };
    door("federal", log.clone()).publish(&Audience::at_this_machine("ana"), &wanted).await.unwrap()
}

/// A folder of its own for each test.
fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("waymark-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    folder
}

#[tokio::test]
async fn the_public_gets_no_small_number_and_no_way_to_one() {
    let log = Arc::new(Logged::default());
    let policy = Policy::preset("n5").unwrap();
    for design in Design::ALL {
        let (released, published) = published(&log, &policy, design).await;
        assert_eq!(released.audience(), &Audience::Public);
        assert!(released.content().is_certain(), "{design}: {:?}, {:?}", published.certificate, published.uncertain);
        let rows = released.content().rows();
        assert!(rows.iter().any(|row| row.disclosure() == "shown"), "{design}");
        for row in rows {
            for count in [row.denominator, row.numerator] {
                assert!(count.is_none_or(|count| count == 0 || count >= 5), "{design}: {row:?}");
            }
            // Nobody took a program at the other school, which everybody may know; but a zero of an outcome is hidden.
            let asks_who_takes_part = ["participants", "concentrators"].contains(&row.measure.as_str());
            assert!(asks_who_takes_part || row.numerator != Some(0), "{design}: {row:?}");
        }
        let to = folder(design.name());
        write_release(&to, &released, "A board's", None, &serde_json::Value::Null).unwrap();
        let attacked = published.attack(&to, &[]).unwrap();
        assert!(!attacked.broken, "{design}: {:?}", attacked.findings);
        assert_eq!(attacked.summary["contradicted"], 0, "{design}");
        for file in fs::read_dir(&to).unwrap() {
            let text = fs::read_to_string(file.unwrap().path()).unwrap();
            assert!(!text.contains(MARKED) && !text.contains("O'Brien"));
        }
        fs::remove_dir_all(to).unwrap();
    }
    assert_eq!(log.0.lock().unwrap()[0].who, "ana", "who made it is logged, not the public");
}

#[tokio::test]
async fn with_a_number_uncovered_it_is_broken() {
    let (released, published) =
        published(&Arc::new(Logged::default()), &Policy::preset("n5").unwrap(), Design::Standard).await;
    let to = folder("uncovered");
    write_release(&to, &released, "A board's", None, &serde_json::Value::Null).unwrap();
    let path = to.join("measures.csv");
    // Four of each school finish one course only: what concentrators leave of participants.
    let text = fs::read_to_string(&path).unwrap();
    let hidden = "2024-25,5S1,,S1,*,all,8,,,suppressed,,";
    assert!(text.contains(hidden), "{text}");
    fs::write(&path, text.replace(hidden, "2024-25,5S1,,S1,*,all,8,2,0.25,shown,,")).unwrap();
    assert!(published.attack(&to, &[]).unwrap().broken);
    fs::remove_dir_all(to).unwrap();
}

#[test]
fn what_was_published_stays_known() {
    let data = folder("ledger");
    let ledger = Ledger::new(&data);
    assert!(ledger.events().unwrap().is_empty() && ledger.public().unwrap().is_empty());
    let event = |what, who: &str| Event {
        at: district::now(),
        who: who.into(),
        what,
        name: "board".into(),
        audience: "the public".into(),
        policy: "n10".into(),
        snapshot: Some(7),
        rulebook: "federal 1.0.0".into(),
    };
    ledger.new_name("board").unwrap();
    ledger.add(&event(What::Proposed, "ana")).unwrap();
    assert!(ledger.public().unwrap().is_empty(), "a proposal is not out");
    assert!(matches!(ledger.new_name("board"), Err(LedgerError::Taken(_))));
    assert!(matches!(ledger.proposal("board", "ana"), Err(LedgerError::SamePerson(_))));
    assert!(matches!(ledger.proposal("other", "bo"), Err(LedgerError::Unknown(_))));
    let proposed = ledger.proposal("board", "bo").unwrap();
    ledger.add(&Event { what: What::Released, who: "bo".into(), ..proposed }).unwrap();
    assert!(matches!(ledger.proposal("board", "bo"), Err(LedgerError::Taken(_))), "once is enough");
    ledger.add(&event(What::Withdrawn, "ana")).unwrap();
    assert_eq!(ledger.public().unwrap(), [data.join("releases").join("board")], "whoever has it keeps it");
    for name in ["", "..", "a/b", ".hidden", "log.jsonl"] {
        assert!(matches!(ledger.new_name(name), Err(LedgerError::Name(_))), "{name}");
    }
    fs::write(data.join("releases/log.jsonl"), "no entry\n").unwrap();
    assert!(matches!(ledger.events(), Err(LedgerError::Line { line: 1, .. })));
    fs::remove_dir_all(data).unwrap();
}

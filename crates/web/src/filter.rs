//! Which students a page looks at, beside year, rulebook and organization: groups and years.

use waymark_disclosure::Window;

use crate::{
    error::PageError,
    links::link,
    visit::{Asked, Choice, Choices, Select, Visit},
};

/// Which students, as the address says.
#[derive(Clone)]
pub(crate) struct Filter {
    group: String,
    and: String,
    years: Option<u8>,
    cluster: String,
}

impl Filter {
    /// What the address asks for.
    pub(crate) fn of(visit: &Visit, asked: &Asked) -> Result<Self, PageError> {
        for group in [&asked.group, &asked.and].into_iter().filter(|group| !group.is_empty()) {
            if !visit.door.book().subgroups.iter().any(|subgroup| &subgroup.name == group) {
                return Err(PageError::NotThere(format!("There is no group `{group}`.")));
            }
        }
        let years = match asked.years.as_str() {
            "" => None,
            years => match years.parse::<u8>() {
                Ok(years) if years > 0 => Some(years),
                _ => return Err(PageError::Asked(format!("`{years}` is no number of school years."))),
            },
        };
        if !asked.cluster.is_empty() && !visit.has_program(&format!("cluster:{}", asked.cluster)) {
            return Err(PageError::NotThere(format!("There is no career cluster `{}`.", asked.cluster)));
        }
        let (group, and, cluster) = (asked.group.clone(), asked.and.clone(), asked.cluster.clone());
        Ok(Self { group, and, years, cluster })
    }

    /// The subgroup as the measures table names it: two are joined in alphabetical order.
    pub(crate) fn subgroup(&self) -> String {
        let mut groups: Vec<&str> = [&self.group, &self.and].into_iter().map(String::as_str).collect();
        groups.retain(|group| !group.is_empty());
        groups.sort_unstable();
        groups.dedup();
        if groups.is_empty() { "all".to_owned() } else { groups.join("+") }
    }

    /// Whether a program is looked at.
    pub(crate) fn takes(&self, visit: &Visit, program: &str) -> bool {
        self.cluster.is_empty() || visit.cluster_of(program) == Some(&self.cluster)
    }

    /// The years as the address has them.
    pub(crate) fn years(&self) -> String {
        self.years.map(|years| years.to_string()).unwrap_or_default()
    }

    /// Which students the door is asked about.
    pub(crate) fn window(&self, visit: &Visit) -> Window {
        Window {
            until: visit.year,
            years: self.years,
            organization: Some(visit.organization.organization_id.clone()),
            subgroup: self.subgroup(),
        }
    }

    /// The years that are looked at, in words.
    pub(crate) fn years_in_words(&self, visit: &Visit) -> String {
        let until = visit.year;
        let first = match self.years {
            None => visit.years().first().copied().filter(|first| *first < until).unwrap_or(until),
            Some(years) => until.offset(1 - i16::from(years)).unwrap_or(until),
        };
        if first == until { until.to_string() } else { format!("{first} to {until}") }
    }

    /// Who is looked at, in words.
    pub(crate) fn whom(&self, visit: &Visit) -> String {
        let group = match self.subgroup() {
            all if all == "all" => String::new(),
            group => format!("{}, ", visit.subgroup_name(&group)),
        };
        format!("{group}{}, {}", visit.organization.name, self.years_in_words(visit))
    }

    /// A link that keeps all of it.
    pub(crate) fn link(&self, visit: &Visit, path: &str, more: &[(&str, &str)]) -> String {
        let year = visit.year.to_string();
        let years = self.years();
        let mut query = visit.query(&year).to_vec();
        query.extend([
            ("group", self.group.as_str()),
            ("and", &self.and),
            ("years", &years),
            ("cluster", &self.cluster),
        ]);
        query.extend(more);
        link(path, &query)
    }

    /// The form of a page, with choices of groups, and of years and clusters where the page looks at them.
    pub(crate) fn choices(&self, visit: &Visit, path: &str, with_years: bool, with_clusters: bool) -> Choices {
        let mut choices = visit.choices(path.to_owned(), true);
        let none = |label: &str, chosen: &str| Choice {
            value: String::new(),
            label: label.to_owned(),
            chosen: chosen.is_empty(),
        };
        let groups = |first: &str, chosen: &str| {
            let group = |subgroup: &waymark_rulebook::Subgroup| Choice {
                value: subgroup.name.clone(),
                label: subgroup.title.clone(),
                chosen: subgroup.name == chosen,
            };
            std::iter::once(none(first, chosen)).chain(visit.door.book().subgroups.iter().map(group)).collect()
        };
        choices.more.push(Select { name: "group", label: "Students", values: groups("All students", &self.group) });
        choices.more.push(Select { name: "and", label: "Who are also", values: groups("no other group", &self.and) });
        if with_years {
            let year = |(value, label): (&str, &str)| Choice {
                value: value.to_owned(),
                label: label.to_owned(),
                chosen: value == self.years(),
            };
            let values = [("", "All loaded years"), ("3", "Last three years"), ("1", "This year only")];
            let values = values.into_iter().map(year).collect();
            choices.more.push(Select { name: "years", label: "Years taken together", values });
        }
        if with_clusters {
            let mut clusters: Vec<&str> =
                visit.programs().into_iter().filter_map(|program| program.cluster_16.as_deref()).collect();
            clusters.sort_unstable();
            clusters.dedup();
            let cluster = |cluster: &str| Choice {
                value: cluster.to_owned(),
                label: visit.program_name(&format!("cluster:{cluster}")),
                chosen: cluster == self.cluster,
            };
            let values = std::iter::once(none("All clusters", &self.cluster)).chain(clusters.into_iter().map(cluster));
            choices.more.push(Select { name: "cluster", label: "Career cluster", values: values.collect() });
        }
        choices
    }
}

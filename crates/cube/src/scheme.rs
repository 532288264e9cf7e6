/// The subgroups of a cell and the pairs of them that are counted, in the order in which counts stand.
///
/// Counts of a cell have a slot each: first everybody, then the groups by their bit, then the pairs as they were given.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Scheme {
    groups: usize,
    pairs: Vec<(usize, usize)>,
    /// By the greater group, then the smaller one: the slot of the pair, or 0, which is nobody's pair.
    slot_of: Vec<u32>,
}

impl Scheme {
    /// Groups whose bits are `0..groups`, and the pairs to be counted.
    ///
    /// # Panics
    /// If a pair names a group that is not there, or one twice.
    pub fn new(groups: usize, pairs: impl IntoIterator<Item = (usize, usize)>) -> Self {
        let pairs: Vec<_> = pairs.into_iter().map(|(a, b)| (a.min(b), a.max(b))).collect();
        let mut slot_of = vec![0; groups * groups];
        for (place, (a, b)) in pairs.iter().enumerate() {
            assert!(a < b && *b < groups, "a pair of groups {a} and {b} of {groups}");
            slot_of[b * groups + a] = u32::try_from(1 + groups + place).expect("fewer slots than 2^32");
        }
        Self { groups, pairs, slot_of }
    }

    /// How many groups there are.
    pub fn groups(&self) -> usize {
        self.groups
    }

    /// The pairs, in the order of their slots.
    pub fn pairs(&self) -> &[(usize, usize)] {
        &self.pairs
    }

    /// How many 64-bit words a mask has; one even where there is no group.
    pub fn words(&self) -> usize {
        self.groups.div_ceil(64).max(1)
    }

    /// How many counts a cell has.
    pub fn slots(&self) -> usize {
        1 + self.groups + self.pairs.len()
    }

    /// Puts the slots in which a student with this mask counts into `slots`, `all` first.
    pub(crate) fn slots_of(&self, mask: &[u64], slots: &mut Vec<u32>) {
        slots.clear();
        slots.push(0);
        for (word, bits) in mask.iter().enumerate() {
            let mut rest = *bits;
            while rest != 0 {
                let group = word * 64 + rest.trailing_zeros() as usize;
                rest &= rest - 1;
                if group >= self.groups {
                    break;
                }
                slots.push(u32::try_from(1 + group).unwrap_or_default());
            }
        }
        let singles = slots.len();
        for later in 2..singles {
            let row = &self.slot_of[(slots[later] - 1) as usize * self.groups..];
            for earlier in 1..later {
                let slot = row[(slots[earlier] - 1) as usize];
                if slot != 0 {
                    slots.push(slot);
                }
            }
        }
    }
}

//! The kernel as an aggregate of `DataFusion`, so that partial counts merge across partitions and machines.

use std::{hash::Hash, sync::Arc};

use datafusion::{
    arrow::{
        array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, ListArray, UInt64Array},
        buffer::OffsetBuffer,
        datatypes::{DataType, Field, FieldRef, Int64Type, UInt64Type},
    },
    common::{exec_err, utils::SingleRowListArrayBuilder},
    error::Result,
    logical_expr::{
        Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, GroupsAccumulator, Signature, Volatility,
        function::{AccumulatorArgs, StateFieldsArgs},
    },
    scalar::ScalarValue,
};

use crate::{Counts, Kernel, Rows, Scheme};

/// `cube(sides, groups, ...)`: for every side and every slot of the scheme, side by side, how many rows are in both, as one
/// list. All arguments are `UInt64` masks: one of sides, and as many as the scheme has words of groups. A row in which a
/// mask is null counts nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cube {
    scheme: Scheme,
    sides: usize,
    signature: Signature,
}

impl Cube {
    /// The aggregate for a scheme and the first `sides` bits of the mask of sides, 64 at most.
    pub fn new(scheme: Scheme, sides: usize) -> Self {
        let signature = Signature::exact(vec![DataType::UInt64; 1 + scheme.words()], Volatility::Immutable);
        Self { scheme, sides: sides.min(64), signature }
    }

    /// As a function that a session can register.
    pub fn udaf(self) -> AggregateUDF {
        AggregateUDF::new_from_impl(self)
    }

    fn partial(&self) -> Partial {
        Partial { kernel: Kernel::new(self.scheme.clone()), sides: self.sides, groups: Vec::new() }
    }
}

impl AggregateUDFImpl for Cube {
    fn name(&self) -> &'static str {
        "cube"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::List(item()))
    }

    fn state_fields(&self, arguments: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(vec![Arc::new(Field::new(format!("{}[counts]", arguments.name), DataType::List(item()), true))])
    }

    fn accumulator(&self, _arguments: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Whole(self.partial())))
    }

    fn groups_accumulator_supported(&self, _arguments: AccumulatorArgs) -> bool {
        true
    }

    fn create_groups_accumulator(&self, _arguments: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(self.partial()))
    }
}

fn item() -> FieldRef {
    Arc::new(Field::new_list_field(DataType::Int64, true))
}

/// Counts of a group, side by side; empty until a row comes.
type Cell = Vec<i32>;

#[derive(Debug)]
struct Partial {
    kernel: Kernel,
    sides: usize,
    groups: Vec<Cell>,
}

/// The sides of a cell; rows on sides behind the last are not asked for.
struct Sides<'a> {
    cell: &'a mut Cell,
    slots: usize,
}

impl Counts for Sides<'_> {
    fn side(&mut self, side: usize) -> &mut [i32] {
        &mut self.cell[side * self.slots..(side + 1) * self.slots]
    }
}

impl Partial {
    fn size_of_cell(&self) -> usize {
        self.sides * self.kernel.scheme().slots()
    }

    fn lists(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        let size = self.size_of_cell();
        let cells = emit.take_needed(&mut self.groups);
        let mut counts = Vec::with_capacity(size * cells.len());
        for cell in &cells {
            counts.extend(cell.iter().map(|count| i64::from(*count)));
            counts.resize(counts.len() + size - cell.len(), 0);
        }
        let offsets = OffsetBuffer::from_lengths(std::iter::repeat_n(size, cells.len()));
        Ok(Arc::new(ListArray::try_new(item(), offsets, Arc::new(Int64Array::from(counts)), None)?))
    }
}

impl GroupsAccumulator for Partial {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        let masks: Vec<&UInt64Array> = values.iter().map(AsArray::as_primitive::<UInt64Type>).collect();
        let [sides, groups @ ..] = &masks[..] else { return exec_err!("`cube` without masks") };
        self.groups.resize(total_num_groups, Cell::new());
        let wanted = u64::MAX.checked_shr(u32::try_from(64 - self.sides).unwrap_or(64)).unwrap_or(0);
        let counts = |row: usize| {
            masks.iter().all(|mask| mask.is_valid(row))
                && filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row))
        };
        // Rows of a group side by side, for the kernel takes 64 of a cell at a time.
        let mut order: Vec<usize> = (0..group_indices.len()).filter(|row| counts(*row)).collect();
        order.sort_by_key(|row| group_indices[*row]);
        let (size, slots) = (self.size_of_cell(), self.kernel.scheme().slots());
        let (mut of_groups, mut of_sides) = (Vec::new(), Vec::new());
        for rows in order.chunk_by(|a, b| group_indices[*a] == group_indices[*b]) {
            of_groups.clear();
            of_sides.clear();
            for row in rows {
                of_sides.push(sides.value(*row) & wanted);
                of_groups.extend(groups.iter().map(|words| words.value(*row)));
            }
            let cell = &mut self.groups[group_indices[rows[0]]];
            cell.resize(size, 0);
            let rows = Rows { groups: &of_groups, sides: &of_sides, side_words: 1 };
            self.kernel.add(rows, 1, &mut Sides { cell, slots });
        }
        Ok(())
    }

    fn evaluate(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        self.lists(emit)
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.lists(emit)?])
    }

    fn merge_batch(&mut self, values: &[ArrayRef], group_indices: &[usize], total_num_groups: usize) -> Result<()> {
        let size = self.size_of_cell();
        self.groups.resize(total_num_groups, Cell::new());
        let lists = values[0].as_list::<i32>();
        for (row, group) in group_indices.iter().enumerate().filter(|(row, _)| lists.is_valid(*row)) {
            let list = lists.value(row);
            let cell = &mut self.groups[*group];
            cell.resize(size, 0);
            for (count, more) in cell.iter_mut().zip(list.as_primitive::<Int64Type>().values()) {
                let sum = i32::try_from(*more).ok().and_then(|more| count.checked_add(more));
                *count = match sum {
                    Some(sum) => sum,
                    None => return exec_err!("`cube` counts 2^31 rows at most"),
                };
            }
        }
        Ok(())
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let rows = values[0].len();
        let mut each = Self { kernel: self.kernel.clone(), sides: self.sides, groups: Vec::new() };
        each.update_batch(values, &(0..rows).collect::<Vec<_>>(), filter, rows)?;
        each.state(EmitTo::All)
    }

    fn size(&self) -> usize {
        self.groups.iter().map(|cell| size_of::<Cell>() + cell.capacity() * size_of::<i32>()).sum()
    }
}

/// The aggregate of all rows: a partial one of a single group.
#[derive(Debug)]
struct Whole(Partial);

impl Accumulator for Whole {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.0.update_batch(values, &vec![0; values[0].len()], None, 1)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.0.groups.resize(1, Cell::new());
        let counts = self.0.lists(EmitTo::All)?.as_list::<i32>().value(0);
        Ok(SingleRowListArrayBuilder::new(counts).with_field(&item()).build_list_scalar())
    }

    fn size(&self) -> usize {
        self.0.size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.evaluate()?])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.0.merge_batch(states, &vec![0; states[0].len()], 1)
    }
}

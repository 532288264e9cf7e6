use std::sync::Arc;

use datafusion::{
    arrow::{
        array::{Array, ArrayRef, AsArray, RecordBatch, UInt32Array, UInt64Array},
        datatypes::{Int64Type, UInt32Type},
    },
    datasource::MemTable,
    prelude::{SessionConfig, SessionContext},
};
use waymark_cube::{Cube, Scheme, reference};

const SIDES: usize = 3;

/// A cell, sides and groups.
type Row = (u32, u64, Option<u64>);

/// Rows of seven cells, by a simple generator; one row in fifty has no mask.
fn rows(partitions: usize) -> (Vec<Vec<RecordBatch>>, Vec<Row>) {
    let mut seed = 7_u64;
    let mut all = Vec::new();
    for _ in 0..3000 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mask = (!(seed >> 20).is_multiple_of(50)).then_some((seed >> 40) & 0x3ff);
        all.push((u32::try_from((seed >> 8) % 7).unwrap(), (seed >> 50) & 0xf, mask));
    }
    let batch = |rows: &[Row]| {
        let columns: [(&str, ArrayRef); 3] = [
            ("cell", Arc::new(rows.iter().map(|row| Some(row.0)).collect::<UInt32Array>())),
            ("sides", Arc::new(rows.iter().map(|row| Some(row.1)).collect::<UInt64Array>())),
            ("masks", Arc::new(rows.iter().map(|row| row.2).collect::<UInt64Array>())),
        ];
        RecordBatch::try_from_iter_with_nullable(columns.map(|(name, column)| (name, column, true))).unwrap()
    };
    let parts = all.chunks(all.len().div_ceil(partitions)).map(|part| part.chunks(333).map(batch).collect());
    (parts.collect(), all)
}

fn scheme() -> Scheme {
    Scheme::new(10, (0..10).flat_map(|a| (a + 1..10).map(move |b| (a, b))))
}

fn expected(rows: &[Row], cell: impl Fn(u32) -> bool) -> Vec<i64> {
    let taken = rows.iter().filter(|row| cell(row.0)).filter_map(|row| Some((row.1, row.2?)));
    let (sides, masks): (Vec<u64>, Vec<u64>) = taken.unzip();
    let mut counts = reference::count(&scheme(), &masks, &sides, 1);
    counts.truncate(SIDES * scheme().slots());
    counts
}

#[tokio::test]
async fn states_merge_across_partitions() {
    for partitions in [1, 4] {
        let (parts, all) = rows(partitions);
        let session = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(partitions));
        let table = MemTable::try_new(parts[0][0].schema(), parts).unwrap();
        session.register_table("rows", Arc::new(table)).unwrap();
        session.register_udaf(Cube::new(scheme(), SIDES).udaf());
        let sql = "SELECT cell, cube(sides, masks) AS counts FROM rows GROUP BY cell ORDER BY cell";
        let mut cells = 0;
        for batch in session.sql(sql).await.unwrap().collect().await.unwrap() {
            for row in 0..batch.num_rows() {
                let cell = batch.column(0).as_primitive::<UInt32Type>().value(row);
                let counts = batch.column(1).as_list::<i32>().value(row);
                let expected = expected(&all, |other| other == cell);
                assert_eq!(counts.as_primitive::<Int64Type>().values(), &expected[..], "cell {cell}, {partitions}");
                cells += 1;
            }
        }
        assert_eq!(cells, 7);
        let whole = session.sql("SELECT cube(sides, masks) FILTER (WHERE cell < 3) FROM rows").await.unwrap();
        let whole = whole.collect().await.unwrap().remove(0);
        let counts = whole.column(0).as_list::<i32>().value(0);
        assert_eq!(counts.as_primitive::<Int64Type>().values(), &expected(&all, |cell| cell < 3)[..]);
        assert!(counts.null_count() == 0);
    }
}

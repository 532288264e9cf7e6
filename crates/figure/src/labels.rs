//! Labels beside marks, moved so that none lies on another.

/// Where labels go that are wanted at `wanted` and are `heights` high: in the order of what they are wanted at, none on
/// another, all from `top` to `bottom` if that has room for them. Both are middles.
pub(crate) fn spread(wanted: &[f64], heights: &[f64], top: f64, bottom: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|a, b| wanted[*a].total_cmp(&wanted[*b]).then(a.cmp(b)));
    let mut middles = wanted.to_vec();
    let mut free = top;
    for at in &order {
        let half = heights[*at] / 2.0;
        middles[*at] = wanted[*at].max(free + half);
        free = middles[*at] + half;
    }
    let mut free = bottom;
    for at in order.iter().rev() {
        let half = heights[*at] / 2.0;
        middles[*at] = middles[*at].min(free - half);
        free = middles[*at] - half;
    }
    // Where there is no room, the bottom gives way, not the top.
    let mut free = top;
    for at in &order {
        let half = heights[*at] / 2.0;
        middles[*at] = middles[*at].max(free + half);
        free = middles[*at] + half;
    }
    middles
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_stay_where_there_is_room() {
        assert_eq!(spread(&[20.0, 80.0], &[10.0, 10.0], 0.0, 100.0), [20.0, 80.0]);
    }

    #[test]
    fn they_make_room_for_one_another() {
        let wanted = [50.0, 50.0, 52.0, 99.0, 1.0];
        let heights = [16.0, 32.0, 16.0, 16.0, 16.0];
        let middles = spread(&wanted, &heights, 0.0, 100.0);
        let mut spans: Vec<[f64; 2]> =
            middles.iter().zip(heights).map(|(at, high)| [at - high / 2.0, at + high / 2.0]).collect();
        spans.sort_by(|a, b| a[0].total_cmp(&b[0]));
        assert!(spans[0][0] >= 0.0 && spans[4][1] <= 100.0, "{spans:?}");
        assert!(spans.windows(2).all(|pair| pair[0][1] <= pair[1][0] + 1e-9), "{spans:?}");
        assert!(middles[0] < middles[1], "those that are level keep their order");
    }
}

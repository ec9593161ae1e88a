//! "Did you mean" for mistyped keys.

/// The candidate that `given` was probably meant to be, if one is near enough.
pub fn nearest<'a>(given: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let last = |key: &str| key.rsplit('.').next().unwrap_or_default().to_owned();
    let limit = (given.chars().count() / 4).max(2);
    candidates
        .map(|candidate| {
            let edits = distance(given, candidate);
            // The right name in the wrong section counts as one slip.
            (if last(given) == last(candidate) { 1 } else { edits }, edits, candidate)
        })
        .min()
        .filter(|(slips, ..)| *slips <= limit)
        .map(|(_, _, candidate)| candidate)
}

/// Edits (insert, delete, replace, swap of neighbours) between two texts.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replace = above[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replace.min(above[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_find_their_key() {
        let keys = ["risk.max_drawdown_pct", "risk.stop_loss_pct", "log.level", "sim.seed"];
        for (given, wanted) in [
            ("risk.max_drawdon_pct", Some("risk.max_drawdown_pct")),
            ("risk.max_darwdown_pct", Some("risk.max_drawdown_pct")),
            ("max_drawdown_pct", Some("risk.max_drawdown_pct")),
            ("sim.sead", Some("sim.seed")),
            ("log.levle", Some("log.level")),
            ("telegram.token", None),
            ("x", None),
        ] {
            assert_eq!(nearest(given, keys.into_iter()), wanted, "{given}");
        }
    }
}

//! Minimum of a function of three variables without derivatives: the simplex of Nelder and Mead
//! (1965), with the coefficients of Lagarias et al. (1998). Deterministic; allocates nothing.

/// A point.
pub type Point = [f64; 3];

/// Where it ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Minimum {
    /// The best point.
    pub at: Point,
    /// The function there.
    pub value: f64,
    /// False when the steps ran out before the simplex was small.
    pub converged: bool,
}

/// Searches from `start` with first steps of `step`, at most `most` times. A value that is not a
/// number counts as infinitely bad.
pub fn minimise(f: impl Fn(&Point) -> f64, start: Point, step: f64, most: u32) -> Minimum {
    let value = |at: Point| {
        let value = f(&at);
        (if value.is_nan() { f64::INFINITY } else { value }, at)
    };
    let mut simplex = [value(start); 4];
    for axis in 0..3 {
        let mut corner = start;
        corner[axis] += step;
        simplex[axis + 1] = value(corner);
    }
    for _ in 0..most {
        simplex.sort_by(|a, b| a.0.total_cmp(&b.0));
        if is_small(&simplex) {
            return Minimum { at: simplex[0].1, value: simplex[0].0, converged: true };
        }
        let (best, worst) = (simplex[0], simplex[3]);
        let middle = centre(&simplex);
        let along = |t: f64| value(blend(&middle, &worst.1, t));
        let reflected = along(-1.0);
        simplex[3] = if reflected.0 < best.0 {
            let expanded = along(-2.0);
            if expanded.0 < reflected.0 { expanded } else { reflected }
        } else if reflected.0 < simplex[2].0 {
            reflected
        } else {
            let contracted = along(if reflected.0 < worst.0 { -0.5 } else { 0.5 });
            if contracted.0 < reflected.0.min(worst.0) {
                contracted
            } else {
                for corner in &mut simplex[1..] {
                    *corner = value(blend(&best.1, &corner.1, 0.5));
                }
                continue;
            }
        };
    }
    simplex.sort_by(|a, b| a.0.total_cmp(&b.0));
    Minimum { at: simplex[0].1, value: simplex[0].0, converged: false }
}

/// The middle of all corners but the worst.
fn centre(simplex: &[(f64, Point); 4]) -> Point {
    std::array::from_fn(|axis| simplex[..3].iter().map(|c| c.1[axis]).sum::<f64>() / 3.0)
}

/// `from` moved by a part `t` of the way to `to`.
fn blend(from: &Point, to: &Point, t: f64) -> Point {
    std::array::from_fn(|axis| from[axis] + t * (to[axis] - from[axis]))
}

fn is_small(simplex: &[(f64, Point); 4]) -> bool {
    let flat = simplex[3].0 - simplex[0].0 <= 1e-9 * (1.0 + simplex[0].0.abs());
    let near = simplex[1..].iter().all(|corner| {
        corner.1.iter().zip(&simplex[0].1).all(|(a, b)| (a - b).abs() <= 1e-4 * (1.0 + b.abs()))
    });
    flat && near
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_finds_known_minima() {
        let bowl = |p: &Point| (p[0] - 3.0).powi(2) + 10.0 * (p[1] + 1.0).powi(2) + p[2].powi(2);
        // Rosenbrock's valley in three dimensions; its minimum is at (1, 1, 1).
        let valley = |p: &Point| {
            (0..2).map(|i| 100.0 * (p[i + 1] - p[i].powi(2)).powi(2) + (1.0 - p[i]).powi(2)).sum()
        };
        for (found, at) in [
            (minimise(bowl, [0.0; 3], 1.0, 500), [3.0, -1.0, 0.0]),
            (minimise(valley, [-1.2, 1.0, 0.5], 0.5, 2_000), [1.0; 3]),
        ] {
            assert!(found.converged && found.value < 1e-6, "{found:?}");
            assert!(found.at.iter().zip(at).all(|(x, y)| (x - y).abs() < 1e-2), "{found:?}");
        }
    }

    #[test]
    fn it_ends_where_nothing_can_be_found() {
        let found = minimise(|_| f64::NAN, [0.0; 3], 1.0, 50);
        assert!(!found.converged && found.value.is_infinite(), "{found:?}");
    }
}

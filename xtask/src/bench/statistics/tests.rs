//! Percentiles at their edges.

use std::time::Duration;

use super::{Samples, show};

#[test]
fn percentiles_are_samples() {
    let samples = Samples::new((1..=100).rev().map(Duration::from_millis).collect());
    assert_eq!(samples.median(), Duration::from_millis(50));
    assert_eq!(samples.percentile(99), Duration::from_millis(99));
    assert_eq!(samples.percentile(100), Duration::from_millis(100));
}

#[test]
fn one_sample_is_every_percentile() {
    let samples = Samples::new(vec![Duration::from_millis(7)]);
    assert_eq!(
        (samples.median(), samples.percentile(99)),
        (samples.percentile(1), samples.median())
    );
}

#[test]
fn durations_are_written_in_their_own_unit() {
    assert_eq!(show(Duration::from_nanos(14_160)), "14.2 us");
    assert_eq!(show(Duration::from_micros(812)), "812 us");
    assert_eq!(show(Duration::from_micros(2_345)), "2.35 ms");
    assert_eq!(show(Duration::from_millis(1_500)), "1.50 s");
}

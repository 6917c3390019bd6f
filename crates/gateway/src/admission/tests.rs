//! Full, waiting, too long, closed.

use super::*;

#[tokio::test]
async fn the_queue_is_bounded_and_says_so() {
    let admission = Admission::new(1, 0, Duration::from_secs(5));
    let place = admission.enter().await.unwrap();
    let refusal = admission.enter().await.unwrap_err();
    assert_eq!(refusal.code, ErrorCode::Busy);
    assert!(refusal.message.contains("1 executions are running"), "{}", refusal.message);
    drop(place);
    admission.enter().await.unwrap();
}

#[tokio::test]
async fn one_that_waits_gets_the_place_that_is_given_back() {
    let admission = Arc::new(Admission::new(1, 1, Duration::from_secs(5)));
    let place = admission.enter().await.unwrap();
    let waiter = tokio::spawn({
        let admission = Arc::clone(&admission);
        async move { admission.enter().await.map(drop) }
    });
    while admission.health().waiting == 0 {
        tokio::task::yield_now().await;
    }
    drop(place);
    waiter.await.unwrap().unwrap();
    assert_eq!(admission.health(), PoolHealth { active: 0, waiting: 0, max: 1 });
}

#[tokio::test]
async fn a_wait_that_is_too_long_is_busy() {
    let admission = Admission::new(1, 1, Duration::from_millis(1));
    let _place = admission.enter().await.unwrap();
    assert_eq!(admission.enter().await.unwrap_err().code, ErrorCode::Busy);
    assert_eq!(admission.health().waiting, 0);
}

#[tokio::test]
async fn closed_takes_nothing_and_drains() {
    let admission = Admission::new(2, 1, Duration::from_secs(5));
    let place = admission.enter().await.unwrap();
    admission.close();
    assert_eq!(admission.enter().await.unwrap_err().code, ErrorCode::ShuttingDown);
    drop(place);
    admission.drained().await;
}

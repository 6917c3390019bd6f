//! Full, waiting, too long, left, closed.

use types::Priority;

use super::*;

const WAIT: Duration = Duration::from_secs(5);

fn admission(places: usize, waiting: usize, wait: Duration) -> Arc<Admission> {
    let slow_after = Duration::from_secs(10);
    let bounds = Bounds { places, waiting, wait, of_a_client: None, starting: 100, slow_after };
    Arc::new(Admission::new(bounds))
}

async fn enter(admission: &Arc<Admission>) -> Result<Place, Refusal> {
    admission.enter(&Principal::local(), Turn::default()).await
}

async fn queued(admission: &Arc<Admission>, waiting: usize) {
    while admission.health().waiting != waiting {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_queue_is_bounded_and_says_so() {
    let admission = admission(1, 0, WAIT);
    let place = enter(&admission).await.unwrap();
    let refusal = enter(&admission).await.unwrap_err();
    assert_eq!(refusal.code, ErrorCode::Busy);
    assert!(refusal.message.contains("1 executions are running"), "{}", refusal.message);
    assert_eq!(refusal.retry_after, Some(Duration::from_secs(1)));
    drop(place);
    enter(&admission).await.unwrap();
}

#[tokio::test]
async fn one_that_waits_gets_the_place_that_is_given_back() {
    let admission = admission(1, 1, WAIT);
    let place = enter(&admission).await.unwrap();
    let waiter = tokio::spawn({
        let admission = Arc::clone(&admission);
        async move { enter(&admission).await.map(drop) }
    });
    queued(&admission, 1).await;
    drop(place);
    waiter.await.unwrap().unwrap();
    assert_eq!(admission.health(), PoolHealth { active: 0, waiting: 0, max: 1 });
}

#[tokio::test]
async fn a_wait_that_is_too_long_is_busy() {
    let admission = admission(1, 1, Duration::from_millis(1));
    let _place = enter(&admission).await.unwrap();
    assert_eq!(enter(&admission).await.unwrap_err().code, ErrorCode::Busy);
    assert_eq!(admission.health().waiting, 0);
}

#[tokio::test]
async fn a_client_may_want_to_wait_less_but_not_more() {
    let admission = admission(1, 1, Duration::from_millis(30));
    let _place = enter(&admission).await.unwrap();
    for (wanted, waited) in [(0, 0), (5, 5), (60_000, 30)] {
        let turn = Turn { priority: Priority::Batch, max_wait_ms: Some(wanted) };
        let refusal = admission.enter(&Principal::local(), turn).await.unwrap_err();
        assert!(refusal.message.contains(&format!("none ended within {waited} ms")), "{refusal}");
    }
}

#[tokio::test]
async fn who_leaves_the_queue_takes_no_place_along() {
    let admission = admission(1, 10, WAIT);
    let place = enter(&admission).await.unwrap();
    let mut waiters = Vec::new();
    for n in 1..=10 {
        let admission = Arc::clone(&admission);
        waiters.push(tokio::spawn({
            let admission = Arc::clone(&admission);
            async move { enter(&admission).await.map(drop) }
        }));
        queued(&admission, n).await;
    }
    // Every second one leaves, the first while the place is being given to it.
    drop(place);
    for waiter in waiters.iter().step_by(2) {
        waiter.abort();
    }
    for waiter in waiters.into_iter().skip(1).step_by(2) {
        waiter.await.unwrap().unwrap();
    }
    assert_eq!(admission.health(), PoolHealth { active: 0, waiting: 0, max: 1 });
    enter(&admission).await.unwrap();
}

#[tokio::test]
async fn closed_takes_nothing_and_drains() {
    let admission = admission(1, 1, WAIT);
    let place = enter(&admission).await.unwrap();
    let waiter = tokio::spawn({
        let admission = Arc::clone(&admission);
        async move { enter(&admission).await.map(drop) }
    });
    queued(&admission, 1).await;
    admission.close();
    assert_eq!(waiter.await.unwrap().unwrap_err().code, ErrorCode::ShuttingDown);
    assert_eq!(enter(&admission).await.unwrap_err().code, ErrorCode::ShuttingDown);
    let (_, ()) = tokio::join!(async { drop(place) }, admission.drained());
}

#[tokio::test]
async fn those_that_wait_for_starts_get_their_turn_though_nothing_ends() {
    let bounds = Bounds { starting: 1, ..*admission(8, 8, WAIT).lock().bounds() };
    let admission = Arc::new(Admission::new(bounds));
    let mut places = Vec::new();
    for _ in 0..5 {
        places.push(enter(&admission).await.unwrap());
    }
    places[4].started();
    let sixth = tokio::time::timeout(Duration::from_secs(5), enter(&admission)).await;
    places.push(sixth.unwrap().unwrap());
    assert_eq!(admission.health().active, 6);
}

//! Turns, shares, and what a flood by one client means for another, with figures.

use super::*;

const WAIT: Duration = Duration::from_secs(30);

fn bounds(places: usize, waiting: usize) -> Bounds {
    let slow_after = Duration::from_secs(10);
    Bounds { places, waiting, wait: WAIT, of_a_client: None, starting: usize::MAX - 1, slow_after }
}

fn asker(name: &str, priority: Priority) -> Asker {
    let client = Arc::new(("acme".to_owned(), name.to_owned()));
    Asker { client, owns: name == "owner", priority }
}

struct Scene {
    line: Line<u64>,
    now: Instant,
    told: Vec<Told<u64>>,
}

impl Scene {
    fn new(bounds: Bounds) -> Self {
        Self { line: Line::new(bounds), now: Instant::now(), told: Vec::new() }
    }

    /// Asks for a place, under a number of the caller's.
    fn enter(&mut self, asker: &Asker, number: u64) -> Entered {
        self.line.enter(asker, self.now, &mut self.told, || number)
    }

    fn leave(&mut self, ticket: u64, asker: &Asker) {
        self.line.leave(ticket, asker, Duration::from_secs(1), self.now, &mut self.told);
    }

    fn told(&mut self) -> Vec<Told<u64>> {
        std::mem::take(&mut self.told)
    }
}

#[test]
fn the_next_place_is_of_whom_least_is_running() {
    let mut scene = Scene::new(bounds(4, 10));
    let (ann, bob) = (asker("ann", Priority::Interactive), asker("bob", Priority::Interactive));
    for ticket in 0..3 {
        assert_eq!(scene.enter(&ann, ticket), Entered::Now(ticket));
    }
    assert_eq!(scene.enter(&ann, 3), Entered::Later(3, WAIT), "three of four places are the most");
    assert_eq!(scene.enter(&bob, 4), Entered::Now(4), "and the fourth is somebody else's");
    assert_eq!(scene.enter(&bob, 5), Entered::Later(5, WAIT));
    scene.leave(0, &ann);
    assert_eq!(scene.told(), [Told::Go(5)], "bob has one running, ann two");
    scene.leave(4, &bob);
    assert_eq!(scene.told(), [Told::Go(3)]);
    assert_eq!((scene.line.taken(), scene.line.waiting()), (4, 0));
}

#[test]
fn the_user_of_this_machine_may_have_all_and_a_share_can_be_set() {
    let mut scene = Scene::new(bounds(4, 10));
    let owner = asker("owner", Priority::Interactive);
    for ticket in 0..4 {
        assert_eq!(scene.enter(&owner, ticket), Entered::Now(ticket));
    }
    let mut scene = Scene::new(Bounds { of_a_client: Some(2), ..bounds(4, 10) });
    for ticket in 0..2 {
        assert_eq!(scene.enter(&owner, ticket), Entered::Now(ticket));
    }
    assert!(matches!(scene.enter(&owner, 2), Entered::Later(2, _)));
}

#[test]
fn what_somebody_waits_for_goes_before_batch_which_goes_on() {
    let mut scene = Scene::new(bounds(2, 100));
    let (ann, batch) = (asker("ann", Priority::Interactive), asker("ann", Priority::Batch));
    let owner = asker("owner", Priority::Interactive);
    scene.enter(&owner, 0);
    scene.enter(&owner, 1);
    for number in 0..3 {
        scene.enter(&batch, 100 + number);
    }
    for number in 0..20 {
        scene.enter(&ann, number);
    }
    let mut order = Vec::new();
    let mut running = vec![(0, owner.clone()), (1, owner)];
    while let Some((ticket, who)) = running.pop() {
        scene.leave(ticket, &who);
        for told in scene.told() {
            let Told::Go(number) = told else { panic!("{told:?}") };
            order.push(number);
            // Tickets are given in order: two at the start, then three, then twenty.
            let (ticket, who) = match number {
                100.. => (number - 98, &batch),
                _ => (number + 5, &ann),
            };
            running.push((ticket, who.clone()));
        }
    }
    let batches: Vec<usize> = (0..order.len()).filter(|at| order[*at] >= 100).collect();
    assert_eq!(order.len(), 23);
    assert_eq!(batches.len(), 3);
    assert!(batches[0] >= 6 && batches[0] <= 9 && batches[1] == batches[0] + 9, "{order:?}");
}

#[test]
fn batch_leaves_places_free() {
    let mut scene = Scene::new(bounds(8, 100));
    let (batch, ann) = (asker("owner", Priority::Batch), asker("owner", Priority::Interactive));
    for number in 0..6 {
        assert!(matches!(scene.enter(&batch, number), Entered::Now(_)));
    }
    assert!(matches!(scene.enter(&batch, 6), Entered::Later(..)));
    assert!(matches!(scene.enter(&ann, 7), Entered::Now(_)));
}

#[test]
fn a_full_line_turns_away_the_newest_of_whom_has_most_in_it() {
    let mut scene = Scene::new(bounds(1, 4));
    let flood = asker("flood", Priority::Interactive);
    for number in 0..5 {
        scene.enter(&flood, number);
    }
    assert_eq!(scene.enter(&flood, 5), Entered::Full);
    let bob = asker("bob", Priority::Interactive);
    assert_eq!(scene.enter(&bob, 6), Entered::Later(6, WAIT));
    assert_eq!(scene.told(), [Told::Displaced(4)]);
    assert_eq!(scene.enter(&bob, 7), Entered::Later(7, WAIT));
    assert_eq!(scene.told(), [Told::Displaced(3)]);
    assert_eq!(scene.enter(&bob, 8), Entered::Full, "both have two in it");
    assert!(scene.line.give_up(6, &bob));
    assert!(!scene.line.give_up(6, &bob));
    assert_eq!(scene.line.waiting(), 3);
    assert_eq!(scene.line.clear().len(), 3);
    scene.leave(0, &flood);
    assert!(scene.line.flows.is_empty(), "nobody is remembered who neither runs nor waits");
}

#[test]
fn a_line_that_is_slow_for_long_lets_nobody_wait_long() {
    let mut scene = Scene::new(bounds(1, 1_000));
    let flood = asker("flood", Priority::Interactive);
    scene.enter(&flood, 0);
    let mut running = 0;
    let mut waited_longest = Duration::ZERO;
    let (mut slow, mut went) = (0, 0);
    let began = scene.now;
    let mut asked_at = vec![began];
    // Ten ask in each second, of which one can be served.
    for tick in 1..=600 {
        scene.now += Duration::from_millis(100);
        asked_at.push(scene.now);
        scene.enter(&flood, tick);
        if tick % 10 == 0 {
            scene.leave(running, &flood);
            for told in scene.told() {
                match told {
                    Told::Go(number) => {
                        running = number;
                        went += 1;
                        if tick > 300 {
                            let waited = scene.now - asked_at[usize::try_from(number).unwrap()];
                            waited_longest = waited_longest.max(waited);
                        }
                    }
                    Told::Slow(_) => slow += 1,
                    Told::Displaced(_) => panic!("there was room"),
                }
            }
        }
    }
    assert_eq!(went, 60, "all that can be served is");
    assert!(slow > 400, "{slow}");
    assert!(waited_longest <= Duration::from_secs(1), "{waited_longest:?}");
    assert!(scene.line.waiting() < 20, "{}", scene.line.waiting());
}

#[test]
fn a_line_is_slow_no_longer_once_nobody_waits_in_it() {
    let mut scene = Scene::new(bounds(1, 100));
    let ann = asker("ann", Priority::Interactive);
    for number in 0..4 {
        scene.enter(&ann, number);
    }
    for number in 1..4 {
        scene.now += Duration::from_secs(2);
        // The third does not wait to the end.
        match number {
            3 => assert!(scene.line.give_up(3, &ann)),
            _ => scene.leave(number - 1, &ann),
        }
    }
    assert_eq!(scene.told(), [Told::Go(1), Told::Go(2)]);
    scene.now += Duration::from_secs(20);
    assert_eq!(scene.enter(&ann, 4), Entered::Later(4, WAIT), "she has one running, none waiting");
}

#[test]
fn batch_that_waits_makes_nothing_slow_that_goes_before_it() {
    let mut scene = Scene::new(bounds(1, 100));
    let (batch, ann) = (asker("ann", Priority::Batch), asker("ann", Priority::Interactive));
    for number in 0..20 {
        scene.enter(&batch, number);
    }
    for number in 0..15 {
        scene.now += Duration::from_secs(2);
        scene.leave(number, &batch);
        assert_eq!(scene.told(), [Told::Go(number + 1)]);
    }
    assert_eq!(scene.enter(&ann, 20), Entered::Later(20, WAIT));
    scene.now += Duration::from_secs(2);
    scene.leave(15, &batch);
    assert_eq!(scene.told(), [Told::Go(20)], "and it goes first");
}

#[test]
fn only_so_many_start_at_once_and_one_more_is_of_others() {
    let mut scene = Scene::new(Bounds { starting: 2, ..bounds(10, 10) });
    let (ann, bob) = (asker("owner", Priority::Interactive), asker("bob", Priority::Interactive));
    assert!(matches!(scene.enter(&ann, 0), Entered::Now(0)));
    assert!(matches!(scene.enter(&ann, 1), Entered::Now(1)));
    assert!(matches!(scene.enter(&ann, 2), Entered::Later(2, _)));
    assert!(matches!(scene.enter(&bob, 3), Entered::Now(3)));
    assert!(matches!(scene.enter(&bob, 4), Entered::Later(4, _)));
    assert!(scene.line.waits_for_starts());
    assert!(scene.line.started(1) && !scene.line.started(1));
    scene.line.advance(scene.now, &mut scene.told);
    assert_eq!(scene.told(), [Told::Go(4)], "bob has one running, ann two");
    scene.now += STARTING;
    scene.line.advance(scene.now, &mut scene.told);
    assert_eq!(scene.told(), [Told::Go(2)], "what has been starting for long has started");
    assert!(!scene.line.waits_for_starts());
    let eve = asker("eve", Priority::Interactive);
    scene.enter(&eve, 5);
    scene.enter(&eve, 6);
    assert!(matches!(scene.enter(&bob, 7), Entered::Later(7, _)));
    scene.now += STARTING;
    assert!(matches!(scene.enter(&eve, 8), Entered::Now(8)));
    assert_eq!(scene.told(), [Told::Go(7)], "whoever has waited goes before whoever comes");
}

/// Latencies of a quiet client in virtual time: programs of 20 ms at 4 places, beside a flood.
fn p99_of_a_quiet_client(flood: usize) -> Duration {
    const WORK: Duration = Duration::from_millis(20);
    let mut scene = Scene::new(bounds(4, 400));
    let (quiet, noisy) =
        (asker("quiet", Priority::Interactive), asker("flood", Priority::Interactive));
    let mut ends: Vec<(Instant, u64, Asker)> = Vec::new();
    let (mut asked, mut latencies) = (HashMap::new(), Vec::new());
    let began = scene.now;
    for ms in 0..20_000_u64 {
        scene.now = began + Duration::from_millis(ms);
        let now = scene.now;
        let (ended, go_on): (Vec<_>, Vec<_>) = ends.into_iter().partition(|(end, ..)| *end <= now);
        ends = go_on;
        for (_, ticket, who) in ended {
            if who.client == quiet.client {
                latencies.push(scene.now - asked[&ticket]);
            }
            scene.leave(ticket, &who);
        }
        for told in scene.told() {
            if let Told::Go(ticket) = told {
                let who = if asked.contains_key(&ticket) { &quiet } else { &noisy };
                ends.push((scene.now + WORK, ticket, who.clone()));
            }
        }
        let mut come = vec![&noisy; if ms % 10 == 0 { flood } else { 0 }];
        if ms % 50 == 7 {
            come.push(&quiet);
        }
        for who in come {
            let ticket = scene.line.next_ticket;
            if who.client == quiet.client {
                asked.insert(ticket, scene.now);
            }
            match scene.enter(who, ticket) {
                Entered::Now(_) => ends.push((scene.now + WORK, ticket, who.clone())),
                Entered::Later(..) => {}
                Entered::Full => {
                    assert!(who.client == noisy.client, "the quiet one always gets in")
                }
            }
        }
    }
    latencies.sort();
    assert!(latencies.len() > 390, "all of the quiet one's were run: {}", latencies.len());
    latencies[latencies.len() * 99 / 100]
}

#[test]
fn a_flood_by_one_does_not_double_the_p99_of_another() {
    let (alone, beside) = (p99_of_a_quiet_client(0), p99_of_a_quiet_client(100));
    assert_eq!(alone, Duration::from_millis(20));
    // 10,000 a second where 200 can be served.
    eprintln!("p99 of a quiet client: {alone:?} alone, {beside:?} beside a flood");
    assert!(beside <= 2 * alone, "{alone:?} alone, {beside:?} beside a flood");
}

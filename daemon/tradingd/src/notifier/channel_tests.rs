//! Tests of one channel: order, attempts, giving up, and that nobody waits for it.

use super::*;
use std::collections::VecDeque;
use std::sync::Mutex;

/// Gives scripted answers and remembers what it was asked to deliver.
struct Script {
    answers: Mutex<VecDeque<Result<(), Refusal>>>,
    seen: mpsc::UnboundedSender<u32>,
}

#[async_trait::async_trait]
impl Destination for Script {
    type Message = u32;

    async fn deliver(&self, message: &u32) -> Result<(), Refusal> {
        let _ = self.seen.send(*message);
        let next = self.answers.lock().expect("not poisoned").pop_front();
        next.unwrap_or(Ok(()))
    }
}

/// Never answers.
struct Dead;

#[async_trait::async_trait]
impl Destination for Dead {
    type Message = u32;

    async fn deliver(&self, _: &u32) -> Result<(), Refusal> {
        std::future::pending().await
    }
}

fn later() -> Result<(), Refusal> {
    Err(Refusal::Later(None, "answered 500".to_owned()))
}

fn channel(
    answers: Vec<Result<(), Refusal>>,
    attempts: u32,
) -> (Channel<u32>, mpsc::UnboundedReceiver<u32>) {
    let (seen, heard) = mpsc::unbounded_channel();
    let script = Script { answers: Mutex::new(answers.into()), seen };
    let patience =
        Patience { first: Duration::from_millis(1), longest: Duration::from_millis(4), attempts };
    (Channel::open("test", script, patience, CancellationToken::new()), heard)
}

#[tokio::test]
async fn it_tries_again_in_order_and_then_goes_on() {
    let wait = Err(Refusal::Later(Some(Duration::from_millis(30)), "answered 429".to_owned()));
    let (channel, mut heard) = channel(vec![later(), wait, Ok(())], 5);
    let begun = std::time::Instant::now();
    let (tell, mut settled) = mpsc::channel(4);
    channel.send(1, Some(Settled::new(71, tell.clone())));
    channel.send(2, Some(Settled::new(72, tell)));
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(heard.recv().await.expect("an attempt"));
    }
    assert_eq!(seen, [1, 1, 1, 2]);
    assert!(begun.elapsed() >= Duration::from_millis(30), "it waits as long as it is told");
    assert_eq!((settled.recv().await, settled.recv().await), (Some(71), Some(72)));
    assert!(!channel.tally().is_failing());
}

#[tokio::test]
async fn it_gives_up_what_is_never_taken_and_counts_it() {
    let never = Err(Refusal::Never("answered 400".to_owned()));
    let (channel, mut heard) = channel(vec![never, later(), later(), later(), Ok(())], 3);
    let (tell, mut settled) = mpsc::channel(4);
    for message in 1..=2 {
        channel.send(message, Some(Settled::new(message.into(), tell.clone())));
    }
    assert_eq!((settled.recv().await, settled.recv().await), (Some(1), Some(2)));
    assert!(channel.tally().is_failing());
    assert_eq!(channel.tally().lost(), 2);
    channel.send(3, Some(Settled::new(3, tell)));
    assert_eq!(settled.recv().await, Some(3));
    assert!(!channel.tally().is_failing(), "a message that is taken ends it");
    let mut attempts = Vec::new();
    while let Ok(message) = heard.try_recv() {
        attempts.push(message);
    }
    assert_eq!(attempts, [1, 2, 2, 2, 3]);
}

#[tokio::test]
async fn a_dead_destination_holds_nobody_up_and_the_queue_is_bounded() {
    let channel = Channel::open("dead", Dead, Patience::USUAL, CancellationToken::new());
    // Not one of these calls can wait: `send` is no async function. The worker does not run before
    // this test awaits something, so what fits is exactly the queue.
    let many = u32::try_from(QUEUE).expect("small") * 3;
    for message in 0..many {
        channel.send(message, None);
    }
    assert_eq!(channel.tally().lost(), u64::from(many) - QUEUE as u64);
    assert!(channel.tally().is_failing());
}

#[test]
fn pauses_double_up_to_their_bound() {
    let patience = Patience::USUAL;
    for (failures, whole) in [(1, 1), (2, 2), (5, 16), (9, 256), (10, 300), (100, 300)] {
        let whole = Duration::from_secs(whole);
        for _ in 0..50 {
            let pause = patience.pause(failures);
            assert!(pause >= whole / 2 && pause <= whole, "{failures}: {pause:?}");
        }
    }
}

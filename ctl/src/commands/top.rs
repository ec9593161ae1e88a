//! `top`: a live view over the whole terminal.
//!
//! `feed.rs` follows the daemon, `world.rs` keeps what it said, `keys.rs` decides what a key does and
//! `view.rs` draws. The terminal is given back however this ends: at the end, on an error, on a signal
//! and on a panic.

mod feed;
mod keys;
mod panes;
#[cfg(test)]
mod tests;
mod view;
mod world;

use super::Context;
use crate::cli::Format;
use crate::client::Client;
use crate::failure::Failure;
use crate::random::request_id;
use feed::Update;
use keys::{Action, Ui};
use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, Event};
use std::io::{self, IsTerminal as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use tradingd_proto::v1::StopRequest;
use tradingd_proto::v1::emergency_service_client::EmergencyServiceClient;
use world::World;

/// How long a look at the keyboard waits, so that the reader ends soon after the view.
const KEY_WAIT: Duration = Duration::from_millis(100);
/// Ages grow on the screen at this pace; news are drawn at once, but not more often than this allows.
const TICK: Duration = Duration::from_millis(500);
/// Pause after drawing, so that a flood of news is drawn in one go.
const FRAME: Duration = Duration::from_millis(80);

/// Shows the view until somebody quits; for programs, one look at all that it shows.
pub async fn top(context: &Context<'_>) -> Result<(), Failure> {
    match context.out.format() {
        Format::Table => {}
        Format::Json | Format::Ndjson => {
            let snapshot = feed::snapshot(&context.client).await?;
            return context.out.answer(&snapshot, |_, _| String::new());
        }
        Format::Wide | Format::Csv => {
            return Err(Failure::usage("top draws on a terminal; for programs: -o json or ndjson"));
        }
    }
    if !io::stdout().is_terminal() || !io::stdin().is_terminal() {
        return Err(Failure::usage("top needs a terminal; elsewhere use watch or status"));
    }
    // What is refused is told on a screen that stays: before the view begins.
    let status = super::status::fetch(context).await?;
    let world = World::new(context.client.addr().url(), status, context.out.style().colour);
    let mut screen = Screen::begin()?;
    let ended = run(&mut screen, context.client.clone(), world).await;
    drop(screen);
    ended
}

/// The terminal, given back when dropped; a panic gives it back too, by ratatui's hook.
struct Screen(DefaultTerminal);

impl Screen {
    fn begin() -> Result<Self, Failure> {
        let terminal = ratatui::try_init()
            .map_err(|e| Failure::usage(format!("this terminal cannot be drawn on: {e}")))?;
        Ok(Self(terminal))
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        ratatui::restore();
    }
}

async fn run(screen: &mut Screen, client: Client, mut world: World) -> Result<(), Failure> {
    let internal = |e: io::Error| Failure::internal(format!("signals: {e}"));
    let mut terminated = signal(SignalKind::terminate()).map_err(internal)?;
    let mut hung_up = signal(SignalKind::hangup()).map_err(internal)?;
    let (say, mut news) = mpsc::channel(256);
    let feed = Aborted(tokio::spawn(feed::follow(client.clone(), say.clone())));
    let mut keys = Keys::begin();
    let mut tick = tokio::time::interval(TICK);
    let mut ui = Ui::default();
    loop {
        if !ui.paused || ui.dirty {
            screen.0.draw(|frame| view::draw(frame, &world, &mut ui))?;
            ui.dirty = false;
        }
        tokio::select! {
            biased;
            _ = terminated.recv() => return Ok(()),
            _ = hung_up.recv() => return Ok(()),
            event = keys.events.recv() => match event {
                Some(Event::Key(key)) => match ui.key(key) {
                    Action::Nothing => {}
                    Action::Quit => return Ok(()),
                    Action::Stop => {
                        tokio::spawn(stop(client.clone(), say.clone()));
                    }
                },
                Some(_) => ui.dirty = true,
                None => return Err(Failure::internal("the keyboard cannot be read any more")),
            },
            update = news.recv() => {
                world.take(update.ok_or_else(|| Failure::internal("the feed has ended"))?)?;
                tokio::time::sleep(FRAME).await;
                while let Ok(update) = news.try_recv() {
                    world.take(update)?;
                }
            }
            _ = tick.tick() => {}
        }
        // Held here to the end: dropping it ends the stream.
        let _ = &feed;
    }
}

/// A task that ends with its handle.
struct Aborted(tokio::task::JoinHandle<()>);

impl Drop for Aborted {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The keyboard, read on a thread of its own.
struct Keys {
    events: mpsc::UnboundedReceiver<Event>,
    over: Arc<AtomicBool>,
}

impl Keys {
    fn begin() -> Self {
        let (sender, events) = mpsc::unbounded_channel();
        let over = Arc::new(AtomicBool::new(false));
        let ended = Arc::clone(&over);
        std::thread::spawn(move || {
            while !ended.load(Ordering::Relaxed) {
                match event::poll(KEY_WAIT) {
                    Ok(false) => {}
                    Ok(true) => match event::read().map(|event| sender.send(event)) {
                        Ok(Ok(())) => {}
                        Ok(Err(_)) | Err(_) => return,
                    },
                    Err(_) => return,
                }
            }
        });
        Self { events, over }
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
    }
}

/// Stops trading and says what came of it.
async fn stop(client: Client, say: mpsc::Sender<Update>) {
    let id = match request_id() {
        Ok(id) => id,
        Err(failure) => return tell(&say, format!("NOT stopped: {}", failure.message())).await,
    };
    let request =
        StopRequest { reason: "from botctl top".to_owned(), request_id: id, ..Default::default() };
    let answer =
        client.mutate(request, async |c, r| EmergencyServiceClient::new(c).stop(r).await).await;
    let text = match answer {
        Ok(answer) if answer.unprotected_symbols.is_empty() => "trading is stopped".to_owned(),
        Ok(answer) => {
            format!(
                "trading is stopped; NOTHING PROTECTS {}",
                answer.unprotected_symbols.join(", ")
            )
        }
        Err(failure) => format!("NOT known to be stopped: {}", failure.message()),
    };
    tell(&say, text).await;
}

async fn tell(say: &mpsc::Sender<Update>, text: String) {
    // A view that has ended needs no answer.
    let _ = say.send(Update::Said(text)).await;
}

//! The loop: poll, remember how far, sort, carry out, answer.
//!
//! How far it has read is durable before anything is done, so that a command is carried out at most
//! once. `/stop` alone goes ahead when that can't be stored: it makes trading safer and may be done
//! twice.

use super::answers::{self, Costs};
use super::api::{Api, ApiError, Message, Outgoing, Update};
use super::confirm::{Codes, Shown, Wanted};
use super::people::{Admission, Person, admit, command};
use crate::alerts::{Code, Finding, Sign};
use crate::control_plane::auth::{Clock, roles};
use crate::convert;
use crate::notifier::channel::{Channel, Patience, Tally};
use crate::services::{self, Shared};
use crate::trader::{Change, Failure, RequestContext};
use engine::Command;
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use std::time::{Duration, Instant};
use storage::{AlertFilter, AlertState, PageRequest};
use tokio::sync::mpsc;
use tradingd_proto::METHODS;
use tradingd_proto::prost::Message as _;
use tradingd_proto::v1::{self, Permission, Role};

/// How long a command waits for its number to be stored.
const STORE_PATIENCE: Duration = Duration::from_secs(3);
/// How long a close-all is watched before its first answer.
const CLOSE_ALL_PATIENCE: Duration = Duration::from_secs(20);
/// Pauses between polls that fail.
const POLLS: Patience =
    Patience { first: Duration::from_secs(1), longest: Duration::from_secs(60), attempts: 1 };

/// What a bot is made of.
#[derive(Debug)]
pub struct Parts {
    /// Telegram.
    pub api: Api,
    /// The daemon.
    pub shared: Shared,
    /// Who may command.
    pub people: Vec<Person>,
    /// The one group, or person, that it speaks to.
    pub chat: i64,
    /// For the estimate in a plan.
    pub costs: Costs,
    /// True on a live account, where a resume needs a fresh login.
    pub live: bool,
    /// Where answers go.
    pub answers: Channel<Outgoing>,
    /// Where alerts go.
    pub findings: mpsc::Sender<Finding>,
    /// How polling goes.
    pub tally: Arc<Tally>,
    /// Wall time.
    pub clock: Clock,
}

/// The bot.
#[derive(Debug)]
pub struct Bot {
    parts: Parts,
    /// Seconds since the epoch.
    started: i64,
    name: String,
    offset: i64,
    codes: Codes,
}

/// A command that may be carried out: who gives it, and in which update.
struct Asked<'a> {
    person: &'a Person,
    chat: i64,
    update: i64,
    text: &'a str,
}

impl Bot {
    /// A bot that has read nothing yet.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let started = parts.clock.now().micros().div_euclid(1_000_000);
        Self { parts, started, name: String::new(), offset: 0, codes: Codes::default() }
    }

    /// Polls until the daemon ends.
    pub async fn run(mut self) {
        let shutdown = self.parts.shared.shutdown.clone();
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = self.poll() => {}
        }
    }

    async fn poll(&mut self) {
        loop {
            match self.begin().await {
                Ok(()) => break,
                Err(error) => self.after(&error).await,
            }
        }
        loop {
            match self.parts.api.updates(self.offset).await {
                Ok(updates) => {
                    self.parts.tally.taken();
                    for update in updates {
                        self.take(update).await;
                    }
                }
                Err(error) => self.after(&error).await,
            }
        }
    }

    /// The bot's own name, and how far it has read.
    async fn begin(&mut self) -> Result<(), ApiError> {
        self.name = self.parts.api.name().await?;
        let stored = self.parts.shared.store.meta(&self.offset_key()).await;
        let stored = stored.map_err(|_| ApiError::Later(None, "the store is busy".to_owned()))?;
        self.offset = stored.and_then(|text| text.parse().ok()).unwrap_or(0);
        tracing::info!(people = self.parts.people.len(), "telegram commands are heard");
        Ok(())
    }

    /// Numbers of updates belong to one bot.
    fn offset_key(&self) -> String {
        format!("telegram.offset.{}", self.parts.api.bot())
    }

    async fn after(&self, error: &ApiError) {
        let failures = u32::try_from(self.parts.tally.failed()).unwrap_or(u32::MAX);
        let mut pause = POLLS.pause(failures);
        match error {
            ApiError::Conflict => {
                self.found(Sign::new(
                    Code::TelegramConflict,
                    "another program polls with this bot's token, or a webhook is set",
                ));
            }
            ApiError::Refused(code) => tracing::warn!(code, "telegram refuses to be polled"),
            ApiError::Later(after, why) => {
                tracing::debug!(why, "telegram can't be polled");
                pause = pause.max(after.unwrap_or_default());
            }
        }
        tokio::time::sleep(pause).await;
    }

    fn found(&self, sign: Sign) {
        // A full lane loses a repeat of what is known already.
        let _ = self.parts.findings.try_send(Finding::Seen(sign));
    }

    async fn take(&mut self, update: Update) {
        if update.update_id < self.offset {
            return;
        }
        self.offset = update.update_id + 1;
        let Some(message) = update.message else { return };
        let now = self.parts.clock.now().micros().div_euclid(1_000_000);
        let people = self.parts.people.clone();
        let text = message.text.clone();
        match admit(&people, self.parts.chat, &message, now, self.started) {
            Admission::Stranger => self.stranger(&message),
            Admission::TooOld(person) => {
                if command(&text, &self.name).is_some() {
                    tracing::warn!(
                        user = person.user,
                        "an old telegram command is not carried out"
                    );
                    self.say(message.chat.id, "too old: not carried out; send it again".to_owned());
                }
            }
            Admission::Heard(person) => {
                let asked =
                    Asked { person, chat: message.chat.id, update: update.update_id, text: &text };
                self.heard(&asked).await;
            }
        }
    }

    /// Makes it durable how far the bot has read. Only before something is done, so that nobody's
    /// chatter costs a commit.
    async fn remember(&self) -> bool {
        let meta = vec![(self.offset_key(), self.offset.to_string())];
        let change = self.parts.shared.trader.change(Change { meta, ..Change::default() });
        match tokio::time::timeout(STORE_PATIENCE, change).await {
            Ok(Ok(_)) => true,
            Ok(Err(error)) => {
                tracing::warn!(?error, "how far telegram was read is not stored");
                false
            }
            Err(_) => {
                tracing::warn!("how far telegram was read is not stored in time");
                false
            }
        }
    }

    fn stranger(&self, message: &Message) {
        let who = message.from.as_ref().map_or(0, |from| from.id);
        tracing::warn!(user_id = who, chat_id = message.chat.id, "a stranger wrote to the bot");
        let text = format!("user {who} in chat {} is ignored", message.chat.id);
        self.found(Sign::new(Code::TelegramStranger, text));
    }

    fn say(&self, chat: i64, text: String) {
        self.parts.answers.send(Outgoing { chat, text }, None);
    }

    async fn heard(&mut self, asked: &Asked<'_>) {
        let Some((word, arguments)) = command(asked.text, &self.name) else { return };
        let acts = matches!(word.as_str(), "stop" | "ack" | "confirm");
        let stored = !acts || self.remember().await;
        let answer = if word == "stop" {
            self.stop(asked).await
        } else if stored {
            self.answer(asked, &word, &arguments).await
        } else {
            "not carried out: the store does not work; /stop works all the same".to_owned()
        };
        self.say(asked.chat, answer);
    }

    async fn answer(&mut self, asked: &Asked<'_>, word: &str, arguments: &[&str]) -> String {
        let model = self.parts.shared.trader.read();
        match (word, arguments) {
            ("status", _) => self.looking(asked, || answers::status(&model)).await,
            ("positions", _) => self.looking(asked, || answers::positions(&model)).await,
            ("help" | "start", _) => answers::HELP.to_owned(),
            ("alerts", _) => self.alerts(asked).await,
            ("ack", [id, note @ ..]) => self.acknowledge(asked, id, &note.join(" ")).await,
            ("ack", []) => "which one? /ack ID".to_owned(),
            ("explain", [symbol]) => self.explain(asked, symbol).await,
            ("explain", _) => "of which pair? /explain SYMBOL".to_owned(),
            ("closeall", _) => self.ask(asked, Wanted::CloseAll).await,
            ("resume", _) => self.ask(asked, Wanted::Resume).await,
            ("confirm", [code]) => self.confirm(asked, code).await,
            ("confirm", _) => "with its code: /confirm CODE".to_owned(),
            (other, _) => format!("there is no /{other}\n{}", answers::HELP),
        }
    }

    /// The context of a command, when its giver may give it.
    async fn context(
        &self,
        asked: &Asked<'_>,
        method: &'static str,
        body: &str,
    ) -> Result<RequestContext, String> {
        let person = asked.person;
        let role = match self.parts.shared.store.user(&person.user).await {
            Ok(Some(user)) if user.disabled_at.is_some() => {
                return Err(format!("the user {} is disabled", person.user));
            }
            Ok(Some(user)) => lower(person.role, roles::parse(&user.role)),
            Ok(None) => return Err(format!("there is no user {}", person.user)),
            // A stop must not depend on the store.
            Err(_) => person.role,
        };
        let rule = METHODS.iter().find(|rule| rule.path == method);
        let permission = rule.and_then(|rule| Permission::try_from(rule.permission).ok());
        if !permission.is_some_and(|permission| roles::allows(role, permission)) {
            return Err(format!("your role {} may not do that", roles::name(role)));
        }
        Ok(RequestContext {
            principal: person.user.clone(),
            role: roles::name(role).to_owned(),
            source: format!("telegram:{}", person.id),
            request_id: format!("tg-{}", asked.update),
            method,
            body_hash: Sha256::digest(body.as_bytes()).to_vec(),
            reason: String::new(),
            dry_run: false,
            plan_id: String::new(),
            permit: crate::trader::Permit::default(),
        })
    }

    async fn looking(&self, asked: &Asked<'_>, text: impl FnOnce() -> String) -> String {
        let method = "/tradingd.v1.SystemService/GetStatus";
        match self.context(asked, method, "").await {
            Ok(_) => text(),
            Err(refusal) => refusal,
        }
    }

    async fn stop(&mut self, asked: &Asked<'_>) -> String {
        let context = match self.context(asked, "/tradingd.v1.EmergencyService/Stop", "stop").await
        {
            Ok(context) => context,
            Err(refusal) => return refusal,
        };
        self.codes.void(asked.person.id);
        let reason = format!("telegram: {}", asked.person.user);
        let command = Command::Stop { reason, freeze: false };
        match self.parts.shared.trader.command(command, context).await {
            Ok(answer) => match v1::StopResponse::decode(answer.bytes.as_slice()) {
                Ok(stopped) => format!(
                    "{}\n{} entries cancelled, {} protecting orders stay, {} in flight",
                    answers::state(stopped.state.as_ref()),
                    stopped.cancelled_order_ids.len(),
                    stopped.protection.len(),
                    stopped.in_flight.len(),
                ),
                Err(_) => "stopped".to_owned(),
            },
            Err(failure) => failed(failure),
        }
    }

    async fn ask(&mut self, asked: &Asked<'_>, wanted: Wanted) -> String {
        if let Err(refusal) = self.context(asked, method(wanted), "").await {
            return refusal;
        }
        let model = self.parts.shared.trader.read();
        if wanted == Wanted::Resume && self.parts.live {
            return "resume needs a fresh login on a live account: botctl resume".to_owned();
        }
        let shown = answers::shown(&model, wanted);
        let code = self.codes.issue(asked.person.id, shown.clone(), Instant::now());
        answers::plan(&model, &shown, self.parts.costs, &code)
    }

    async fn confirm(&mut self, asked: &Asked<'_>, code: &str) -> String {
        let shown = match self.codes.redeem(asked.person.id, code, Instant::now()) {
            Ok(shown) => shown,
            Err(denied) => return denied.words().to_owned(),
        };
        let model = self.parts.shared.trader.read();
        if answers::shown(&model, shown.wanted) != shown {
            return "the account has changed since; send the command again".to_owned();
        }
        let body = format!("{shown:?}");
        match self.context(asked, method(shown.wanted), &body).await {
            Ok(context) => self.carry_out(asked, &shown, context).await,
            Err(refusal) => refusal,
        }
    }

    async fn carry_out(&self, asked: &Asked<'_>, shown: &Shown, context: RequestContext) -> String {
        let reason = format!("telegram: {}", asked.person.user);
        let command = match shown.wanted {
            Wanted::CloseAll => Command::CloseAll { reason },
            // Only what was shown: a newer stop wins.
            Wanted::Resume => Command::Resume { reason, epoch: Some(shown.epoch) },
        };
        let answer = match self.parts.shared.trader.command(command, context).await {
            Ok(answer) => answer,
            Err(failure) => return failed(failure),
        };
        if shown.wanted == Wanted::Resume {
            let resumed = v1::ResumeResponse::decode(answer.bytes.as_slice()).unwrap_or_default();
            return answers::state(resumed.state.as_ref());
        }
        let closing = v1::CloseAllResponse::decode(answer.bytes.as_slice()).unwrap_or_default();
        let report = closing.report.unwrap_or_default();
        if report.running {
            self.tell_when_closed(asked.chat, report.id);
        }
        answers::closed(&report)
    }

    /// Says what a close-all came to, without keeping the next command waiting.
    fn tell_when_closed(&self, chat: i64, id: u64) {
        let mut model = self.parts.shared.trader.model.clone();
        let channel = self.parts.answers.clone();
        tokio::spawn(async move {
            let ended = |m: &Arc<crate::read_model::ReadModel>| {
                m.close_all.as_ref().is_some_and(|r| r.id == id && !r.running)
            };
            let wait = tokio::time::timeout(CLOSE_ALL_PATIENCE, model.wait_for(ended)).await;
            let text = match wait {
                Ok(Ok(model)) => model.close_all.as_ref().map(answers::closed),
                _ => Some(format!("close-all {id} is still selling; see /positions")),
            };
            channel.send(Outgoing { chat, text: text.unwrap_or_default() }, None);
        });
    }

    async fn alerts(&self, asked: &Asked<'_>) -> String {
        let method = "/tradingd.v1.AlertService/ListAlerts";
        if let Err(refusal) = self.context(asked, method, "").await {
            return refusal;
        }
        let states = vec![AlertState::Open, AlertState::Acknowledged];
        let filter = AlertFilter { states, ..AlertFilter::default() };
        let page = PageRequest { size: 20, token: String::new() };
        match self.parts.shared.store.alerts(&filter, &page).await {
            Ok(found) => answers::alerts(&found.items, found.total.unwrap_or_default()),
            Err(_) => "the store can't be read".to_owned(),
        }
    }

    async fn acknowledge(&self, asked: &Asked<'_>, id: &str, note: &str) -> String {
        let Ok(number) = id.parse() else { return "which one? /ack ID".to_owned() };
        let method = "/tradingd.v1.AlertService/AckAlert";
        let context = match self.context(asked, method, &format!("{number} {note}")).await {
            Ok(context) => context,
            Err(refusal) => return refusal,
        };
        let note = match services::reason(note, false) {
            Ok(note) => note,
            Err(status) => return status.message().to_owned(),
        };
        match services::acknowledge(&self.parts.shared, number, note, context).await {
            Ok((response, _)) => {
                let state = response.alert.map(|alert| alert.state()).unwrap_or_default();
                let word = state.as_str_name().trim_start_matches("ALERT_STATE_").to_lowercase();
                format!("alert {number} is {word}")
            }
            Err(status) => status.message().to_owned(),
        }
    }

    async fn explain(&self, asked: &Asked<'_>, symbol: &str) -> String {
        let method = "/tradingd.v1.DecisionService/GetDecision";
        if let Err(refusal) = self.context(asked, method, "").await {
            return refusal;
        }
        let symbol = match services::symbol_filter(symbol) {
            Ok(Some(symbol)) => symbol,
            Ok(None) => return "of which pair? /explain SYMBOL".to_owned(),
            Err(status) => return status.message().to_owned(),
        };
        match self.parts.shared.store.decision(symbol, None).await {
            Ok(Some(record)) => answers::explain(&convert::decision(&record)),
            Ok(None) => format!("there is no decision on {symbol}"),
            Err(_) => "the store can't be read".to_owned(),
        }
    }
}

const fn method(wanted: Wanted) -> &'static str {
    match wanted {
        Wanted::CloseAll => "/tradingd.v1.EmergencyService/CloseAll",
        Wanted::Resume => "/tradingd.v1.EmergencyService/Resume",
    }
}

/// The lower of two roles: a person may never do more than their user.
fn lower(a: Role, b: Role) -> Role {
    if (a as i32) < (b as i32) { a } else { b }
}

fn failed(failure: Failure) -> String {
    services::failure_status(failure).message().to_owned()
}

//! What becomes of a command that was heard: who may give it, and what is answered. Dangerous ones
//! with a second step are in `plans.rs`.

use super::answers;
use super::bot::{Asked, Bot};
use super::confirm::Wanted;
use super::people::command;
use super::plans::failed;
use crate::control_plane::auth::roles;
use crate::convert;
use crate::services;
use crate::trader::RequestContext;
use engine::Command;
use sha2::{Digest as _, Sha256};
use storage::{AlertFilter, AlertState, PageRequest};
use tradingd_proto::METHODS;
use tradingd_proto::prost::Message as _;
use tradingd_proto::v1::{self, Permission, Role};

impl Bot {
    pub(super) async fn heard(&mut self, asked: &Asked<'_>) {
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
    pub(super) async fn context(
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

/// The lower of two roles: a person may never do more than their user.
fn lower(a: Role, b: Role) -> Role {
    if (a as i32) < (b as i32) { a } else { b }
}

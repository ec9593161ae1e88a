//! `audit`: who did what, as a list, as it happens, as a file; and the proof that none of it was
//! changed.

use super::{Context, export, next_page};
use crate::cli::{
    AuditExportArgs, AuditFilterArgs, AuditListArgs, AuditTailArgs, AuditVerb, AuditVerifyArgs,
    SeverityFilter,
};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::table::{Style, Tone, number, panel, rows, text};
use crate::output::{format, json, words};
use tradingd_proto::v1::audit_service_client::AuditServiceClient;
use tradingd_proto::v1::*;

/// Times that the daemon may end its search before `list` ends, too: a million records.
const LOOKS: u32 = 10;

/// Runs a verb of `audit`.
pub async fn run(context: &Context<'_>, verb: AuditVerb) -> Result<Exit, Failure> {
    match verb {
        AuditVerb::List(args) => list(context, args).await,
        AuditVerb::Tail(args) => tail(context, args).await,
        AuditVerb::Export(args) => export_events(context, args).await,
        AuditVerb::State => state(context).await,
        AuditVerb::Verify(args) => return verify(context, args).await,
    }
    .map(|()| Exit::Done)
}

fn filter(args: AuditFilterArgs) -> Option<AuditFilter> {
    let severity = match args.severity {
        None => AuditSeverity::Unspecified,
        Some(SeverityFilter::Info) => AuditSeverity::Info,
        Some(SeverityFilter::Warning) => AuditSeverity::Warning,
        Some(SeverityFilter::Critical) => AuditSeverity::Critical,
    };
    Some(AuditFilter {
        types: args.types,
        min_severity: severity.into(),
        principal: args.principal,
        source: args.source,
        request_id: args.request_id,
        symbol: args.symbol,
        since: args.since,
        until: args.until,
        text: args.text,
    })
}

async fn list(context: &Context<'_>, args: AuditListArgs) -> Result<(), Failure> {
    let limit = args.limit as usize;
    let mut request = ListEventsRequest {
        filter: filter(args.filter),
        page_size: next_page(limit, 0),
        page_token: String::new(),
    };
    let mut answer = fetch(context, request.clone()).await?;
    let mut looks = 1;
    while !answer.next_page_token.is_empty() && answer.events.len() < limit && looks < LOOKS {
        looks += u32::from(answer.scanned_until.is_some());
        request.page_size = next_page(limit, answer.events.len());
        request.page_token = std::mem::take(&mut answer.next_page_token);
        let page = fetch(context, request.clone()).await?;
        answer.events.extend(page.events);
        answer.next_page_token = page.next_page_token;
        answer.scanned_until = page.scanned_until;
    }
    context.out.list(&answer, answer.events.len(), "no records", table)?;
    if !answer.next_page_token.is_empty() && answer.events.len() < limit {
        let at = format::utc(answer.scanned_until.as_ref());
        context
            .out
            .say(&format!("looked back to {at} (UTC) and no further; see --since and --until"));
    } else if !answer.next_page_token.is_empty() && !context.out.is_json() {
        match answer.total.map(|total| total.saturating_sub(answer.events.len() as u64)) {
            Some(left) => context.out.say(&format!("{} more; see --limit", format::count(left))),
            None => context.out.say("there are more; see --limit"),
        }
    }
    Ok(())
}

async fn fetch(
    context: &Context<'_>,
    request: ListEventsRequest,
) -> Result<ListEventsResponse, Failure> {
    let rpc = async |c, r| AuditServiceClient::new(c).list_events(r).await;
    context.client.read(request, rpc).await
}

fn table(answer: &ListEventsResponse, style: Style) -> String {
    let headings = ["sequence", "at (UTC)", "severity", "what", "who", "from", "details"];
    let line = |event: &AuditEvent| {
        let tone = match event.severity() {
            AuditSeverity::Critical => Tone::Bad,
            AuditSeverity::Warning => Tone::Warn,
            _ => Tone::Plain,
        };
        vec![
            number(event.sequence.to_string()),
            text(format::utc(event.at.as_ref())),
            text(words::audit_severity(event.severity)).tone(tone),
            text(&*event.kind),
            text(&*event.principal),
            text(&*event.source),
            text(&*event.summary),
        ]
    };
    rows(style, &headings, answer.events.iter().map(line).collect())
}

async fn tail(context: &Context<'_>, args: AuditTailArgs) -> Result<(), Failure> {
    let request = TailEventsRequest { filter: filter(args.filter), after: args.after };
    let mut events = export::open(context, request, async |channel, request| {
        AuditServiceClient::new(channel).tail_events(request).await
    })
    .await?;
    let mut left = args.count;
    while left != Some(0) {
        let message = tokio::select! {
            message = events.message() => message,
            _ = tokio::signal::ctrl_c() => return Ok(()),
        };
        let Some(message) = message.map_err(|status| context.client.failure(&status))? else {
            return Err(Failure::internal("the daemon ended the stream"));
        };
        let Some(event) = message.event else { continue };
        if context.out.is_json() {
            context.out.text(&json::of(&event)?.to_string())?;
        } else {
            context.out.text(&line(&event))?;
        }
        left = left.map(|left| left - 1);
    }
    Ok(())
}

/// One line of `tail`; nothing in it steers the terminal.
fn line(event: &AuditEvent) -> String {
    let who = match event.principal.as_str() {
        "" => "engine",
        who => who,
    };
    let line = format!(
        "{} {:>8} {:8} {:22} {} {}",
        format::utc(event.at.as_ref()),
        event.sequence,
        words::audit_severity(event.severity),
        event.kind,
        who,
        event.summary
    );
    crate::output::inert(&line)
}

async fn export_events(context: &Context<'_>, args: AuditExportArgs) -> Result<(), Failure> {
    let request = ExportEventsRequest {
        filter: filter(args.filter),
        format: export::form(context, &args.to).into(),
    };
    let parts = export::open(context, request, async |channel, request| {
        AuditServiceClient::new(channel).export_events(request).await
    });
    export::save(context, parts.await?, &args.to, |answer| answer.chunk).await
}

async fn state(context: &Context<'_>) -> Result<(), Failure> {
    let rpc = async |c, r| AuditServiceClient::new(c).get_audit_state(r).await;
    let answer = context.client.read(GetAuditStateRequest {}, rpc).await?;
    context.out.answer(&answer, |answer, style| {
        let anchored = text(answer.anchored_sequence.to_string());
        let behind = answer.anchored_sequence < answer.sequence;
        panel(
            style,
            vec![
                ("records", text(format::count(answer.sequence))),
                ("hash", text(&*answer.hash)),
                ("chain from", text(answer.chain_from.to_string())),
                ("anchored", anchored.tone(if behind { Tone::Plain } else { Tone::Good })),
                ("anchored at", text(format::utc(answer.anchored_at.as_ref()))),
                ("anchor failure", text(&*answer.anchor_failure).tone(Tone::Bad)),
                ("archived", text(archived(answer))),
                ("archive failure", text(&*answer.archive_failure).tone(Tone::Bad)),
            ],
        )
    })
}

fn archived(answer: &GetAuditStateResponse) -> String {
    match answer.pruned {
        0 => "nothing".to_owned(),
        records => format!("{} records up to {}", format::count(records), answer.pruned_to),
    }
}

/// An archive of this machine, for the request.
fn archive(path: &std::path::Path) -> Result<AuditArchive, Failure> {
    let content = std::fs::read(path)
        .map_err(|error| Failure::usage(format!("--archive {}: {error}", path.display())))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(AuditArchive { name, content })
}

async fn verify(context: &Context<'_>, args: AuditVerifyArgs) -> Result<Exit, Failure> {
    let archive = args.archive.as_deref().map(archive).transpose()?;
    let mut parts =
        export::open(context, VerifyChainRequest { archive }, async |channel, request| {
            AuditServiceClient::new(channel).verify_chain(request).await
        })
        .await?;
    let bar = export::bar(1);
    while let Some(part) =
        parts.message().await.map_err(|status| context.client.failure(&status))?
    {
        if !part.done {
            bar.set_length(part.records_total.max(1));
            bar.set_position(part.records_done);
            bar.set_message(format!("{} records", format::count(part.records_done)));
            continue;
        }
        bar.finish_and_clear();
        context.out.answer(&part, verdict)?;
        return Ok(if part.found == 0 { Exit::Done } else { Exit::Refused });
    }
    Err(Failure::internal("the daemon ended the verification before its verdict"))
}

fn verdict(answer: &VerifyChainResponse, style: Style) -> String {
    let mut lines: Vec<String> = Vec::new();
    for finding in &answer.findings {
        let text = format!("{}: {}", finding.kind, finding.text);
        lines.push(style.paint(&crate::output::inert(&text), Tone::Bad));
    }
    if answer.pruned > 0 {
        let missing = match answer.archives_missing.as_slice() {
            [] => "none".to_owned(),
            names => crate::output::inert(&names.join(" ")),
        };
        lines.push(format!(
            "the content of {} records is archived: {} archives proven, not there: {missing}",
            format::count(answer.pruned),
            format::count(answer.archives),
        ));
    }
    let (words, tone) = match answer.found {
        0 => ("nothing was changed".to_owned(), Tone::Good),
        n => (format!("{n} findings"), Tone::Bad),
    };
    lines.push(format!(
        "{} records from {} to {}, {} anchors up to {}: {}",
        format::count(answer.records_done),
        answer.chain_from,
        answer.last_sequence,
        format::count(answer.anchors),
        answer.anchored_sequence,
        style.paint(&words, tone)
    ));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Style = Style { colour: false };

    #[test]
    fn sec_34_nothing_in_a_record_steers_the_terminal() {
        let hostile = "a\u{1b}[2Jb\r\nc\u{202e}d\u{2066}e\u{200f}f\u{9b}31m";
        let event = AuditEvent {
            kind: hostile.to_owned(),
            principal: hostile.to_owned(),
            source: hostile.to_owned(),
            summary: hostile.to_owned(),
            ..AuditEvent::default()
        };
        let answer = ListEventsResponse { events: vec![event.clone()], ..Default::default() };
        let finding =
            AuditFinding { kind: "edited".to_owned(), sequence: 1, text: hostile.to_owned() };
        let answered =
            VerifyChainResponse { findings: vec![finding], found: 1, ..Default::default() };
        for shown in [table(&answer, PLAIN), line(&event), verdict(&answered, PLAIN)] {
            let steering = |c: char| {
                (c.is_control() && c != '\n')
                    || matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            };
            assert!(!shown.contains(steering), "{shown:?}");
            assert!(shown.lines().count() <= 2, "{shown:?}");
        }
    }

    #[test]
    fn a_verdict_names_what_was_found() {
        let finding = AuditFinding {
            kind: "deleted".to_owned(),
            sequence: 7,
            text: "record 7 was deleted".to_owned(),
        };
        let answer = VerifyChainResponse {
            records_done: 1_200,
            findings: vec![finding],
            found: 1,
            chain_from: 1,
            last_sequence: 1_201,
            anchors: 3,
            anchored_sequence: 1_100,
            ..Default::default()
        };
        assert_eq!(
            verdict(&answer, PLAIN),
            "deleted: record 7 was deleted\n\
             1,200 records from 1 to 1201, 3 anchors up to 1100: 1 findings"
        );
    }
}

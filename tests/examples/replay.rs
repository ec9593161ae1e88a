//! Replays recorded files in process and prints the report.
#![allow(clippy::print_stdout)]
use engine::Output;
use std::path::PathBuf;
use tradingd_tests::session;

fn main() -> anyhow::Result<()> {
    let files: Vec<PathBuf> = std::env::args().skip(1).map(PathBuf::from).collect();
    let mut source = session::open(&files)?;
    let symbols: Vec<String> = source.symbols().map(|s| s.to_string()).collect();
    let names: Vec<&str> = symbols.iter().map(String::as_str).collect();
    let interval = source.files()[0].interval.unwrap_or(domain::Interval::MINUTE);
    let settings = session::shipped(&names, interval);
    let start = std::time::Instant::now();
    let mut outputs = Vec::new();
    let session = session::run(settings, &mut source, &mut outputs)?;
    let took = start.elapsed();
    println!("{:#?}", simulator::Report::of(&session));
    println!(
        "books {:?} gate {} fenced {} {took:?}",
        session.check_books(),
        session.gate().sent,
        session.gate().fenced
    );
    let mut kinds = std::collections::BTreeMap::new();
    let mut holds = std::collections::BTreeMap::new();
    for output in &outputs {
        match output {
            Output::Event(e) => *kinds.entry(e.kind.name()).or_insert(0) += 1,
            Output::Decision(d) => {
                *holds
                    .entry(
                        format!("{:?}", d.outcome)
                            .chars()
                            .take_while(|c| !c.is_ascii_digit())
                            .collect::<String>(),
                    )
                    .or_insert(0) += 1
            }
            _ => {}
        }
    }
    println!("{kinds:#?} {holds:#?}");
    for strategy in 0..session.engine().settings().strategies.len() {
        println!(
            "{} {:?}",
            session.engine().settings().strategies[strategy].params.name(),
            session.engine().record_of(strategy, 0)
        );
    }
    Ok(())
}

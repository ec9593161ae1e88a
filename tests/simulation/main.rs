//! Seeded simulations of the whole trading core, in process. Each test prints its figures and names
//! the seed and the command that replays it when a promise breaks.
#![allow(clippy::print_stdout)]

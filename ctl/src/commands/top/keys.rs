//! What keys do: the view's own state, and the one command it can give.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// The panes, in the order of the tab key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pane {
    /// Open positions.
    #[default]
    Positions,
    /// Orders that can still fill.
    Orders,
    /// What somebody should look at; shown while there is something.
    Alerts,
    /// Strategies with their last signals.
    Strategies,
    /// Closed trades.
    Trades,
    /// What happened.
    Events,
}

impl Pane {
    /// Every pane.
    pub const ALL: [Self; 6] =
        [Self::Positions, Self::Orders, Self::Alerts, Self::Strategies, Self::Trades, Self::Events];

    fn step(self, by: usize) -> Self {
        let at = Self::ALL.iter().position(|pane| *pane == self).unwrap_or(0);
        Self::ALL[(at + by) % Self::ALL.len()]
    }
}

/// What lies over the panes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialog {
    /// Nothing.
    #[default]
    None,
    /// The keys.
    Help,
    /// Whether to stop.
    Stop,
}

/// The view's own state.
#[derive(Debug, Default)]
pub struct Ui {
    /// The pane that has most of the room, and that arrows scroll.
    pub pane: Pane,
    /// Rows of it that are scrolled away; the drawing bounds it.
    pub scroll: usize,
    /// What lies over the panes.
    pub dialog: Dialog,
    /// The view stands still; news are still taken in.
    pub paused: bool,
    /// Something other than news changed: draw, also while paused.
    pub dirty: bool,
}

/// What a key leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// No more than a change of the view.
    Nothing,
    /// The end.
    Quit,
    /// Stop trading.
    Stop,
}

impl Ui {
    /// Takes a key.
    pub fn key(&mut self, key: KeyEvent) -> Action {
        if key.kind == KeyEventKind::Release {
            return Action::Nothing;
        }
        self.dirty = true;
        if key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL) {
            return Action::Quit;
        }
        match self.dialog {
            Dialog::None => self.plain(key.code),
            Dialog::Help => {
                self.dialog = Dialog::None;
                Action::Nothing
            }
            Dialog::Stop => {
                self.dialog = Dialog::None;
                if key.code == KeyCode::Char('y') { Action::Stop } else { Action::Nothing }
            }
        }
    }

    fn plain(&mut self, code: KeyCode) -> Action {
        match code {
            KeyCode::Char('q') | KeyCode::Esc => return Action::Quit,
            KeyCode::Char('?' | 'h') => self.dialog = Dialog::Help,
            KeyCode::Char('s') => self.dialog = Dialog::Stop,
            KeyCode::Char('p') | KeyCode::Char(' ') => self.paused = !self.paused,
            KeyCode::Tab | KeyCode::Right => self.turn(1),
            KeyCode::BackTab | KeyCode::Left => self.turn(Pane::ALL.len() - 1),
            KeyCode::Down | KeyCode::Char('j') => self.scroll += 1,
            KeyCode::Up | KeyCode::Char('k') => self.scroll = self.scroll.saturating_sub(1),
            KeyCode::PageDown => self.scroll += 10,
            KeyCode::PageUp => self.scroll = self.scroll.saturating_sub(10),
            KeyCode::Home => self.scroll = 0,
            _ => {}
        }
        Action::Nothing
    }

    fn turn(&mut self, by: usize) {
        (self.pane, self.scroll) = (self.pane.step(by), 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(ui: &mut Ui, code: KeyCode) -> Action {
        ui.key(KeyEvent::new(code, KeyModifiers::NONE))
    }

    #[test]
    fn stop_needs_a_yes_and_nothing_else_will_do() {
        for (answer, action) in [
            (KeyCode::Char('y'), Action::Stop),
            (KeyCode::Char('n'), Action::Nothing),
            (KeyCode::Enter, Action::Nothing),
            (KeyCode::Char('s'), Action::Nothing),
            (KeyCode::Char('q'), Action::Nothing),
        ] {
            let mut ui = Ui::default();
            assert_eq!(press(&mut ui, KeyCode::Char('s')), Action::Nothing);
            assert_eq!(ui.dialog, Dialog::Stop);
            assert_eq!(press(&mut ui, answer), action, "{answer:?}");
            assert_eq!(ui.dialog, Dialog::None);
        }
        assert_eq!(press(&mut Ui::default(), KeyCode::Char('y')), Action::Nothing);
    }

    #[test]
    fn tab_goes_round_and_back() {
        let mut ui = Ui { scroll: 4, ..Ui::default() };
        for pane in Pane::ALL.into_iter().cycle().skip(1).take(Pane::ALL.len()) {
            press(&mut ui, KeyCode::Tab);
            assert_eq!((ui.pane, ui.scroll), (pane, 0));
        }
        press(&mut ui, KeyCode::BackTab);
        assert_eq!(ui.pane, Pane::Events);
    }

    #[test]
    fn the_view_can_be_paused_scrolled_and_left() {
        let mut ui = Ui::default();
        press(&mut ui, KeyCode::Char('p'));
        assert!(ui.paused && ui.dirty);
        press(&mut ui, KeyCode::Down);
        press(&mut ui, KeyCode::PageDown);
        press(&mut ui, KeyCode::Up);
        assert_eq!(ui.scroll, 10);
        assert_eq!(press(&mut ui, KeyCode::Char('q')), Action::Quit);
        let control_c = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
        ui.dialog = Dialog::Stop;
        assert_eq!(ui.key(control_c), Action::Quit);
    }
}

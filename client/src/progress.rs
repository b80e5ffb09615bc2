//! Progress of work that takes longer than a second, for people at a terminal.

use std::io::IsTerminal as _;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A progress bar on stderr that appears after a second, and never where stderr is no terminal.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    started: Instant,
    shown: OnceLock<()>,
}

impl Progress {
    /// A bar for so many units of work.
    #[must_use]
    pub fn new(what: &'static str, total: u64) -> Self {
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::hidden());
        let style = ProgressStyle::with_template("{msg} {wide_bar} {human_pos}/{human_len} {eta}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_message(what);
        Self { bar, started: Instant::now(), shown: OnceLock::new() }
    }

    /// So many units are done.
    pub fn advance(&self, units: u64) {
        if self.started.elapsed() >= Duration::from_secs(1) {
            self.shown.get_or_init(|| {
                if std::io::stderr().is_terminal() {
                    self.bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
                }
            });
        }
        self.bar.inc(units);
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// Counts down on stderr, second by second; silent where it is no terminal.
pub fn count_down(what: &str, time: Duration) {
    let terminal = std::io::stderr().is_terminal() && time > Duration::from_secs(1);
    let target = if terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(None, target);
    let style = ProgressStyle::with_template("{msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
    let end = Instant::now() + time;
    loop {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            break;
        }
        let seconds = left.as_secs();
        bar.set_message(format!(
            "{what}: {}:{:02}:{:02}",
            seconds / 3600,
            seconds / 60 % 60,
            seconds % 60
        ));
        bar.tick();
        crate::chance::Clock.sleep(left.min(Duration::from_secs(1)));
    }
    bar.finish_and_clear();
}

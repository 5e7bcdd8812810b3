//! The picture of `docs/benchmarks.svg`: a point for each program, on a scale where each step is ten times the one before.
//!
//! Points and not bars: bars say "so many times as long" by their length, which no such scale keeps. The picture brings its own
//! ground, light or dark as the reader's system is, since a page may show it on either.

use super::report::{Group, Kind, Point};
use super::table::milliseconds;
use std::fmt::Write;
use std::time::Duration;

const WIDTH: f64 = 860.0;
/// Where the scale begins and ends; names stand left of it, numbers right of it.
const LEFT: f64 = 320.0;
const RIGHT: f64 = 765.0;
const ROW: f64 = 22.0;
const TITLE: f64 = 34.0;
/// Above the first group, and below the last one, where the scale's numbers are.
const TOP: f64 = 16.0;
const BOTTOM: f64 = 54.0;

/// Light first; the reader's system may ask for dark.
const STYLE: &str = "\
text { font: 13px system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif; fill: #1f2328 }
.ground { fill: #ffffff; stroke: #d0d7de } .grid { stroke: #d8dee4 } .quiet { fill: #59636e; font-size: 12px }
.title { font-weight: 600 } .end { text-anchor: end } .mid { text-anchor: middle }
.ours { fill: #0969da; stroke: #0969da } .yardstick { fill: #6e7781; stroke: #6e7781 } .peer { fill: #bc4c00; stroke: #bc4c00 }
text.ours { stroke: none; font-weight: 600 } text.yardstick, text.peer { stroke: none; fill: #1f2328 }
@media (prefers-color-scheme: dark) {
text, text.yardstick, text.peer { fill: #e6edf3 } .quiet { fill: #9198a1 }
.ground { fill: #0d1117; stroke: #30363d } .grid { stroke: #30363d }
.ours, text.ours { fill: #58a6ff } .ours { stroke: #58a6ff } .yardstick { fill: #9198a1; stroke: #9198a1 } .peer { fill: #f0883e; stroke: #f0883e }
text.ours { stroke: none } text.yardstick, text.peer { stroke: none; fill: #e6edf3 }
}";

/// Draws the groups from top to bottom.
pub(super) fn drawn(groups: &[Group], caption: &str) -> String {
    let scale = Scale::over(groups);
    let rows: usize = groups.iter().map(|group| group.points.len()).sum();
    let plot = groups.len() as f64 * TITLE + rows as f64 * ROW;
    let height = TOP + plot + BOTTOM;
    let mut body = grid(&scale, TOP + plot);
    let mut y = TOP;
    for group in groups {
        element(
            &mut body,
            &format!(r#"<text class="title" x="16" y="{}">"#, y + 21.0),
            &group.title,
        );
        y += TITLE;
        for point in &group.points {
            draw(&mut body, point, &scale, y + ROW / 2.0);
            y += ROW;
        }
    }
    element(&mut body, &format!(r#"<text class="quiet" x="16" y="{}">"#, height - 12.0), caption);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" role=\"img\">\n\
         <title>{}</title>\n<style>\n{STYLE}\n</style>\n\
         <rect class=\"ground\" x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"6\"/>\n{body}</svg>\n",
        escaped(caption),
        WIDTH - 1.0,
        height - 1.0
    )
}

/// From times to places, by powers of ten.
struct Scale {
    /// The power of ten, in milliseconds, at the left end.
    from: i32,
    /// The same at the right end, which need not be a whole one.
    to: f64,
}

impl Scale {
    fn over(groups: &[Group]) -> Self {
        let points = || groups.iter().flat_map(|group| &group.points);
        let least = points().map(|point| power(point.summary.lower_quartile)).fold(0.0, f64::min);
        let most = points().map(|point| power(point.summary.upper_quartile)).fold(1.0, f64::max);
        Self { from: least.floor() as i32, to: most }
    }

    fn x(&self, power: f64) -> f64 {
        let share = (power - f64::from(self.from)) / (self.to - f64::from(self.from));
        LEFT + (RIGHT - LEFT) * share.clamp(0.0, 1.0)
    }
}

/// The power of ten that a time in milliseconds is.
fn power(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e3).max(1e-3).log10()
}

/// A line and a number for each power of ten.
fn grid(scale: &Scale, bottom: f64) -> String {
    let mut body = String::new();
    for step in scale.from..=scale.to.floor() as i32 {
        let x = scale.x(f64::from(step));
        add(
            &mut body,
            format_args!(
                r#"<line class="grid" x1="{x:.1}" y1="{TOP}" x2="{x:.1}" y2="{bottom}"/>"#
            ),
        );
        let label = match step {
            3.. => format!("{} s", 10_f64.powi(step - 3)),
            _ => format!("{} ms", 10_f64.powi(step)),
        };
        let start = format!(r#"<text class="quiet mid" x="{x:.1}" y="{}">"#, bottom + 16.0);
        element(&mut body, &start, &label);
    }
    body
}

/// One row: name, the middle half as a line, the median as a point and as a number.
fn draw(body: &mut String, point: &Point, scale: &Scale, y: f64) {
    let class = match point.kind {
        Kind::Ours => "ours",
        Kind::Yardstick => "yardstick",
        Kind::Peer => "peer",
    };
    let [lower, median, upper] =
        [point.summary.lower_quartile, point.summary.median, point.summary.upper_quartile]
            .map(|time| scale.x(power(time)));
    let base = y + 4.5;
    element(
        body,
        &format!(r#"<text class="{class} end" x="{}" y="{base}">"#, LEFT - 12.0),
        &point.name,
    );
    add(
        body,
        format_args!(
            r#"<line class="{class}" x1="{lower:.1}" y1="{y}" x2="{upper:.1}" y2="{y}" stroke-width="3" stroke-opacity="0.45"/>"#
        ),
    );
    add(body, format_args!(r#"<circle class="{class}" cx="{median:.1}" cy="{y}" r="4.5"/>"#));
    let number = format!("{} ms", milliseconds(point.summary.median));
    element(body, &format!(r#"<text class="{class}" x="{}" y="{base}">"#, RIGHT + 12.0), &number);
}

/// A text element with that start.
fn element(body: &mut String, start: &str, text: &str) {
    add(body, format_args!("{start}{}</text>", escaped(text)));
}

fn add(body: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(body, "{line}").expect("a String takes any text");
}

/// Text as it may stand in an element.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::super::timing::Summary;
    use super::*;

    fn point(name: &str, milliseconds: [f64; 3]) -> Point {
        let [lower_quartile, median, upper_quartile] =
            milliseconds.map(|value| Duration::from_secs_f64(value / 1e3));
        let summary = Summary { min: lower_quartile, lower_quartile, median, upper_quartile };
        Point { kind: Kind::Ours, name: name.to_owned(), summary }
    }

    fn group(points: Vec<Point>) -> Vec<Group> {
        vec![Group { title: "a <group>".to_owned(), points }]
    }

    #[test]
    fn text_is_escaped() {
        assert_eq!(escaped("a < b & c > d"), "a &lt; b &amp; c &gt; d");
        let picture = drawn(&group(vec![point("p & q", [1.0, 2.0, 3.0])]), "x < y");
        assert!(picture.contains(">p &amp; q</text>"));
        assert!(picture.contains(">a &lt;group&gt;</text>"));
        assert!(picture.contains("<title>x &lt; y</title>"));
    }

    #[test]
    fn the_scale_spans_all_points() {
        let groups = group(vec![point("a", [0.25, 0.3, 0.4]), point("b", [500.0, 600.0, 1000.0])]);
        let scale = Scale::over(&groups);
        assert_eq!(scale.from, -1);
        assert!((scale.x(-1.0) - LEFT).abs() < 1e-9);
        assert!((scale.x(3.0) - RIGHT).abs() < 1e-9);
        assert!((scale.x(1.0) - f64::midpoint(LEFT, RIGHT)).abs() < 1e-9);
    }

    #[test]
    fn a_point_stands_at_its_median_with_its_number() {
        let picture = drawn(&group(vec![point("a", [1.0, 10.0, 100.0])]), "");
        assert!(picture.contains(&format!(r#"cx="{:.1}""#, f64::midpoint(LEFT, RIGHT))));
        assert!(picture.contains(">10.0 ms</text>"));
        assert!(picture.contains(">1 ms</text>") && picture.contains(">100 ms</text>"));
    }
}

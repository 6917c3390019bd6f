//! Two texts, line by line: what went, what came, and a little of what stayed around it.

/// Lines that stay are shown so many before and after those that do not.
const AROUND: usize = 2;

/// The most pairs of lines that are compared; beyond, all went and all came.
const PAIRS: usize = 1_000_000;

/// A line of the one, the other, or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line<'a> {
    Kept(&'a str),
    Gone(&'a str),
    Come(&'a str),
    /// So many that stay are left out.
    LeftOut(u64),
}

/// The lines of two texts.
pub(super) fn lines<'a>(before: &'a str, after: &'a str) -> Vec<Line<'a>> {
    let (old, new): (Vec<_>, Vec<_>) = (split(before), split(after));
    let same = |(one, two): &(&&str, &&str)| one == two;
    let head = old.iter().zip(&new).take_while(same).count();
    let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(same).count();
    let (old_end, new_end) = (old.len() - tail, new.len() - tail);
    let mut all: Vec<_> = old[..head].iter().map(|line| Line::Kept(line)).collect();
    all.extend(middle(&old[head..old_end], &new[head..new_end]));
    all.extend(old[old_end..].iter().map(|line| Line::Kept(line)));
    shortened(&all)
}

/// The lines of a text; a text of nothing has none.
fn split(text: &str) -> Vec<&str> {
    if text.is_empty() { Vec::new() } else { text.split('\n').collect() }
}

/// The longest common part, by the table of its lengths.
fn middle<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<Line<'a>> {
    let gone = |old: &[&'a str]| old.iter().map(|line| Line::Gone(line)).collect::<Vec<_>>();
    let come = |new: &[&'a str]| new.iter().map(|line| Line::Come(line)).collect::<Vec<_>>();
    if old.len().saturating_mul(new.len()) > PAIRS {
        return [gone(old), come(new)].concat();
    }
    let width = new.len() + 1;
    let mut longest = vec![0u32; (old.len() + 1) * width];
    for (row, left) in old.iter().enumerate().rev() {
        for (column, right) in new.iter().enumerate().rev() {
            longest[row * width + column] = match left == right {
                true => longest[(row + 1) * width + column + 1] + 1,
                false => longest[(row + 1) * width + column].max(longest[row * width + column + 1]),
            };
        }
    }
    let (mut row, mut column, mut all) = (0, 0, Vec::new());
    while row < old.len() && column < new.len() {
        if old[row] == new[column] {
            all.push(Line::Kept(old[row]));
            (row, column) = (row + 1, column + 1);
        } else if longest[(row + 1) * width + column] >= longest[row * width + column + 1] {
            all.push(Line::Gone(old[row]));
            row += 1;
        } else {
            all.push(Line::Come(new[column]));
            column += 1;
        }
    }
    all.extend(gone(&old[row..]));
    all.extend(come(&new[column..]));
    all
}

/// Without the lines that stay far from any that does not.
fn shortened<'a>(all: &[Line<'a>]) -> Vec<Line<'a>> {
    let stays = |line: &Line<'_>| matches!(line, Line::Kept(_));
    let mut near = vec![false; all.len()];
    for (at, _) in all.iter().enumerate().filter(|(_, line)| !stays(line)) {
        let end = (at + AROUND + 1).min(all.len());
        near[at.saturating_sub(AROUND)..end].fill(true);
    }
    let (mut shown, mut left_out) = (Vec::new(), 0);
    for (line, near) in all.iter().zip(near) {
        if !near {
            left_out += 1;
            continue;
        }
        if left_out > 0 {
            shown.push(Line::LeftOut(std::mem::take(&mut left_out)));
        }
        shown.push(*line);
    }
    if left_out > 0 {
        shown.push(Line::LeftOut(left_out));
    }
    shown
}

#[cfg(test)]
mod tests;

//! The order of texts, in the languages of CLDR.

use std::cell::RefCell;
use std::cmp::Ordering;

use icu_collator::options::{AlternateHandling, CaseLevel, CollatorOptions, Strength};
use icu_collator::{Collator, CollatorBorrowed};
use icu_locale_core::Locale;

/// So many different ones a program may have: there are not so many that differ.
const MOST: usize = 1024;

struct Open {
    tag: String,
    options: (u8, bool, bool),
    collator: CollatorBorrowed<'static>,
}

thread_local! {
    static OPEN: RefCell<Vec<Open>> = const { RefCell::new(Vec::new()) };
}

/// The number of the collator for a tag, whose extension may say `co`, `kn` and `kf`.
pub fn open(
    tag: &str,
    strength: u8,
    by_case: bool,
    without_punctuation: bool,
) -> Result<usize, String> {
    let asked = (strength, by_case, without_punctuation);
    OPEN.with_borrow_mut(|all| {
        if let Some(at) = all.iter().position(|each| each.options == asked && each.tag == tag) {
            return Ok(at);
        }
        if all.len() >= MOST {
            return Err(format!(
                "there are {MOST} different collators already, and no more can be"
            ));
        }
        let locale: Locale = tag.parse().map_err(|_| format!("no collation for '{tag}'"))?;
        let mut options = CollatorOptions::default();
        options.strength = Some(match strength {
            1 => Strength::Primary,
            2 => Strength::Secondary,
            _ => Strength::Tertiary,
        });
        options.case_level = Some(if by_case { CaseLevel::On } else { CaseLevel::Off });
        options.alternate_handling = Some(if without_punctuation {
            AlternateHandling::Shifted
        } else {
            AlternateHandling::NonIgnorable
        });
        let collator = Collator::try_new((&locale).into(), options)
            .map_err(|error| format!("no collation for '{tag}': {error}"))?;
        all.push(Open { tag: tag.to_owned(), options: asked, collator });
        Ok(all.len() - 1)
    })
}

/// -1, 0 or 1; 0 for a number that was never given.
pub fn compare(number: usize, left: &str, right: &str) -> i8 {
    OPEN.with_borrow(|all| {
        let order = all.get(number).map(|each| each.collator.compare(left, right));
        match order {
            Some(Ordering::Less) => -1,
            Some(Ordering::Greater) => 1,
            _ => 0,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{compare, open};

    #[test]
    fn languages_have_their_own_order() {
        let german = open("de", 3, false, false).expect("german");
        let swedish = open("sv", 3, false, false).expect("swedish");
        assert_eq!(compare(german, "ä", "z"), -1);
        assert_eq!(compare(swedish, "ä", "z"), 1);
        let numeric = open("en-u-kn", 3, false, false).expect("numeric");
        assert_eq!(compare(numeric, "file10", "file9"), 1);
        assert_eq!(open("de", 3, false, false), Ok(german));
        assert_eq!(compare(usize::MAX, "a", "b"), 0);
    }
}

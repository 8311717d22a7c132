//! Pages of tasks that were read before. As long as nothing is folded they are what they were.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use crate::{
    grab::{Question, Tasks},
    projection::Place,
};

/// So many: people who look at the same lists ask alike. Their rows are up to some hundred kilobytes each.
const KEPT: usize = 16;

#[derive(Default)]
pub(crate) struct Pages(Mutex<Read>);

#[derive(Default)]
struct Read {
    /// Where the read models stood before the pages were asked for.
    stand: Vec<Place>,
    /// The oldest first.
    pages: VecDeque<(Question, Tasks)>,
}

impl Pages {
    pub(crate) fn find(&self, question: &Question, stand: &[Place]) -> Option<Tasks> {
        let read = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if read.stand != stand {
            return None;
        }
        read.pages.iter().find(|(asked, _)| asked == question).map(|(_, tasks)| tasks.clone())
    }

    /// `stand` is from before it was asked, so that a page is never older than where it is kept under.
    pub(crate) fn keep(&self, question: Question, stand: Vec<Place>, tasks: &Tasks) {
        let mut read = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if read.stand != stand {
            *read = Read { stand, pages: VecDeque::new() };
        }
        if read.pages.iter().any(|(asked, _)| *asked == question) {
            return;
        }
        if read.pages.len() == KEPT {
            read.pages.pop_front();
        }
        read.pages.push_back((question, tasks.clone()));
    }
}

//! A disk that remembers only what it was told to keep, and at a power cut anything between that and all it was given.
//!
//! Durable is what a sync covered that has returned: of a file its content and length, of the directory its names. Of the
//! writes since, any subset may have landed, each torn at sectors; of the changes of names any beginning, as a journal
//! keeps them in order.

use std::collections::{BTreeMap, HashMap};

use rand::{RngExt, rngs::StdRng};

use crate::trace::{Call, Moment, Trace};

const SECTOR: usize = 512;

/// The files of a directory as a machine finds them when the power is back.
pub(crate) type Image = BTreeMap<String, Vec<u8>>;

/// The files of one directory whose names begin with a prefix. Another directory's are nobody's business.
pub(crate) struct Disk {
    directory: String,
    prefix: String,
    files: Vec<File>,
    names: BTreeMap<String, usize>,
    durable_names: BTreeMap<String, usize>,
    renamings: Vec<Naming>,
    open: HashMap<i64, Open>,
    /// By the call that has not returned: how much of what is pending it covers.
    syncing: HashMap<usize, usize>,
    /// What was told on the side: lines written to a file of this name.
    pub(crate) told: Vec<String>,
}

#[derive(Clone, Default)]
struct File {
    durable: Vec<u8>,
    pending: Vec<Change>,
}

#[derive(Clone)]
enum Change {
    Write { at: usize, bytes: Vec<u8> },
    Length(usize),
}

/// From now on the name stands for this file, or for none.
struct Naming(String, Option<usize>);

#[derive(Clone, Copy, PartialEq)]
enum Open {
    File(usize),
    Directory,
    Told,
}

/// The file of the directory that is not kept: what is written there comes out as [`Disk::told`].
pub(crate) const TOLD: &str = "told";
/// Shared memory in a file's clothes: SQLite makes it anew.
const SHARED_MEMORY: &str = "-shm";

impl Disk {
    /// An empty directory.
    pub(crate) fn new(directory: &str, prefix: &str) -> Self {
        Self {
            directory: directory.to_owned(),
            prefix: prefix.to_owned(),
            files: Vec::new(),
            names: BTreeMap::new(),
            durable_names: BTreeMap::new(),
            renamings: Vec::new(),
            open: HashMap::new(),
            syncing: HashMap::new(),
            told: Vec::new(),
        }
    }

    pub(crate) fn take(&mut self, trace: &Trace, moment: Moment) {
        let (index, begun) = match moment {
            Moment::Begun(index) => (index, true),
            Moment::Ended(index) => (index, false),
        };
        let call = &trace.calls[index];
        match (call.name.as_str(), begun) {
            ("openat", false) if call.answer >= 0 => self.opened(call),
            ("close", true) => drop(self.open.remove(&descriptor(call))),
            ("write" | "pwrite64", true) if call.answer > 0 => self.written(call),
            ("fsync" | "fdatasync", true) => self.sync_begun(index, call),
            ("fsync" | "fdatasync", false) if call.answer == 0 => self.synced(index, call),
            ("ftruncate", true) if call.answer == 0 => {
                let length = index_of(call.number(1));
                self.change(call, Change::Length(length));
            }
            ("unlink", true) if call.answer == 0 => {
                if let Some(name) = self.name_of(&call.text(0)) {
                    self.rename(name, None);
                }
            }
            (
                "openat" | "close" | "write" | "pwrite64" | "fsync" | "fdatasync" | "ftruncate" | "unlink",
                _,
            ) => {}
            _ => self.must_not_concern_us(call),
        }
    }

    fn opened(&mut self, call: &Call) {
        let path = call.text(1);
        let flags = &call.arguments[2];
        let open = if path == self.directory {
            Open::Directory
        } else if path.strip_prefix(&self.directory) == Some(&format!("/{TOLD}")) {
            Open::Told
        } else if let Some(name) = self.name_of(&path) {
            let file = self.names.get(&name).copied().unwrap_or_else(|| {
                self.files.push(File::default());
                self.rename(name.clone(), Some(self.files.len() - 1));
                self.files.len() - 1
            });
            assert!(!flags.contains("O_TRUNC"), "opening may not cut {name} off: {flags}");
            Open::File(file)
        } else {
            return;
        };
        let before = self.open.insert(call.answer, open);
        assert!(before.is_none(), "descriptor {} was never closed", call.answer);
    }

    /// A file that is kept.
    fn name_of(&self, path: &str) -> Option<String> {
        let name = path.strip_prefix(&self.directory)?.strip_prefix('/')?;
        (name.starts_with(&self.prefix) && !name.ends_with(SHARED_MEMORY)).then(|| name.to_owned())
    }

    fn rename(&mut self, name: String, file: Option<usize>) {
        match file {
            Some(file) => self.names.insert(name.clone(), file),
            None => self.names.remove(&name),
        };
        self.renamings.push(Naming(name, file));
    }

    fn written(&mut self, call: &Call) {
        match self.open.get(&descriptor(call)) {
            Some(Open::Told) => self.told.push(call.text(1).trim_end().to_owned()),
            Some(Open::File(_)) => {
                assert_eq!(call.name, "pwrite64", "it says where it writes");
                let mut bytes = call.bytes(1);
                bytes.truncate(usize::try_from(call.answer).expect("it is positive"));
                self.change(call, Change::Write { at: index_of(call.number(3)), bytes });
            }
            Some(Open::Directory) | None => {}
        }
    }

    fn change(&mut self, call: &Call, change: Change) {
        if let Some(Open::File(file)) = self.open.get(&descriptor(call)) {
            self.files[*file].pending.push(change);
        }
    }

    /// What is asked for after this moment need not be covered.
    fn sync_begun(&mut self, index: usize, call: &Call) {
        let pending = match self.open.get(&descriptor(call)) {
            Some(Open::File(file)) => self.files[*file].pending.len(),
            Some(Open::Directory) => self.renamings.len(),
            Some(Open::Told) | None => return,
        };
        let other = self.syncing.insert(index, pending);
        assert!(self.syncing.len() == 1 && other.is_none(), "two syncs at a time are not thought of here");
    }

    fn synced(&mut self, index: usize, call: &Call) {
        let Some(covered) = self.syncing.remove(&index) else { return };
        match self.open.get(&descriptor(call)) {
            Some(Open::File(file)) => {
                let file = &mut self.files[*file];
                for change in file.pending.drain(..covered) {
                    change.whole(&mut file.durable);
                }
            }
            Some(Open::Directory) => {
                for naming in self.renamings.drain(..covered) {
                    naming.apply(&mut self.durable_names);
                }
            }
            Some(Open::Told) | None => unreachable!("nobody closes what is being synced"),
        }
    }

    /// What is not modelled may happen elsewhere only.
    fn must_not_concern_us(&self, call: &Call) {
        let ours = (0..call.arguments.len()).any(|index| {
            let descriptor = call.arguments[index].parse().ok();
            descriptor.is_some_and(|descriptor| matches!(self.open.get(&descriptor), Some(Open::File(_))))
                || call.is_text(index) && self.name_of(&call.text(index)).is_some()
        });
        assert!(!ours, "the disk does not know {}({:?})", call.name, call.arguments);
    }

    /// Whether a file of this name has been given something that no sync covers.
    pub(crate) fn is_behind(&self, name: &str) -> bool {
        self.names.get(name).is_some_and(|file| !self.files[*file].pending.is_empty())
    }

    pub(crate) fn is_known(&self, name: &str) -> bool {
        self.names.contains_key(name)
    }

    /// What is there while the power is.
    pub(crate) fn whole(&self) -> Image {
        self.image(&self.names, File::whole)
    }

    /// What may be there after the power was cut now.
    pub(crate) fn cut(&self, random: &mut StdRng) -> Image {
        let mut names = self.durable_names.clone();
        let kept = random.random_range(0..=self.renamings.len());
        for naming in &self.renamings[..kept] {
            naming.apply(&mut names);
        }
        self.image(&names, |file| file.torn(random))
    }

    fn image(&self, names: &BTreeMap<String, usize>, mut content: impl FnMut(&File) -> Vec<u8>) -> Image {
        names.iter().map(|(name, file)| (name.clone(), content(&self.files[*file]))).collect()
    }
}

impl Naming {
    fn apply(&self, names: &mut BTreeMap<String, usize>) {
        match self.1 {
            Some(file) => names.insert(self.0.clone(), file),
            None => names.remove(&self.0),
        };
    }
}

impl File {
    fn whole(&self) -> Vec<u8> {
        let mut content = self.durable.clone();
        for change in &self.pending {
            change.whole(&mut content);
        }
        content
    }

    /// Nothing of what is pending, all of it, all up to some write, or each sector for itself.
    fn torn(&self, random: &mut StdRng) -> Vec<u8> {
        let mut content = self.durable.clone();
        let (up_to, chance) = match random.random_range(0..6) {
            0 => (0, 0.0),
            1 => (self.pending.len(), 1.0),
            2 => (random.random_range(0..=self.pending.len()), 1.0),
            3 => (self.pending.len(), 0.95),
            _ => (self.pending.len(), random.random::<f64>()),
        };
        for change in &self.pending[..up_to] {
            change.torn(&mut content, random, chance);
        }
        // The next one is under way.
        if let Some(change) = self.pending.get(up_to).filter(|_| chance > 0.0) {
            change.torn(&mut content, random, 0.5);
        }
        content
    }
}

impl Change {
    fn whole(&self, content: &mut Vec<u8>) {
        match self {
            Self::Write { at, bytes } => put(content, *at, bytes),
            Self::Length(length) => content.resize(*length, 0),
        }
    }

    fn torn(&self, content: &mut Vec<u8>, random: &mut StdRng, chance: f64) {
        let Self::Write { at, bytes } = self else {
            if random.random_bool(chance) {
                self.whole(content);
            }
            return;
        };
        let (mut at, mut rest) = (*at, bytes.as_slice());
        while !rest.is_empty() {
            let (piece, behind) = rest.split_at(rest.len().min(SECTOR - at % SECTOR));
            if random.random_bool(chance) {
                put(content, at, piece);
            }
            (at, rest) = (at + piece.len(), behind);
        }
    }
}

/// What lies between the end and a later place reads as zeros.
fn put(content: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    let end = at + bytes.len();
    if content.len() < end {
        content.resize(end, 0);
    }
    content[at..end].copy_from_slice(bytes);
}

fn descriptor(call: &Call) -> i64 {
    call.arguments[0].parse().unwrap_or(-1)
}

fn index_of(number: u64) -> usize {
    usize::try_from(number).expect("files are small here")
}

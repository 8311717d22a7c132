//! What a program asked of the kernel, in order: strace's own words, read back exactly.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader},
    path::Path,
    process::Command,
};

/// Whatever can change a file, or what a name or a descriptor stands for.
const CALLS: &str = "openat,open,creat,close,write,pwrite64,writev,pwritev,pwritev2,fsync,fdatasync,sync_file_range,\
     ftruncate,truncate,fallocate,rename,renameat,renameat2,unlink,unlinkat,link,linkat,copy_file_range,\
     dup,dup2,dup3";
/// More than any one write, so that nothing is cut off.
const LONGEST_WRITE: &str = "16777216";

/// One system call with its arguments as strace prints them, and what it answered.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) name: String,
    pub(crate) arguments: Vec<String>,
    /// Negative when it failed.
    pub(crate) answer: i64,
}

/// A call takes time: between its two moments the kernel may have done any part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    Begun(usize),
    Ended(usize),
}

#[derive(Debug, Default)]
pub(crate) struct Trace {
    pub(crate) calls: Vec<Call>,
    pub(crate) moments: Vec<Moment>,
}

/// Runs a program to its end and answers what it asked for. `inject` is handed to strace.
pub(crate) fn record(program: &mut Command, inject: Option<&str>, file: &Path) -> Trace {
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-xx", "--seccomp-bpf", "-s", LONGEST_WRITE, "-e", "signal=none", "-e"]);
    strace.arg(format!("trace={CALLS}"));
    if let Some(inject) = inject {
        strace.args(["-e", &format!("inject={inject}")]);
    }
    strace.arg("-o").arg(file).arg("--").arg(program.get_program()).args(program.get_args());
    strace.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = strace.output().unwrap_or_else(|error| {
        panic!("cannot run strace, which this test needs: {error} (apt-get install strace)")
    });
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&said));
    read(file)
}

fn read(file: &Path) -> Trace {
    let mut trace = Trace::default();
    let mut unfinished = HashMap::new();
    for line in BufReader::new(std::fs::File::open(file).unwrap()).lines() {
        let line = line.unwrap();
        let (thread, said) = line.split_once(' ').expect("each line begins with its thread");
        take(&mut trace, &mut unfinished, thread, said.trim_start());
    }
    trace
}

fn take(trace: &mut Trace, unfinished: &mut HashMap<String, usize>, thread: &str, said: &str) {
    if said.starts_with("+++") || said.starts_with("---") {
        return;
    }
    if said.starts_with("<... ") {
        let call = unfinished.remove(thread).expect("what is resumed was begun");
        trace.calls[call].answer = answer(said.rsplit_once(" = ").expect("it was answered").1);
        trace.moments.push(Moment::Ended(call));
        return;
    }
    let (name, rest) = said.split_once('(').unwrap_or_else(|| panic!("no call: {said}"));
    let call = trace.calls.len();
    trace.moments.push(Moment::Begun(call));
    let (arguments, answer) = if let Some(begun) = rest.strip_suffix(" <unfinished ...>") {
        unfinished.insert(thread.to_owned(), call);
        // Until it is answered: the program may end before.
        (begun, -1)
    } else {
        let (arguments, answered) = rest.rsplit_once(" = ").unwrap_or_else(|| panic!("no answer: {said}"));
        trace.moments.push(Moment::Ended(call));
        (arguments.trim_end().strip_suffix(')').expect("it is closed"), answer(answered))
    };
    // No argument holds a comma: every text is in hexadecimal.
    let arguments = arguments.split(", ").map(str::to_owned).collect();
    trace.calls.push(Call { name: name.to_owned(), arguments, answer });
}

fn answer(text: &str) -> i64 {
    let number = text.split(' ').next().unwrap_or_default();
    // A question mark: the program ended first.
    number.parse().unwrap_or(-1)
}

impl Call {
    pub(crate) fn number(&self, index: usize) -> u64 {
        let text = &self.arguments[index];
        text.parse().unwrap_or_else(|_| panic!("no number: {text} of {}", self.name))
    }

    pub(crate) fn is_text(&self, index: usize) -> bool {
        self.arguments[index].starts_with('"')
    }

    pub(crate) fn bytes(&self, index: usize) -> Vec<u8> {
        let text = self.arguments[index].strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        let text = text.unwrap_or_else(|| panic!("no whole text in {}", self.name)).as_bytes();
        text.chunks_exact(4).map(|escaped| digit(escaped[2]) << 4 | digit(escaped[3])).collect()
    }

    pub(crate) fn text(&self, index: usize) -> String {
        String::from_utf8(self.bytes(index)).expect("names are UTF-8")
    }
}

fn digit(letter: u8) -> u8 {
    match letter {
        b'0'..=b'9' => letter - b'0',
        b'a'..=b'f' => letter - b'a' + 10,
        other => panic!("no digit: {other}"),
    }
}

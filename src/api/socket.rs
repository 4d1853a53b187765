//! The operator's local door: a Unix socket in the data folder, for commands to a server that runs.
//!
//! Only the server's own user and root come in: the socket is theirs to open (0600), and the peer's user id is asked of
//! the system besides. Whoever comes in can read the data folder and its key anyway.
//!
//! The protocol, version 1, one command a connection:
//! - the client sends one line of JSON (at most `COMMAND_BYTES_MAX`), then its input in frames: four bytes of length,
//!   big-endian, at most `FRAME_BYTES_MAX`, and the bytes; a frame of length 0 ends the input. There is always that one.
//! - the server answers with lines of JSON (at most `LINE_BYTES_MAX`); the last is `{"exit":N}`, N the exit status.
//!   A connection that ends without it is a failure.

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::Shutdown;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::net::UnixListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::error::Error;

/// Longest command, in bytes.
const COMMAND_BYTES_MAX: u64 = 64 * 1024;
/// Longest frame of input, in bytes.
const FRAME_BYTES_MAX: usize = 1024 * 1024;
/// Longest line of an answer, in bytes.
const LINE_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// Commands at once.
const COMMANDS_MAX: usize = 8;
/// Time for the command line, and for a line of the answer to be taken.
const LINE_TIME_MAX: Duration = Duration::from_secs(30);
/// Time that running commands get when the server stops.
const STOP_TIME_MAX: Duration = Duration::from_secs(10);
/// Pause after a failed accept.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// The exit status of a command that failed.
const EXIT_FAILED: i32 = 1;

/// The commands of the operator, as the composition knows them.
pub trait Commands: Send + Sync {
    /// Runs `command`, reading `input` as far as it wants, with a call of `output` for each line of its answer; the exit status.
    fn run(&self, command: Value, input: &mut dyn Read, output: &mut dyn FnMut(Value) -> io::Result<()>) -> i32;
}

/// Where the socket of a data folder is.
pub fn path(data: &Path) -> PathBuf {
    data.join("xinju.sock")
}

/// A socket that listens already and answers once it runs.
pub struct Socket {
    listener: UnixListener,
    path: PathBuf,
    /// The user the server runs as: the owner of the socket it just made.
    owner: u32,
}

impl Socket {
    /// Makes the socket of a data folder, in the place of one that a killed server left. The caller holds the folder's lock.
    pub fn bind(data: &Path) -> Result<Self, Error> {
        let path = path(data);
        let _ = fs::remove_file(&path);
        let listener = UnixListener::bind(&path).map_err(Error::file(&path))?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).map_err(Error::file(&path))?;
        let owner = fs::metadata(&path).map_err(Error::file(&path))?.uid();
        Ok(Self { listener, path, owner })
    }

    /// Answers until `stop` is cancelled, then lets running commands end for a moment and removes the socket.
    pub async fn run(self, commands: Arc<dyn Commands>, stop: CancellationToken) {
        let room = Arc::new(Semaphore::new(COMMANDS_MAX));
        let tasks = TaskTracker::new();
        loop {
            let Ok(permit) = Arc::clone(&room).acquire_owned().await else { break };
            let accepted = tokio::select! {
                () = stop.cancelled() => break,
                accepted = self.listener.accept() => accepted,
            };
            match accepted.and_then(|(stream, _)| self.admit(stream)) {
                Ok(stream) => {
                    let commands = Arc::clone(&commands);
                    let closer = stream.try_clone();
                    let work = tasks.spawn_blocking(move || {
                        answer(commands.as_ref(), &stream);
                        drop(permit);
                    });
                    drop(tasks.spawn(cut_off(work, closer, stop.clone())));
                }
                Err(error) => {
                    tracing::warn!(%error, "a local command was not let in");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
        tasks.close();
        if tokio::time::timeout(STOP_TIME_MAX, tasks.wait()).await.is_err() {
            tracing::warn!("a local command did not end in time");
        }
        let _ = fs::remove_file(&self.path);
    }

    /// Lets in the server's own user and root.
    fn admit(&self, stream: tokio::net::UnixStream) -> io::Result<UnixStream> {
        let peer = stream.peer_cred()?.uid();
        if peer != self.owner && peer != 0 {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, format!("user {peer} is not the server's")));
        }
        let stream = stream.into_std()?;
        stream.set_nonblocking(false)?;
        stream.set_write_timeout(Some(LINE_TIME_MAX))?;
        Ok(stream)
    }
}

/// Closes a connection when the server stops while its command runs, so that the command's next reading fails.
async fn cut_off(mut work: tokio::task::JoinHandle<()>, closer: io::Result<UnixStream>, stop: CancellationToken) {
    tokio::select! {
        _ = &mut work => {}
        () = stop.cancelled() => {
            if let Ok(stream) = closer {
                let _ = stream.shutdown(Shutdown::Read);
            }
            let _ = work.await;
        }
    }
}

fn answer(commands: &dyn Commands, stream: &UnixStream) {
    let exit = match read_command(stream) {
        Ok((command, mut input)) => {
            let mut output = |line: Value| write_line(stream, &line);
            commands.run(command, &mut input, &mut output)
        }
        Err(error) => {
            let _ = write_line(stream, &json!({"error": error.to_string()}));
            EXIT_FAILED
        }
    };
    let _ = write_line(stream, &json!({"exit": exit}));
    let _ = stream.shutdown(Shutdown::Both);
}

fn read_command(stream: &UnixStream) -> io::Result<(Value, Frames<BufReader<&UnixStream>>)> {
    stream.set_read_timeout(Some(LINE_TIME_MAX))?;
    let mut reader = BufReader::new(stream);
    let mut line = Vec::new();
    reader.by_ref().take(COMMAND_BYTES_MAX).read_until(b'\n', &mut line)?;
    if line.last() != Some(&b'\n') {
        return Err(invalid("the command is cut off or too long"));
    }
    let command = serde_json::from_slice(&line).map_err(|_| invalid("the command is not JSON"))?;
    // Input may come from a person's keyboard or a slow pipe: it has all the time it wants.
    stream.set_read_timeout(None)?;
    Ok((command, Frames { reader, left: 0, ended: false }))
}

fn invalid(sentence: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, sentence)
}

fn write_line(mut stream: &UnixStream, line: &Value) -> io::Result<()> {
    let mut bytes = serde_json::to_vec(line)?;
    bytes.push(b'\n');
    stream.write_all(&bytes)
}

/// The input of a command, out of its frames.
struct Frames<R> {
    reader: R,
    left: usize,
    ended: bool,
}

impl<R: Read> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 && !self.ended {
            let mut length = [0; 4];
            self.reader.read_exact(&mut length)?;
            self.left = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
            self.ended = self.left == 0;
        }
        if self.left > FRAME_BYTES_MAX {
            return Err(invalid("a frame is too long"));
        }
        let wanted = buffer.len().min(self.left);
        let read = match buffer.get_mut(..wanted) {
            Some(part) if wanted > 0 => self.reader.read(part)?,
            _ => return Ok(0),
        };
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left = self.left.saturating_sub(read);
        Ok(read)
    }
}

/// The other side: a command line that found a running server.
pub struct Client {
    stream: UnixStream,
}

impl Client {
    /// Connects to the server of a data folder; none when no server runs there.
    pub fn connect(data: &Path) -> io::Result<Option<Self>> {
        match UnixStream::connect(path(data)) {
            Ok(stream) => Ok(Some(Self { stream })),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused) => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Sends a command with its input and calls `output` for each line of the answer; the exit status.
    ///
    /// The answer is received while the input is sent, and told between two pieces of it. An error of the input or of
    /// `output` ends the command.
    pub fn run(
        self,
        command: &Value,
        input: &mut dyn Read,
        output: &mut dyn FnMut(Value) -> io::Result<()>,
    ) -> io::Result<i32> {
        write_line(&self.stream, command)?;
        let receiving = self.stream.try_clone()?;
        let (sender, answers) = mpsc::channel();
        let receiver =
            std::thread::Builder::new().name("answers".into()).spawn(move || receive(&receiving, &sender))?;
        let exit = talk(&self.stream, input, &answers, output);
        let _ = self.stream.shutdown(Shutdown::Both);
        let _ = receiver.join();
        exit
    }
}

/// A line of an answer, or why there is none.
type Answer = io::Result<Value>;

/// Receives lines until the connection ends or nobody listens.
fn receive(stream: &UnixStream, sender: &mpsc::Sender<Answer>) {
    let mut reader = BufReader::new(stream);
    loop {
        let mut line = Vec::new();
        let answer = match reader.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line) {
            Ok(_) if line.last() == Some(&b'\n') => {
                serde_json::from_slice(&line).map_err(|_| invalid("the answer is not JSON"))
            }
            Ok(_) => Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the server ended before the command did")),
            Err(error) => Err(error),
        };
        let over = answer.is_err();
        if sender.send(answer).is_err() || over {
            return;
        }
    }
}

/// Sends the input in frames and tells what is answered meanwhile, until the exit status comes.
fn talk(
    mut stream: &UnixStream,
    input: &mut dyn Read,
    answers: &mpsc::Receiver<Answer>,
    output: &mut dyn FnMut(Value) -> io::Result<()>,
) -> io::Result<i32> {
    let gone = || io::Error::new(io::ErrorKind::UnexpectedEof, "the server ended before the command did");
    let mut buffer = vec![0; FRAME_BYTES_MAX];
    let mut sending = true;
    loop {
        let answer = if sending { answers.try_recv().ok() } else { Some(answers.recv().map_err(|_| gone())?) };
        if let Some(answer) = answer {
            let answer = answer?;
            match answer.get("exit").and_then(Value::as_i64) {
                Some(exit) => {
                    return i32::try_from(exit).map_err(|_| invalid("the exit status is no number of its kind"));
                }
                None => output(answer)?,
            }
        } else {
            let read = match input.read(&mut buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => read?,
            };
            let length = u32::try_from(read).unwrap_or(0).to_be_bytes();
            let part = buffer.get(..read).unwrap_or_default();
            // A pipe that breaks means that the command ended without the rest of its input: its last lines are on the way.
            sending = stream.write_all(&length).and_then(|()| stream.write_all(part)).is_ok() && read > 0;
        }
    }
}

/// A socket that answers on the present runtime until it is dropped.
pub struct Door(CancellationToken);

impl Door {
    /// Opens the door of a data folder; as [`Socket::bind`] and [`Socket::run`].
    pub fn open(data: &Path, commands: Arc<dyn Commands>) -> Result<Self, Error> {
        let (socket, stop) = (Socket::bind(data)?, CancellationToken::new());
        drop(tokio::spawn(socket.run(commands, stop.clone())));
        Ok(Self(stop))
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers with what it was told and how much input there was.
    struct Echo;

    impl Commands for Echo {
        fn run(&self, command: Value, input: &mut dyn Read, output: &mut dyn FnMut(Value) -> io::Result<()>) -> i32 {
            if command == json!("ignore") {
                return 7;
            }
            let mut bytes = Vec::new();
            match input.read_to_end(&mut bytes) {
                Ok(read) => i32::from(output(json!({"command": command, "read": read})).is_err()),
                Err(_) => 9,
            }
        }
    }

    /// Runs `client` against a server with [`Echo`], on a data folder of its own.
    fn with_server<T: Send + 'static>(client: impl FnOnce(&Path) -> T + Send + 'static) -> T {
        let folder = tempfile::tempdir().expect("a folder");
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(async {
            let socket = Socket::bind(folder.path()).expect("bound");
            let stop = CancellationToken::new();
            let running = tokio::spawn(socket.run(Arc::new(Echo), stop.clone()));
            let data = folder.path().to_owned();
            let outcome = tokio::task::spawn_blocking(move || client(&data)).await.expect("the client ended");
            stop.cancel();
            running.await.expect("the server ended");
            assert!(!path(folder.path()).exists(), "the socket is left behind");
            outcome
        })
    }

    fn ask(data: &Path, command: &Value, input: &mut dyn Read) -> (io::Result<i32>, Vec<Value>) {
        let mut lines = Vec::new();
        let client = Client::connect(data).expect("connects").expect("a server runs");
        let exit = client.run(command, input, &mut |line| {
            lines.push(line);
            Ok(())
        });
        (exit, lines)
    }

    #[test]
    fn a_command_gets_its_input_and_answers() {
        let (exit, lines) =
            with_server(|data| ask(data, &json!({"import": "wecom"}), &mut io::repeat(7).take(3 * 1024 * 1024 + 5)));
        assert_eq!(exit.expect("an exit status"), 0);
        assert_eq!(lines, [json!({"command": {"import": "wecom"}, "read": 3 * 1024 * 1024 + 5})]);
    }

    #[test]
    fn a_command_that_ignores_endless_input_ends_all_the_same() {
        let (exit, lines) = with_server(|data| ask(data, &json!("ignore"), &mut io::repeat(0)));
        assert_eq!((exit.expect("an exit status"), lines.len()), (7, 0));
    }

    #[test]
    fn input_that_breaks_off_is_not_taken_for_the_whole() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("the disk is gone"))
            }
        }
        let (exit, lines) = with_server(|data| ask(data, &json!("count"), &mut Broken));
        assert_eq!((exit.expect_err("a fault").to_string(), lines.len()), ("the disk is gone".into(), 0));
    }

    #[test]
    fn a_command_learns_that_its_client_went_away() {
        let text = with_server(|data| {
            let mut stream = UnixStream::connect(path(data)).expect("connects");
            stream.write_all(b"\"count\"\n\0\0\0\x09five").expect("sent");
            stream.shutdown(Shutdown::Write).expect("broken off");
            let mut text = String::new();
            stream.read_to_string(&mut text).expect("answered");
            text
        });
        assert_eq!(text, "{\"exit\":9}\n");
    }

    #[test]
    fn rubbish_is_answered_with_an_error() {
        let lines = with_server(|data| {
            let mut stream = UnixStream::connect(path(data)).expect("connects");
            stream.write_all(b"rubbish\n").expect("sent");
            let mut text = String::new();
            stream.read_to_string(&mut text).expect("answered");
            text
        });
        assert_eq!(lines, "{\"error\":\"the command is not JSON\"}\n{\"exit\":1}\n");
    }

    #[test]
    fn the_socket_is_its_owners_alone_and_takes_the_place_of_a_dead_one() {
        let mode = with_server(|data| fs::metadata(path(data)).expect("a socket").permissions().mode());
        assert_eq!(mode & 0o777, 0o600);
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(path(folder.path()), "").expect("a leftover");
        assert!(Client::connect(folder.path()).expect("no server").is_none());
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let _guard = runtime.enter();
        assert!(Socket::bind(folder.path()).is_ok());
    }

    #[test]
    fn too_long_a_frame_is_refused() {
        let bytes = u32::MAX.to_be_bytes();
        let mut frames = Frames { reader: &bytes[..], left: 0, ended: false };
        assert_eq!(frames.read(&mut [0; 8]).map_err(|error| error.kind()), Err(io::ErrorKind::InvalidData));
    }
}

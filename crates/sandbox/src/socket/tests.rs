//! The socket to a child: what is read, what is told.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use super::Socket;

fn pair() -> (Socket, UnixStream) {
    let (ours, theirs) = UnixStream::pair().unwrap();
    ours.set_nonblocking(true).unwrap();
    (Socket::new(ours).unwrap(), theirs)
}

/// Writes until nothing more fits, and says how much did.
fn fill(socket: &mut Socket) -> usize {
    let mut written = 0;
    loop {
        match socket.write(&[7; 4096]).unwrap() {
            0 => return written,
            count => written += count,
        }
    }
}

#[tokio::test]
async fn what_comes_is_read_up_to_the_end() {
    let (socket, mut theirs) = pair();
    let mut buffer = [0; 4];
    theirs.write_all(b"abcdef").unwrap();
    assert_eq!(socket.read(&mut buffer).await.unwrap(), 4);
    assert_eq!(socket.read(&mut buffer).await.unwrap(), 2);
    theirs.write_all(b"g").unwrap();
    assert_eq!(socket.read(&mut buffer).await.unwrap(), 1);
    drop(theirs);
    assert_eq!(socket.read(&mut buffer).await.unwrap(), 0);
}

#[tokio::test]
async fn a_full_socket_tells_of_room_each_time_there_is_some() {
    let (mut socket, mut theirs) = pair();
    for _ in 0..3 {
        let mut filled = fill(&mut socket);
        let full = tokio::time::timeout(Duration::from_millis(20), socket.room()).await;
        assert!(full.is_err(), "there is no room");
        let mut buffer = vec![0; 64 * 1024];
        while filled > 0 {
            filled -= theirs.read(&mut buffer).unwrap();
        }
        socket.room().await.unwrap();
        assert_eq!(socket.write(b"x").unwrap(), 1);
        assert_eq!(theirs.read(&mut buffer).unwrap(), 1);
    }
}

#[tokio::test]
async fn a_reader_that_is_gone_is_an_error() {
    let (mut socket, theirs) = pair();
    drop(theirs);
    assert!(socket.write(b"x").is_err());
}

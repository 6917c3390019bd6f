//! Servers that answer with raw bytes, a network whose names and routes a test decides, and a client
//! that collects the records of what it did.

use std::{
    collections::HashMap,
    io,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use egress::{
    Checked, Config, Egress, Error, Grant, Network, Observer, Record, Redirect, Request, Response,
    Session, SystemNetwork,
};
use futures_util::future::BoxFuture;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

/// A request as it came over the wire.
#[derive(Debug, Clone)]
pub struct Received {
    /// The request line and the headers, without the empty line.
    pub head: String,
    pub body: Vec<u8>,
}

impl Received {
    /// The values of a header, in any case.
    pub fn values(&self, name: &str) -> Vec<&str> {
        let header = |line: &'_ str| {
            let (own, _) = line.split_once(':')?;
            own.eq_ignore_ascii_case(name).then_some(own.len() + 1)
        };
        let lines = self.head.lines().skip(1);
        lines.filter_map(|line| header(line).map(|start| line[start..].trim())).collect()
    }

    pub fn path(&self) -> &str {
        self.head.split(' ').nth(1).unwrap_or_default()
    }
}

/// A server on a loopback port of its own; it stops with the value.
pub struct Server {
    pub address: SocketAddr,
    connections: Arc<AtomicUsize>,
    received: Arc<Mutex<Vec<Received>>>,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    /// Answers each request with the bytes that `answer` makes of it, on connections that stay open.
    pub async fn answering(answer: impl Fn(&Received) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self::knowing_itself(move |request, _| answer(request)).await
    }

    /// The same for a server that has to know its own port.
    pub async fn knowing_itself(
        answer: impl Fn(&Received, u16) -> Vec<u8> + Send + Sync + 'static,
    ) -> Self {
        let answer = Arc::new(answer);
        Self::talking(move |mut stream, received| {
            let answer = Arc::clone(&answer);
            Box::pin(async move {
                let Ok(own) = stream.local_addr() else { return };
                while let Some(request) = read_request(&mut stream).await {
                    let bytes = answer(&request, own.port());
                    received.lock().unwrap().push(request);
                    if stream.write_all(&bytes).await.is_err() {
                        return;
                    }
                }
            })
        })
        .await
    }

    /// The same answer to everyone, after which the connection is closed.
    pub async fn closing_after(bytes: Vec<u8>) -> Self {
        let bytes = Arc::new(bytes);
        Self::talking(move |mut stream, received| {
            let bytes = Arc::clone(&bytes);
            Box::pin(async move {
                if let Some(request) = read_request(&mut stream).await {
                    received.lock().unwrap().push(request);
                    stream.write_all(&bytes).await.ok();
                    stream.shutdown().await.ok();
                }
            })
        })
        .await
    }

    /// Reads the request and then writes `bytes` again and again, `every` so long, for ever.
    pub async fn dripping(head: &'static [u8], bytes: Vec<u8>, every: Duration) -> Self {
        let bytes = Arc::new(bytes);
        Self::talking(move |mut stream, _| {
            let bytes = Arc::clone(&bytes);
            Box::pin(async move {
                read_request(&mut stream).await;
                let mut alive = stream.write_all(head).await.is_ok();
                while alive {
                    alive = stream.write_all(&bytes).await.is_ok();
                    tokio::time::sleep(every).await;
                }
            })
        })
        .await
    }

    /// Whatever `talk` does with each connection.
    pub async fn talking(
        talk: impl Fn(TcpStream, Arc<Mutex<Vec<Received>>>) -> BoxFuture<'static, ()>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let received = Arc::new(Mutex::new(Vec::new()));
        let (counter, log) = (Arc::clone(&connections), Arc::clone(&received));
        let task = tokio::spawn(async move {
            let mut open = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                counter.fetch_add(1, Ordering::SeqCst);
                open.spawn(talk(stream, Arc::clone(&log)));
            }
        });
        Self { address, connections, received, task }
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// `localhost:PORT`.
    pub fn rule(&self) -> String {
        format!("localhost:{}", self.port())
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.port())
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }
}

/// A request with its body, or nothing when the connection ended.
pub async fn read_request(stream: &mut (impl AsyncReadExt + Unpin)) -> Option<Received> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        bytes.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8_lossy(&bytes).trim_end().to_owned();
    let request = Received { head, body: Vec::new() };
    let length = request.values("content-length").first().and_then(|value| value.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).await.ok()?;
    Some(Received { body, ..request })
}

/// `200 OK` with this body.
pub fn ok(body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// A redirect to this place.
pub fn redirect(status: u16, location: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status} Elsewhere\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n")
        .into_bytes()
}

/// Names and routes as a test decides, and what was asked and dialled. What is not routed is refused.
#[derive(Default, Clone)]
pub struct TestNetwork(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    answers: HashMap<String, Vec<Vec<IpAddr>>>,
    routes: HashMap<SocketAddr, SocketAddr>,
    own: Vec<IpAddr>,
    lookups: Vec<String>,
    dialled: Vec<SocketAddr>,
}

impl TestNetwork {
    /// What a name leads to, look-up by look-up; the last answer stays.
    pub fn name(self, name: &str, answers: &[&[&str]]) -> Self {
        let parse = |answer: &&[&str]| answer.iter().map(|ip| ip.parse().unwrap()).collect();
        let answers = answers.iter().map(parse).collect();
        self.0.lock().unwrap().answers.insert(name.to_owned(), answers);
        self
    }

    /// Where a connection to a public address really goes.
    pub fn route(self, from: &str, to: SocketAddr) -> Self {
        self.0.lock().unwrap().routes.insert(from.parse().unwrap(), to);
        self
    }

    /// Another address of this host.
    pub fn own(self, address: &str) -> Self {
        self.0.lock().unwrap().own.push(address.parse().unwrap());
        self
    }

    pub fn lookups(&self) -> Vec<String> {
        self.0.lock().unwrap().lookups.clone()
    }

    pub fn dialled(&self) -> Vec<String> {
        self.0.lock().unwrap().dialled.iter().map(SocketAddr::to_string).collect()
    }
}

impl Network for TestNetwork {
    fn resolve<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        let mut state = self.0.lock().unwrap();
        state.lookups.push(name.to_owned());
        let answer = match state.answers.get_mut(name) {
            Some(answers) if answers.len() > 1 => Ok(answers.remove(0)),
            Some(answers) => Ok(answers[0].clone()),
            None => Err(io::ErrorKind::NotFound.into()),
        };
        Box::pin(std::future::ready(answer))
    }

    fn connect(&self, address: Checked) -> BoxFuture<'_, io::Result<TcpStream>> {
        let mut state = self.0.lock().unwrap();
        state.dialled.push(address.get());
        match state.routes.get(&address.get()).copied() {
            Some(route) => Box::pin(TcpStream::connect(route)),
            None => Box::pin(std::future::ready(Err(io::ErrorKind::ConnectionRefused.into()))),
        }
    }

    fn own_addresses(&self) -> io::Result<Vec<IpAddr>> {
        Ok(self.0.lock().unwrap().own.clone())
    }
}

/// One execution's session, and the records of its requests.
pub struct Client {
    pub session: Session,
    pub cancel: CancellationToken,
    records: Arc<Mutex<Vec<Record>>>,
}

impl Client {
    /// Granted `rules`, over the system's network.
    pub fn local(rules: &[String]) -> Self {
        Self::with(rules, Config::default())
    }

    /// The same with other limits.
    pub fn with(rules: &[String], config: Config) -> Self {
        Self::over(rules, config, SystemNetwork::default())
    }

    /// Granted `rules`, over a network of the test's.
    pub fn over(rules: &[String], config: Config, network: impl Network) -> Self {
        let config = Config { allow: Grant::parse(rules).unwrap(), ..config };
        Self::of(&Egress::over(config, network).unwrap())
    }

    /// Granted all that the operator allows.
    pub fn of(egress: &Egress) -> Self {
        let (session, denied) = egress.session(&egress.config().allow);
        assert_eq!(denied, []);
        Self::new(session)
    }

    pub fn new(session: Session) -> Self {
        Self { session, cancel: CancellationToken::new(), records: Arc::default() }
    }

    pub fn observer(&self) -> Observer {
        let records = Arc::clone(&self.records);
        Arc::new(move |record| records.lock().unwrap().push(record))
    }

    pub async fn fetch(&self, request: Request) -> Result<Response, Error> {
        self.session.fetch(request, &self.observer(), self.cancel.clone()).await
    }

    /// Status and whole body.
    pub async fn get(&self, url: &str) -> Result<(u16, Bytes), Error> {
        let response = self.fetch(get(url)).await?;
        Ok((response.status, response.body.bytes().await?))
    }

    /// The code of a request that has to fail, in its head or its body.
    pub async fn refused(&self, url: &str) -> &'static str {
        match self.get(url).await {
            Ok((status, body)) => panic!("{url} answered {status} with {} bytes", body.len()),
            Err(error) => error.code(),
        }
    }

    pub fn records(&self) -> Vec<Record> {
        self.records.lock().unwrap().clone()
    }

    /// Host, status and error of each record.
    pub fn told(&self) -> Vec<(Option<String>, Option<u16>, Option<&'static str>)> {
        let told = |record: Record| (record.host, record.status, record.error);
        self.records().into_iter().map(told).collect()
    }
}

pub fn get(url: &str) -> Request {
    Request {
        method: "GET".to_owned(),
        url: url.to_owned(),
        headers: Vec::new(),
        body: Bytes::new(),
        redirect: Redirect::Follow,
    }
}

/// Waits until `done`, which a test knows to come about.
pub async fn until(mut done: impl FnMut() -> bool) {
    let waited = tokio::time::timeout(Duration::from_secs(20), async {
        while !done() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    });
    waited.await.expect("what was waited for did not come about");
}

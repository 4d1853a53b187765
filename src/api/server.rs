//! The listening socket: accepts connections, bounds them in number and time, and closes them in order at the end.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Incoming};
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use poem::endpoint::DynEndpoint;
use poem::http::uri::Scheme;
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Addr, Request, Response};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use xinju_model::time::Timestamp;

use crate::config::Config;
use crate::error::Error;
use crate::router;
use crate::state::{App, Parts};
use crate::tls;

/// Time for a TLS handshake.
const HANDSHAKE_TIME_MAX: Duration = Duration::from_secs(15);
/// Time for the head of a request, and between two requests of a connection: longer than proxies keep one open, so that
/// they do not send into a connection that is just being closed.
const HEAD_TIME_MAX: Duration = Duration::from_secs(75);
/// Time that running requests get when the server stops.
const STOP_TIME_MAX: Duration = Duration::from_secs(10);
/// Pause after a failed accept: the system is out of descriptors, and asking at once would only burn time.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// Requests at once on one HTTP/2 connection.
const STREAMS_MAX: u32 = 128;
/// Bytes of all header fields of one request.
const HEADER_BYTES_MAX: u32 = 32 * 1024;

type Routes = Arc<dyn DynEndpoint<Output = Response>>;

/// A server that listens already and answers once it runs.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    tls: Option<TlsAcceptor>,
    app: Arc<App>,
}

/// What every connection of a server shares.
#[derive(Clone)]
struct Shared {
    routes: Routes,
    tls: Option<TlsAcceptor>,
    local: SocketAddr,
    stopping: CancellationToken,
}

impl Server {
    /// Takes the address and reads or makes the certificate, so that faults show before anything runs.
    pub async fn bind(parts: Parts, config: Config) -> Result<Self, Error> {
        let now = parts.clock.now();
        Self::of(App::new(parts, config)?, now).await
    }

    pub(crate) async fn of(app: Arc<App>, now: Timestamp) -> Result<Self, Error> {
        let tls = tls::acceptor(&app.config, now)?;
        let failed = |source| Error::Listen { address: app.config.listen, source };
        let listener = TcpListener::bind(app.config.listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Self { listener, address, tls, app })
    }

    /// Where it listens; tells the port when any was taken.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until `stop` is ready, then lets running requests end for a moment.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let connections = Arc::new(Semaphore::new(self.app.config.connections_max));
        let tasks = TaskTracker::new();
        let shared = Shared {
            routes: router::routes(Arc::clone(&self.app)),
            tls: self.tls,
            local: self.address,
            stopping: self.app.stopping.clone(),
        };
        let mut stop = pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => break,
                (accepted, permit) = accept(&self.listener, &connections) => match accepted {
                    Ok((stream, peer)) => drop(tasks.spawn(connection(shared.clone(), stream, peer, permit))),
                    Err(error) => {
                        tracing::warn!(%error, "could not accept a connection");
                        tokio::time::sleep(ACCEPT_PAUSE).await;
                    }
                },
            }
        }
        drop(self.listener);
        shared.stopping.cancel();
        tasks.close();
        if tokio::time::timeout(STOP_TIME_MAX, tasks.wait()).await.is_err() {
            tracing::warn!("some requests did not end in time and were cut off");
        }
    }
}

/// The next connection, once there is room for it.
async fn accept(
    listener: &TcpListener,
    connections: &Arc<Semaphore>,
) -> (std::io::Result<(TcpStream, SocketAddr)>, Option<OwnedSemaphorePermit>) {
    let permit = Arc::clone(connections).acquire_owned().await.ok();
    (listener.accept().await, permit)
}

async fn connection(shared: Shared, stream: TcpStream, peer: SocketAddr, _permit: Option<OwnedSemaphorePermit>) {
    let _ = stream.set_nodelay(true);
    let Some(acceptor) = &shared.tls else {
        return http_1(&shared, stream, peer, Scheme::HTTP).await;
    };
    let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE_TIME_MAX, acceptor.accept(stream)).await else { return };
    if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
        http_2(&shared, stream, peer).await;
    } else {
        http_1(&shared, stream, peer, Scheme::HTTPS).await;
    }
}

async fn http_1<S>(shared: &Shared, stream: S, peer: SocketAddr, scheme: Scheme)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(|request| answer(shared, request, peer, scheme.clone()));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME_MAX)
        .max_buf_size(HEADER_BYTES_MAX as usize)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    tokio::select! {
        _ = &mut connection => return,
        () = shared.stopping.cancelled() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

async fn http_2<S>(shared: &Shared, stream: S, peer: SocketAddr)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let owned = shared.clone();
    let service = service_fn(move |request| {
        let shared = owned.clone();
        async move { answer(&shared, request, peer, Scheme::HTTPS).await }
    });
    let connection = http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .keep_alive_interval(Some(Duration::from_secs(30)))
        .max_concurrent_streams(STREAMS_MAX)
        .max_header_list_size(HEADER_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    tokio::select! {
        _ = &mut connection => return,
        () = shared.stopping.cancelled() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

async fn answer(
    shared: &Shared,
    request: hyper::Request<Incoming>,
    peer: SocketAddr,
    scheme: Scheme,
) -> Result<hyper::Response<impl Body<Data = Bytes, Error = std::io::Error> + use<>>, Infallible> {
    let local = LocalAddr(Addr::SocketAddr(shared.local));
    let remote = RemoteAddr(Addr::SocketAddr(peer));
    let request = Request::from((request, local, remote, scheme));
    let response = match shared.routes.call(request).await {
        Ok(response) => response,
        Err(error) => error.into_response(),
    };
    Ok(response.into())
}

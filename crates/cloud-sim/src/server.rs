//! The HTTP side: listens, reads requests whole, writes answers, and breaks connections when told to.

use std::{
    net::{Shutdown, SocketAddr, TcpStream},
    os::fd::AsFd as _,
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    dev::ServerHandle,
    http::{StatusCode, header},
    rt::net::TcpStream as Connection,
    web,
};
use serde_json::Value;

use crate::{
    answer::{Answer, Body},
    channels::{self, Channels, Smtp},
    control,
    dispatch::{Reply, Service},
    keys::{self, Profile},
    options::{Options, StartError},
    script::Script,
    signature::Signed,
    state::World,
};

/// A larger body is refused with 413 before anything looks at it.
const MOST_BODY: usize = 4 << 20;

/// Longer than clients keep idle connections, so that none of them writes into one that is just being closed.
const KEEP_ALIVE: Duration = Duration::from_mins(2);

/// Starts a simulator on the runtime it is called on (tokio or actix). It serves until [`Running::stop`] or the end of
/// the process.
pub async fn start(options: Options) -> Result<Running, StartError> {
    let callers = prepare(&options).await?;
    let config_file = callers.config_file.clone();
    let profiles = callers.profiles.clone();
    let world = World::new(&options, &profiles);
    let service = Arc::new(Service::new(callers, world));
    let channels = Channels::scaled(options.time_scale);
    if let Some(script) = &options.script {
        channels.play(script);
    }
    let site = Site { cloud: Some(Arc::clone(&service)), channels: channels.clone() };
    let (address, handle) = listen(site, options.bind)?;
    let smtp = match options.smtp {
        Some(options) => Some(channels::start_smtp(&channels, options).await?),
        None => None,
    };
    Ok(Running {
        base_url: format!("http://{address}"),
        address,
        smtp,
        config_file,
        profiles,
        simulation: Simulation { service, channels },
        handle,
    })
}

/// What is served on a port: the channels, and perhaps a cloud.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) cloud: Option<Arc<Service>>,
    pub(crate) channels: Channels,
}

/// Serves on the runtime it is called on, until the handle is told to stop.
pub(crate) fn listen(site: Site, bind: SocketAddr) -> Result<(SocketAddr, ServerHandle), StartError> {
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::new(site.clone()))
            .app_data(web::PayloadConfig::new(MOST_BODY))
            .default_service(web::to(serve))
    })
    .on_connect(|connection, data| {
        if let Some(line) = connection.downcast_ref::<Connection>().and_then(Line::of) {
            data.insert(line);
        }
    })
    .workers(1)
    .keep_alive(KEEP_ALIVE)
    .disable_signals()
    .shutdown_timeout(1)
    .bind(bind)
    .map_err(|source| StartError::Bind { address: bind, source })?;
    let address = server.addrs().first().copied().unwrap_or(bind);
    let server = server.run();
    let handle = server.handle();
    tokio::spawn(server);
    Ok((address, handle))
}

async fn prepare(options: &Options) -> Result<keys::Callers, StartError> {
    if options.tenants == 0 {
        return Err(StartError::TooFew("the number of tenants"));
    }
    if options.availability_domains == 0 {
        return Err(StartError::TooFew("the number of availability domains"));
    }
    let (dir, tenants) = (options.dir.clone(), options.tenants);
    let made = tokio::task::spawn_blocking(move || keys::prepare(dir.as_deref(), tenants)).await;
    made.map_err(|_| StartError::KeyGeneration)?
}

/// A simulator that serves. Dropping it does not stop it.
pub struct Running {
    /// `http://127.0.0.1:PORT`, the same for all services.
    pub base_url: String,
    pub address: SocketAddr,
    /// The configuration file in the chosen directory.
    pub config_file: Option<PathBuf>,
    /// Who may call, in the order of the configuration file.
    pub profiles: Vec<Profile>,
    /// Where mail is taken, if it is.
    pub smtp: Option<Smtp>,
    simulation: Simulation,
    handle: ServerHandle,
}

impl Running {
    /// A handle on what exists, for tests and for whoever embeds the simulator.
    pub fn simulation(&self) -> Simulation {
        self.simulation.clone()
    }

    /// The channels of notifications, which are served on the same port.
    pub fn channels(&self) -> Channels {
        self.simulation.channels.clone()
    }

    /// Closes the port and lets requests under way finish, for at most a second.
    pub async fn stop(self) {
        self.simulation.channels.close();
        self.handle.stop(true).await;
    }
}

/// The simulated cloud, apart from HTTP. Cloning it gives another handle on the same cloud.
#[derive(Clone)]
pub struct Simulation {
    service: Arc<Service>,
    channels: Channels,
}

impl Simulation {
    /// What `GET /_sim/state` answers, requests included.
    pub fn state(&self) -> Value {
        self.report(Some(0))
    }

    pub(crate) fn report(&self, after: Option<usize>) -> Value {
        self.service.world().report(after)
    }

    pub(crate) fn service(&self) -> &Service {
        &self.service
    }

    /// Starts a script from its beginning, in place of the one before, and lifts all suspensions.
    pub fn play(&self, script: Script) {
        self.channels.play(&script);
        self.service.world().play(script);
    }

    /// Moves world time forward. Signatures go by wall time and do not notice.
    pub fn advance(&self, by: Duration) {
        self.service.world().clock.advance(by);
        self.channels.advance(by);
    }

    /// Shifts the date by which signatures are judged and which answers carry.
    pub fn set_skew(&self, milliseconds: i64) {
        self.service.world().clock.set_skew(milliseconds);
        self.channels.set_skew(milliseconds);
    }
}

/// A second handle on a connection's socket, by which it can be closed under the HTTP library's feet.
pub(crate) struct Line(TcpStream);

impl Line {
    fn of(connection: &Connection) -> Option<Self> {
        connection.as_fd().try_clone_to_owned().ok().map(|socket| Self(socket.into()))
    }

    pub(crate) fn close(&self) {
        // The client may have been quicker; then there is nothing to close.
        let _ = self.0.shutdown(Shutdown::Both);
    }
}

async fn serve(request: HttpRequest, body: web::Bytes, site: web::Data<Site>) -> HttpResponse {
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
    if target.starts_with(channels::PREFIX) {
        return channels::serve(&site.channels, &request, &body).await;
    }
    let Some(service) = &site.cloud else { return HttpResponse::NotFound().finish() };
    if target.starts_with("/_sim/") {
        let simulation = Simulation { service: Arc::clone(service), channels: site.channels.clone() };
        return control::answer(&simulation, request.method().as_str(), target, &body);
    }
    let method = request.method().as_str();
    let reply = service.answer(&Signed { method, target, headers: request.headers(), body: &body });
    if !reply.answer.delay.is_zero() {
        actix_rt::time::sleep(reply.answer.delay).await;
    }
    if reply.answer.hang_up.is_some()
        && let Some(line) = request.conn_data::<Line>()
    {
        line.close();
    }
    respond(reply)
}

fn respond(reply: Reply) -> HttpResponse {
    let Answer { status, headers, body, hang_up, .. } = reply.answer;
    let mut response = HttpResponse::build(StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY));
    response.insert_header((header::DATE, httpdate::fmt_http_date(reply.date)));
    response.insert_header(("opc-request-id", reply.request_id));
    for (name, value) in headers {
        response.insert_header((name, value));
    }
    // The real service closes the connection after a 429.
    if status == 429 || hang_up.is_some() {
        response.force_close();
    }
    match body {
        Body::Json(value) => response.content_type("application/json").body(value.to_string()),
        Body::Garbage(text) => response.content_type("text/html").body(text),
        Body::Empty => response.finish(),
    }
}

//! The HTTP side of a node: who is let in, what resolvers find of them, what can be fetched.

use std::{net::TcpListener, sync::Arc};

use berth_domain::Language;
use berth_graphql::{Caller, Cookie, Dependencies};

use crate::{
    config::Config,
    door::FrontDoor,
    downloads::Downloading,
    handed_in::HandedIn,
    http::{Asker, Locale, Meters, Over, Readiness, Running, Server, cookie_name},
    node::StartError,
};

pub(crate) fn serve(
    config: &Config,
    dependencies: Dependencies,
    door: FrontDoor,
    readiness: Readiness,
    meters: Meters,
    listener: TcpListener,
) -> Result<Running, StartError> {
    let alerts = dependencies.app.alerts.clone();
    let (log, views) = (dependencies.log.clone(), dependencies.views.clone());
    let schema = berth_graphql::schema(dependencies);
    let server = Server::new(schema, berth_graphql::sdl(), Arc::new(door), readiness)
        .behind_proxy(config.server.behind_proxy)
        .request_limits(config.server.requests)
        .socket_limits(config.server.sockets)
        .request_data(caller_data)
        .meters(meters)
        .intake(Arc::new(HandedIn(alerts)))
        .downloads(Arc::new(Downloading { log, views }));
    server.start(listener).map_err(|source| StartError::Bind { address: config.server.address(), source })
}

fn caller_data(asker: &Asker) -> async_graphql::Data {
    let language = match asker.locale {
        Locale::English => Language::English,
        Locale::Chinese => Language::Chinese,
    };
    let guest = asker.guest.as_ref();
    let mut data = async_graphql::Data::default();
    data.insert(Caller {
        principal: guest.map(|guest| guest.principal.clone()),
        way: guest.and_then(|guest| guest.admitted.as_ref()).map(|admitted| admitted.kind),
        language,
        visit: asker.visit.clone(),
        request: asker.trace_id.clone(),
        cookie: match asker.over {
            Over::Post { secure } => Some(Cookie { name: cookie_name(secure), secure }),
            Over::Socket => None,
        },
        alone: asker.alone,
    });
    data
}

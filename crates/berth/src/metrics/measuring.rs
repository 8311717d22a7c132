//! What measures and what tells of it, from the beginning to the last write.

use std::{io, net::TcpListener, path::Path, sync::Arc};

use berth_app::alert::Gauges;
use berth_metrics::{LocalMachine, Metrics};
use tokio::{sync::oneshot, task::JoinHandle};

use super::{Carrying, Exposition, listener::Exposing};

pub(crate) struct Measuring {
    end: oneshot::Sender<()>,
    task: JoinHandle<()>,
    exposing: Option<Exposing>,
    watching: JoinHandle<()>,
}

impl Measuring {
    /// Measures this machine, and the disk where the data lies; and watches by these gauges what is to raise an alert.
    pub(crate) fn begin(metrics: &Metrics, data: &Path, carrying: Carrying, gauges: Arc<dyn Gauges>) -> Self {
        let watching = tokio::spawn(carrying.app.alerts.clone().watch(gauges));
        let (end, ending) = oneshot::channel::<()>();
        let (metrics, machine) = (metrics.clone(), Box::new(LocalMachine::new(data)));
        let task = tokio::spawn(async move {
            let shutdown = async move {
                ending.await.ok();
            };
            metrics.run(machine, Arc::new(carrying), shutdown).await;
        });
        Self { end, task, exposing: None, watching }
    }

    /// Gives figures to whoever asks on this listener, too.
    pub(crate) fn exposing(self, listener: TcpListener, exposition: Exposition) -> io::Result<Self> {
        let exposing = Exposing::begin(listener, exposition)?;
        tracing::info!(address = %exposing.address(), "giving figures to Prometheus");
        Ok(Self { exposing: Some(exposing), ..self })
    }

    /// Returns when everything that was measured is written.
    pub(crate) async fn end(self) {
        self.watching.abort();
        if let Some(exposing) = self.exposing {
            exposing.end().await;
        }
        // One that ended by itself has dropped its end.
        self.end.send(()).ok();
        self.task.await.ok();
    }
}

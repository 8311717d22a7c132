//! What a tenant can launch in a region: shapes, images, domains, and what is used of its limits. Read from its own cloud, in its
//! own turns, and kept for some minutes, so that a form that is opened again costs nothing.

use std::{cell::RefCell, collections::BTreeMap, sync::Arc};

use actix::{Context, Handler, Message, MessageResult, ResponseFuture};
use berth_cloud::{Account, Image, ImageWish, Limit, Shape};
use berth_domain::{
    Code, Explanation, Text, Timestamp, Trouble,
    grab::classify,
    tenant::free::{free_shapes, is_free},
};
use tokio::sync::Mutex;

use super::{
    account::Brief,
    actor::{Desk, TenantActor},
};
use crate::order::Denied;

/// What was read is good for so long.
const KEPT_MS: i64 = 300_000;

/// What can be launched in a region.
#[derive(Clone, Debug, PartialEq)]
pub struct LaunchOptions {
    pub region: String,
    pub domains: Vec<String>,
    /// Each once, whichever domains offer it.
    pub shapes: Vec<Shape>,
    /// Newest first, with the free shapes that they run on.
    pub images: Vec<(Image, Vec<String>)>,
    /// Of the free shapes, in each domain that offers one.
    pub limits: Vec<Limit>,
    pub read_at: Timestamp,
}

/// What was read, by region. One reads at a time, and whoever else asks meanwhile gets what it read.
#[derive(Default)]
pub(super) struct Kept {
    known: RefCell<BTreeMap<String, Arc<LaunchOptions>>>,
    reading: Mutex<()>,
}

/// Why reading went no further.
enum Stopped {
    Denied(Denied),
    Trouble(Trouble),
}

impl From<Trouble> for Stopped {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

/// Asks for a region's options; they are read anew when they are old, or when that is asked for.
#[derive(Message)]
#[rtype(result = "Result<Arc<LaunchOptions>, Denied>")]
pub(crate) struct ReadOptions {
    pub(crate) region: String,
    pub(crate) afresh: bool,
}

impl Handler<ReadOptions> for TenantActor {
    type Result = ResponseFuture<Result<Arc<LaunchOptions>, Denied>>;

    fn handle(&mut self, wanted: ReadOptions, _: &mut Context<Self>) -> Self::Result {
        let (desk, busy) = (self.desk.clone(), self.lifeline.busy());
        Box::pin(async move {
            let options = desk.options(&wanted.region, wanted.afresh).await;
            drop(busy);
            options
        })
    }
}

/// Asks for what was last read of a region.
#[derive(Message)]
#[rtype(result = "Option<Arc<LaunchOptions>>")]
pub(crate) struct KnownOptions {
    pub(crate) region: String,
}

impl Handler<KnownOptions> for TenantActor {
    type Result = MessageResult<KnownOptions>;

    fn handle(&mut self, wanted: KnownOptions, _: &mut Context<Self>) -> Self::Result {
        MessageResult(self.desk.options.known.borrow().get(&wanted.region).cloned())
    }
}

impl Desk {
    async fn options(&self, region: &str, afresh: bool) -> Result<Arc<LaunchOptions>, Denied> {
        let asked_at = self.now();
        let _reading = self.options.reading.lock().await;
        // Whoever waited while another read needs no second reading, however fresh it must be.
        let oldest = if afresh { asked_at } else { asked_at.plus_millis(-KEPT_MS) };
        let known = self.options.known.borrow().get(region).cloned();
        // Of a time that is yet to come: the clock was set back, and its age is not known.
        let is_good = |known: &Arc<LaunchOptions>| (oldest..=self.now()).contains(&known.read_at);
        if let Some(known) = known.filter(is_good) {
            return Ok(known);
        }
        let Brief::MayAct(account) = self.brief().await? else { return Err(may_not()) };
        match self.read_options(&account, region).await {
            Ok(options) => {
                let options = Arc::new(options);
                self.options.known.borrow_mut().insert(region.to_owned(), options.clone());
                Ok(options)
            }
            Err(Stopped::Denied(denied)) => Err(denied),
            Err(Stopped::Trouble(trouble)) => Err(failed(&trouble)),
        }
    }

    async fn read_options(&self, account: &Account, region: &str) -> Result<LaunchOptions, Stopped> {
        let cloud = &self.world.cloud;
        let domains = self.asked(region, cloud.availability_domains(account, region)).await?;
        let mut options = LaunchOptions {
            region: region.to_owned(),
            domains: domains.clone(),
            shapes: vec![],
            images: vec![],
            limits: vec![],
            read_at: self.now(),
        };
        for domain in &domains {
            let shapes = self.asked(region, cloud.shapes(account, region, domain)).await?;
            for shape in shapes.iter().filter(|shape| is_free(&shape.name)) {
                let limits = self.asked(region, cloud.limits(account, region, domain, &shape.name)).await?;
                Limit::add(&mut options.limits, limits);
            }
            options.add_shapes(shapes);
        }
        for shape in free_shapes().into_iter().filter(|shape| options.offers(shape)).collect::<Vec<_>>() {
            let wish = ImageWish { name: String::new(), shape: shape.to_owned() };
            options.add_images(self.asked(region, cloud.images(account, region, &wish)).await?, shape);
        }
        Ok(options)
    }

    /// One call in its turn, and what it means for the pace.
    async fn asked<T>(
        &self,
        region: &str,
        call: impl Future<Output = Result<T, Trouble>>,
    ) -> Result<T, Stopped> {
        self.turns.turn(region).await;
        let answer = call.await;
        self.note(region, answer.as_ref().err()).await;
        // Told to go meanwhile, by a key that was taken away say: what is read is not for it any more.
        if !self.state().await.map_err(Stopped::Denied)?.may_act() {
            return Err(Stopped::Denied(may_not()));
        }
        Ok(answer?)
    }
}

impl LaunchOptions {
    fn offers(&self, shape: &str) -> bool {
        self.shapes.iter().any(|known| known.name == shape)
    }

    fn add_shapes(&mut self, shapes: Vec<Shape>) {
        for shape in shapes {
            if !self.offers(&shape.name) {
                self.shapes.push(shape);
            }
        }
    }

    /// The newest of each operating system and version.
    fn add_images(&mut self, images: Vec<Image>, shape: &str) {
        for image in images {
            let same = |(known, _): &&mut (Image, Vec<String>)| {
                known.operating_system == image.operating_system && known.version == image.version
            };
            match self.images.iter_mut().find(same) {
                Some((_, shapes)) if shapes.iter().any(|known| known == shape) => {}
                Some((_, shapes)) => shapes.push(shape.to_owned()),
                None => self.images.push((image, vec![shape.to_owned()])),
            }
        }
    }
}

fn may_not() -> Denied {
    let message = Text::new("this tenant may not act now", "该租户当前不可用");
    Denied::Refused(vec![Explanation::new(Code::StateConflict, message)])
}

fn failed(trouble: &Trouble) -> Denied {
    let (reason, words) = (classify(trouble).reason.text(), trouble.provider_error());
    let message = Text::new(
        format!("{} ({}: {})", reason.english, words.code, words.message),
        format!("{}（{}：{}）", reason.chinese, words.code, words.message),
    );
    Denied::Refused(vec![Explanation::new(Code::ProviderRejected, message)])
}

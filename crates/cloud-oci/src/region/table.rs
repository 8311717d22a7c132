//! Every region and realm that the official SDK 2.189.0 knows (`oci/regions_definitions.py`).
//!
//! A list and not a rule: a host name is only ever built from what stands here, so no text from outside can become one.

/// One region as the provider lists it.
pub(super) struct Row {
    pub(super) id: &'static str,
    /// Three letters in lower case; the service's `regionKey` is the same in upper case.
    pub(super) code: &'static str,
    pub(super) realm: &'static Realm,
}

/// A separate cloud of the same provider, with accounts and a domain of its own.
pub(super) struct Realm {
    pub(super) id: &'static str,
    pub(super) domain: &'static str,
}

/// Sorted by region id.
pub(super) const REGIONS: &[Row] = &[
    row("af-casablanca-1", "lej", &OC1),
    row("af-johannesburg-1", "jnb", &OC1),
    row("ap-batam-1", "hsg", &OC1),
    row("ap-chiyoda-1", "nja", &OC8),
    row("ap-chuncheon-1", "yny", &OC1),
    row("ap-chuncheon-2", "bno", &OC35),
    row("ap-dcc-canberra-1", "wga", &OC10),
    row("ap-dcc-gazipur-1", "dac", &OC15),
    row("ap-delhi-1", "onm", &OC1),
    row("ap-hyderabad-1", "hyd", &OC1),
    row("ap-ibaraki-1", "ukb", &OC8),
    row("ap-kulai-2", "jbp", &OC1),
    row("ap-melbourne-1", "mel", &OC1),
    row("ap-mumbai-1", "bom", &OC1),
    row("ap-osaka-1", "kix", &OC1),
    row("ap-seoul-1", "icn", &OC1),
    row("ap-seoul-2", "dtz", &OC35),
    row("ap-singapore-1", "sin", &OC1),
    row("ap-singapore-2", "xsp", &OC1),
    row("ap-suwon-1", "dln", &OC35),
    row("ap-sydney-1", "syd", &OC1),
    row("ap-tokyo-1", "nrt", &OC1),
    row("ca-montreal-1", "yul", &OC1),
    row("ca-toronto-1", "yyz", &OC1),
    row("eu-amsterdam-1", "ams", &OC1),
    row("eu-budapest-1", "jsk", &OC51),
    row("eu-crissier-1", "avf", &OC24),
    row("eu-dcc-dublin-1", "ork", &OC14),
    row("eu-dcc-dublin-2", "snn", &OC14),
    row("eu-dcc-milan-1", "bgy", &OC14),
    row("eu-dcc-milan-2", "mxp", &OC14),
    row("eu-dcc-rating-1", "dus", &OC14),
    row("eu-dcc-rating-2", "dtm", &OC14),
    row("eu-dcc-zurich-1", "avz", &OC24),
    row("eu-frankfurt-1", "fra", &OC1),
    row("eu-frankfurt-2", "str", &OC19),
    row("eu-jovanovac-1", "beg", &OC20),
    row("eu-madrid-1", "mad", &OC1),
    row("eu-madrid-2", "vll", &OC19),
    row("eu-madrid-3", "orf", &OC1),
    row("eu-marseille-1", "mrs", &OC1),
    row("eu-milan-1", "lin", &OC1),
    row("eu-paris-1", "cdg", &OC1),
    row("eu-stockholm-1", "arn", &OC1),
    row("eu-turin-1", "nrq", &OC1),
    row("eu-zurich-1", "zrh", &OC1),
    row("il-jerusalem-1", "mtz", &OC1),
    row("me-abudhabi-1", "auh", &OC1),
    row("me-abudhabi-2", "rkt", &OC29),
    row("me-abudhabi-3", "ahu", &OC26),
    row("me-abudhabi-4", "shj", &OC29),
    row("me-alain-1", "rba", &OC26),
    row("me-alrayyan-1", "vve", &OC21),
    row("me-dcc-doha-1", "doh", &OC21),
    row("me-dcc-muscat-1", "mct", &OC9),
    row("me-dubai-1", "dxb", &OC1),
    row("me-ibri-1", "ibr", &OC9),
    row("me-jeddah-1", "jed", &OC1),
    row("me-riyadh-1", "ruh", &OC1),
    row("mx-monterrey-1", "mty", &OC1),
    row("mx-queretaro-1", "qro", &OC1),
    row("sa-bogota-1", "bog", &OC1),
    row("sa-riodejaneiro-1", "hnw", &OC52),
    row("sa-santiago-1", "scl", &OC1),
    row("sa-saopaulo-1", "gru", &OC1),
    row("sa-valparaiso-1", "vap", &OC1),
    row("sa-vinhedo-1", "vcp", &OC1),
    row("uk-cardiff-1", "cwl", &OC1),
    row("uk-gov-cardiff-1", "brs", &OC4),
    row("uk-gov-london-1", "ltn", &OC4),
    row("uk-london-1", "lhr", &OC1),
    row("us-ashburn-1", "iad", &OC1),
    row("us-ashburn-2", "yxj", &OC42),
    row("us-chicago-1", "ord", &OC1),
    row("us-gov-ashburn-1", "ric", &OC3),
    row("us-gov-chicago-1", "pia", &OC3),
    row("us-gov-phoenix-1", "tus", &OC3),
    row("us-langley-1", "lfi", &OC2),
    row("us-luke-1", "luf", &OC2),
    row("us-newark-1", "pgc", &OC42),
    row("us-phoenix-1", "phx", &OC1),
    row("us-saltlake-2", "aga", &OC1),
    row("us-sanjose-1", "sjc", &OC1),
    row("us-somerset-1", "ebb", &OC23),
    row("us-thames-1", "ebl", &OC23),
];

const fn row(id: &'static str, code: &'static str, realm: &'static Realm) -> Row {
    Row { id, code, realm }
}

const fn realm(id: &'static str, domain: &'static str) -> Realm {
    Realm { id, domain }
}

static OC1: Realm = realm("oc1", "oraclecloud.com");
static OC2: Realm = realm("oc2", "oraclegovcloud.com");
static OC3: Realm = realm("oc3", "oraclegovcloud.com");
static OC4: Realm = realm("oc4", "oraclegovcloud.uk");
static OC8: Realm = realm("oc8", "oraclecloud8.com");
static OC9: Realm = realm("oc9", "oraclecloud9.com");
static OC10: Realm = realm("oc10", "oraclecloud10.com");
static OC14: Realm = realm("oc14", "oraclecloud14.com");
static OC15: Realm = realm("oc15", "oraclecloud15.com");
static OC19: Realm = realm("oc19", "oraclecloud.eu");
static OC20: Realm = realm("oc20", "oraclecloud20.com");
static OC21: Realm = realm("oc21", "oraclecloud21.com");
static OC23: Realm = realm("oc23", "oraclecloud23.com");
static OC24: Realm = realm("oc24", "oraclecloud24.com");
static OC26: Realm = realm("oc26", "oraclecloud26.com");
static OC29: Realm = realm("oc29", "oraclecloud29.com");
static OC35: Realm = realm("oc35", "oraclecloud35.com");
static OC42: Realm = realm("oc42", "oraclecloud42.com");
static OC51: Realm = realm("oc51", "oraclecloud51.com");
static OC52: Realm = realm("oc52", "oraclecloud52.com");

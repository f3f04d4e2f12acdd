//! The verdict as types: the ids of the contract (vocabulary version 1), without texts. Texts are rendered from the
//! knowledge when someone reads them (see `render`).

use knowledge::document::{Confidence, Severity};

macro_rules! ids {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $id:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant),* }
        impl $name {
            /// Every value, in the contract's order.
            pub const ALL: &[Self] = &[$(Self::$variant),*];
            /// Returns the id of the contract.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$variant => $id),* }
            }
            /// Returns the value of an id.
            pub fn from_id(id: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.id() == id)
            }
        }
    };
}

ids! {
    /// What a message does to its reader.
    Kind {
        /// Tries to obtain money, credentials, identity or control by deception.
        Scam = "scam",
        /// Openly sells what is illegal.
        IllegalOffer = "illegal_offer",
        /// Demands repayment with threats, insults or false authority.
        AbusiveCollection = "abusive_collection",
        /// Says that a payment is overdue and asks for it.
        Collection = "collection",
        /// Bill, due date, debit, terms of an existing instalment.
        RepaymentNotice = "repayment_notice",
        /// Offers credit.
        LoanMarketing = "loan_marketing",
        /// Any other advertising.
        Marketing = "marketing",
        /// Transaction, service, account, delivery or public notice.
        Notice = "notice",
        /// Verification code.
        Otp = "otp",
        /// Talk between persons.
        Personal = "personal",
        /// Nobody could tell from this text.
        Unclear = "unclear",
    }
}

ids! {
    /// What the reader should do about it.
    Risk {
        /// Nothing in it contradicts what it claims and it asks for nothing dangerous.
        Low = "low",
        /// Verify by another route before doing anything.
        Caution = "caution",
        /// Treat as hostile.
        High = "high",
    }
}

ids! {
    /// What kind of number or address a message came from.
    SenderClass {
        /// 95… of a known institution.
        BankHotline = "bank_hotline",
        /// Another short hotline.
        HotlineOther = "hotline_other",
        /// A 106 port.
        Channel106 = "channel_106",
        /// 12… of an authority.
        Gov12 = "gov_12xxx",
        /// A carrier's own number.
        Carrier = "carrier",
        /// 400 or 800.
        Corporate = "corporate_400_800",
        /// A landline.
        Landline = "landline",
        /// A mobile number.
        Mobile = "mobile",
        /// A mobile number of a virtual operator.
        VirtualOperator = "virtual_operator",
        /// A foreign number.
        Overseas = "overseas",
        /// A name instead of a number.
        Alphanumeric = "alphanumeric",
        /// An e-mail address.
        Email = "email",
        /// Not known.
        Missing = "missing",
        /// Nothing that a message can come from.
        Malformed = "malformed",
    }
}

ids! {
    /// How the sender stands to what the message claims to be.
    SenderMatch {
        /// A code that the table lists for it.
        Official = "official",
        /// An unlisted 106 port that ends in its hotline.
        Consistent = "consistent",
        /// Not known either way.
        Unknown = "unknown",
        /// A code listed for somebody else.
        Mismatch = "mismatch",
        /// Such a body does not send this from such a number.
        Implausible = "implausible",
        /// The message claims to be nobody in particular.
        NoClaim = "no_claim",
    }
}

ids! {
    /// What a link is, judged without opening it.
    LinkVerdict {
        /// On a domain of the claimed institution (or of a known one, where none is claimed).
        Official = "official",
        /// An institution is claimed and this is not its site.
        Unofficial = "unofficial",
        /// The host imitates an institution's domain or name.
        Lookalike = "lookalike",
        /// A public shortener hides the target.
        Shortener = "shortener",
        /// A bare address.
        Ip = "ip",
        /// Nothing known.
        Unknown = "unknown",
    }
}

ids! {
    /// What an amount or rate stands for.
    AmountRole {
        /// Asked for, owed or billed.
        Claimed = "claimed",
        /// Principal or sum lent.
        Principal = "principal",
        /// Fee.
        Fee = "fee",
        /// Rate.
        Rate = "rate",
        /// Credit limit.
        Limit = "limit",
        /// Already paid.
        Paid = "paid",
        /// Anything else.
        Other = "other",
    }
}

ids! {
    /// How a person or service can be reached.
    ContactType {
        /// A person's or unlisted number.
        Phone = "phone",
        /// A short service number, 400 or 800.
        Hotline = "hotline",
        /// `WeChat` id.
        Wechat = "wechat",
        /// QQ number or group.
        Qq = "qq",
        /// E-mail address.
        Email = "email",
        /// Another messenger or app id.
        App = "app",
    }
}

/// A byte span in the body as given, on character boundaries.
pub type Span = [u32; 2];

/// Index of an institution in the judge's table.
pub type InstitutionIndex = u16;

/// The sender and what could be said of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SenderCheck {
    /// Class of number.
    pub class: SenderClass,
    /// Relation to the claim.
    pub matching: SenderMatch,
}

/// A link found in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Normalised address with its scheme.
    pub url: String,
    /// Host name, lower case.
    pub host: String,
    /// Registrable domain, where the public suffix list gives one.
    pub registrable: String,
    /// What it is.
    pub verdict: LinkVerdict,
    /// Whom it imitates or belongs to.
    pub imitates: Option<InstitutionIndex>,
    /// Whose it is, where it is known.
    pub owner: Option<InstitutionIndex>,
    /// Where it stands.
    pub span: Span,
}

/// An amount of money or a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount {
    /// What it stands for.
    pub role: AmountRole,
    /// Whole fen.
    pub fen: Option<i64>,
    /// Simple annual rate in millionths (240000 is 24 %).
    pub annual_rate_ppm: Option<i64>,
    /// Where it stands.
    pub span: Span,
}

/// A number or id given to be contacted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Of which type.
    pub kind: ContactType,
    /// The number or id, as digits and letters.
    pub value: String,
    /// Whose it is by the table.
    pub official_of: Option<InstitutionIndex>,
    /// Where it stands.
    pub span: Span,
}

/// A finding: what fired, how grave, where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Index of the rule in the judge's table.
    pub rule: u16,
    /// How grave here.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// Where, in the body as given; empty where something is absent.
    pub spans: Vec<Span>,
}

/// Kind, risk and probabilities: what a mass scan needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decision {
    /// What the message does.
    pub kind: Kind,
    /// What to do about it.
    pub risk: Risk,
    /// How sure the kind is.
    pub confidence: Confidence,
    /// A probability for every kind, in the order of [`Kind::ALL`]; they sum to 1.
    pub probabilities: [f32; 11],
}

/// The whole verdict, without texts.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// Kind, risk, probabilities.
    pub decision: Decision,
    /// The sender.
    pub sender: SenderCheck,
    /// The institution that the message claims to be or speaks for.
    pub institution: Option<InstitutionIndex>,
    /// Links, in order of place.
    pub links: Vec<Link>,
    /// Amounts and rates, in order of place.
    pub amounts: Vec<Amount>,
    /// Contacts, in order of place.
    pub contacts: Vec<Contact>,
    /// Findings, the gravest first.
    pub findings: Vec<Finding>,
    /// Indices of advice in the judge's table, in the order of doing.
    pub advice: Vec<u16>,
}

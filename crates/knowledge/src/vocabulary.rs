//! The ids of the verdict's contract, version 1, and the concepts that the judge computes itself.

/// Kinds of message.
pub const KINDS: [&str; 11] = [
    "scam", "illegal_offer", "abusive_collection", "collection", "repayment_notice", "loan_marketing", "marketing",
    "notice", "otp", "personal", "unclear",
];

/// Classes of sender.
pub const SENDER_CLASSES: [&str; 14] = [
    "bank_hotline", "hotline_other", "channel_106", "gov_12xxx", "carrier", "corporate_400_800", "landline", "mobile",
    "virtual_operator", "overseas", "alphanumeric", "email", "missing", "malformed",
];

/// Relations of the sender to the claim.
pub const SENDER_MATCHES: [&str; 6] = ["official", "consistent", "unknown", "mismatch", "implausible", "no_claim"];

/// Verdicts on a link.
pub const LINK_VERDICTS: [&str; 6] = ["official", "unofficial", "lookalike", "shortener", "ip", "unknown"];

/// Concepts that are computed from numbers and patterns instead of listed in `lexicon/`.
pub const COMPUTED_CONCEPTS: [&str; 19] = [
    "x-amount", "x-rate", "x-percent", "x-account", "x-tail", "x-mobile", "x-phone", "x-link", "x-code", "x-date",
    "x-hours", "x-days", "x-case-number", "x-placeholder", "x-payee-person", "x-person", "x-institution", "x-time", "x-deadline",
];

/// Findings that may be reported.
pub const FINDINGS: [&str; 91] = [
    "sender-official", "sender-mismatch", "sender-implausible", "sender-overseas", "sender-virtual-operator",
    "signature-missing", "signature-mismatch", "institution-unlisted", "vague-identity", "link-official",
    "link-lookalike", "link-unofficial", "link-shortener", "link-ip", "link-disguised", "link-app-download",
    "link-personal-token", "asks-id", "asks-card", "asks-otp", "asks-password", "asks-transfer",
    "asks-personal-account", "asks-face", "asks-sim", "asks-screen-share", "asks-install", "asks-contact",
    "asks-call", "asks-reply", "asks-click", "deadline-pressure", "secrecy-demand", "threat-lawsuit",
    "threat-criminal", "threat-credit-record", "threat-blacklist", "threat-visit", "threat-contacts",
    "threat-publicity", "threat-violence", "insult", "impersonates-bank", "impersonates-platform",
    "impersonates-court", "impersonates-police", "impersonates-regulator", "impersonates-lawyer",
    "impersonates-carrier", "impersonates-government", "impersonates-delivery", "collection-quiet-hours",
    "collection-third-party", "collection-discloses-debt", "collection-false-consequence",
    "collection-unnamed-creditor", "collection-private-phone", "collection-extra-fee", "collection-frequency",
    "fee-advance", "fee-excessive", "amount-missing", "rate-misleading", "settlement-discount", "cut-interest",
    "credit-repair", "ab-loan", "account-cancel", "limit-raise-bait", "refund-bait", "prize-bait", "loan-unfreeze",
    "fake-withdrawal-error", "debt-agent", "cash-out", "points-bait", "forged-papers", "gambling",
    "investment-bait", "money-mule", "usury", "borrow-to-repay", "law-misused", "case-number-malformed",
    "court-procedure-wrong", "limitation-revival", "disguised-text", "template-broken", "opt-out-missing",
    "opt-out-present", "otp-shared-warning",
];

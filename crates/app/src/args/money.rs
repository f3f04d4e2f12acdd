//! What can be typed about money: offers, debts, plans.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use jiff::civil::Date;
use money::cap::LenderKind;
use money::debt::{Part, Per};
use money::schedule::Method;
use money::{Fen, Percent};

fn fen(text: &str) -> Result<Fen, String> {
    text.parse::<Fen>().map_err(|error| format!("{} / {error}", error.chinese()))
}

fn percent(text: &str) -> Result<Percent, String> {
    text.parse::<Percent>().map_err(|error| format!("{} / {error}", error.chinese()))
}

fn day(text: &str) -> Result<Date, String> {
    text.parse::<Date>().map_err(|_| format!("看不懂日期“{text}”，请写成 2026-11-24 / write the date as 2026-11-24"))
}

fn lender(text: &str) -> Result<LenderKind, String> {
    LenderKind::from_id(text).ok_or_else(|| {
        "可以写 bank 银行, consumer-finance 消费金融公司, small-loan 小额贷款公司, platform 平台助贷, unlicensed 个人或无牌照, unknown 不知道 / one of these words".to_owned()
    })
}

/// Splits `2026-11-24=500` or `名称=500`.
fn pair(text: &str) -> Result<(String, Fen), String> {
    let (name, amount) = text
        .rsplit_once('=')
        .ok_or_else(|| "请写成 名称=金额，例如 spending-food=1500 / write NAME=AMOUNT".to_owned())?;
    Ok((name.to_owned(), fen(amount)?))
}

fn named_text(text: &str) -> Result<(String, String), String> {
    let (name, text) = text
        .split_once('=')
        .ok_or_else(|| "请写成 名称=原因，例如 spending-food=医嘱饮食 / write NAME=TEXT".to_owned())?;
    Ok((name.to_owned(), text.to_owned()))
}

fn flow(text: &str) -> Result<(Date, Fen), String> {
    let (date, amount) = pair(text)?;
    Ok((day(&date)?, amount))
}

/// `rate`.
#[derive(Debug, clap::Args)]
pub struct RateArgs {
    /// Principal on paper, yuan 合同本金（元）
    #[arg(long, value_parser = fen)]
    pub principal: Option<Fen>,
    /// What really arrived, yuan 实际到手（元）
    #[arg(long, value_parser = fen)]
    pub received: Option<Fen>,
    /// Each payment, yuan 每期还款（元）
    #[arg(long, value_parser = fen, conflicts_with = "rate")]
    pub payment: Option<Fen>,
    /// Advertised rate, percent 宣传的利率或费率（%）
    #[arg(long, value_parser = percent)]
    pub rate: Option<Percent>,
    /// Over what the rate runs 利率的周期
    #[arg(long, value_enum, default_value_t = PerArg::Month)]
    pub per: PerArg,
    /// Number of payments 期数
    #[arg(long, default_value_t = 12)]
    pub periods: u32,
    /// Days between payments; a month where it is not given 每期天数（不写就是一个月）
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(1..=3660))]
    pub every_days: Option<u16>,
    /// How it is repaid; a rate a month in advertisements is mostly flat 还款方式
    #[arg(long, value_enum, default_value_t = MethodArg::Flat)]
    pub method: MethodArg,
    /// Fee paid at the start 期初费用
    #[arg(long, value_parser = fen)]
    pub fee_upfront: Vec<Fen>,
    /// Fee taken out of the principal 从本金里扣的钱（砍头息）
    #[arg(long, value_parser = fen)]
    pub fee_withheld: Vec<Fen>,
    /// Fee with each payment 每期费用
    #[arg(long, value_parser = fen)]
    pub fee_each: Vec<Fen>,
    /// Fee with the last payment 最后一期费用
    #[arg(long, value_parser = fen)]
    pub fee_end: Vec<Fen>,
    /// Amount on a day, as 2026-01-05=10000 received or 2026-02-05=-900 paid; again for each 按日期的收付
    #[arg(long, value_name = "DATE=AMOUNT", value_parser = flow, allow_hyphen_values = true)]
    pub flow: Vec<(Date, Fen)>,
    /// Kind of lender 放款方种类
    #[arg(long, value_parser = lender)]
    pub lender: Option<LenderKind>,
    /// Day of the contract 合同日期
    #[arg(long, value_parser = day)]
    pub contract_date: Option<Date>,
    /// Take the sums from a message instead 从一条短信里读金额
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["principal", "received", "payment", "rate", "flow"])]
    pub message: Option<String>,
    /// Term in days, for a message that does not say 借款天数
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(1..=3660))]
    pub term_days: Option<u16>,
    /// Write JSON 输出 JSON
    #[arg(long)]
    pub json: bool,
}

/// Over what a rate runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PerArg {
    /// A day 日
    Day,
    /// A month 月
    Month,
    /// A year 年
    Year,
}

impl From<PerArg> for Per {
    fn from(per: PerArg) -> Self {
        match per {
            PerArg::Day => Self::Day,
            PerArg::Month => Self::Month,
            PerArg::Year => Self::Year,
        }
    }
}

/// Methods of repayment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MethodArg {
    /// 等本等息
    Flat,
    /// 等额本息
    EqualPayment,
    /// 等额本金
    EqualPrincipal,
    /// 先息后本
    InterestOnly,
    /// 一次还清
    Once,
}

impl From<MethodArg> for Method {
    fn from(method: MethodArg) -> Self {
        match method {
            MethodArg::Flat => Self::Flat,
            MethodArg::EqualPayment => Self::EqualPayment,
            MethodArg::EqualPrincipal => Self::EqualPrincipal,
            MethodArg::InterestOnly => Self::InterestOnly,
            MethodArg::Once => Self::Once,
        }
    }
}

/// `debt`.
#[derive(Debug, clap::Args)]
pub struct DebtArgs {
    /// The inbox 收件箱文件
    #[arg(long, global = true, value_name = "FILE")]
    pub inbox: Option<PathBuf>,
    /// Write JSON 输出 JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do
    #[command(subcommand)]
    pub action: DebtAction,
}

/// Actions of `debt`.
#[derive(Debug, Subcommand)]
pub enum DebtAction {
    /// Record a debt with the money paid out 记一笔债
    Add(Box<AddDebtArgs>),
    /// List debts with what is owed today 列出
    List,
    /// Hold what is claimed against what is recomputed, item by item 核对催收金额
    Check {
        /// Its number 编号
        id: i64,
    },
    /// Show the account entry by entry, by every scenario 看明细账
    Ledger {
        /// Its number 编号
        id: i64,
        /// Up to this day; today by default 算到哪天
        #[arg(long, value_parser = day)]
        until: Option<Date>,
    },
    /// Record money received, in addition or in place of an entry taken back 记收到的钱
    Advance {
        /// What and when
        #[command(flatten)]
        entry: EntryArgs,
        /// What the contract says, if more 合同本金（元）
        #[arg(long, value_parser = fen)]
        contract: Option<Fen>,
    },
    /// Record a payment 记一次还款
    Pay {
        /// What and when
        #[command(flatten)]
        entry: EntryArgs,
        /// To whom 付给谁
        #[arg(long)]
        to: Option<String>,
    },
    /// Record a fee, a penalty or a cost 记一笔费用
    Charge {
        /// What and when
        #[command(flatten)]
        entry: EntryArgs,
        /// Whether it is a cost of enforcement, as a court's fee 是诉讼、公证等实现债权的费用
        #[arg(long)]
        enforcement: bool,
        /// Somebody only says so; there is no paper 只是对方说的，没有凭证
        #[arg(long)]
        only_claimed: bool,
        /// By whom 谁收的
        #[arg(long)]
        by: Option<String>,
    },
    /// Record what the creditor let go 记减免
    Waive {
        /// What and when
        #[command(flatten)]
        entry: EntryArgs,
        /// Of which part 减免的是哪一部分
        #[arg(long, value_enum, default_value_t = PartArg::Interest)]
        part: PartArg,
    },
    /// Record a sum that somebody asks for 记催收金额
    Claim {
        /// What and when
        #[command(flatten)]
        entry: EntryArgs,
        /// Who asks 谁要的
        #[arg(long, default_value = "-")]
        by: String,
        /// Principal in it 其中本金
        #[arg(long, value_parser = fen)]
        principal: Option<Fen>,
        /// Interest in it 其中利息
        #[arg(long, value_parser = fen)]
        interest: Option<Fen>,
        /// Fees and penalties in it 其中费用、违约金
        #[arg(long, value_parser = fen)]
        fees: Option<Fen>,
    },
    /// Record that the creditor called everything due at once 记“宣布全部到期”
    Accelerate {
        /// Its number 编号
        id: i64,
        /// The day 日期
        #[arg(long, value_parser = day)]
        date: Option<Date>,
    },
    /// Record that the claim passed to another 记债权转让
    Assign {
        /// Its number 编号
        id: i64,
        /// To whom 转给谁
        to: String,
        /// The day 日期
        #[arg(long, value_parser = day)]
        date: Option<Date>,
        /// There is no notice of it 没有收到通知
        #[arg(long)]
        only_claimed: bool,
    },
    /// Take an entry back; both stay on record 撤回记错的一条
    Withdraw {
        /// The debt's number 债的编号
        id: i64,
        /// The entry's number 条目编号
        entry: i64,
    },
}

/// Parts of what is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PartArg {
    /// 实现债权的费用
    Costs,
    /// 服务费、违约金等
    Fees,
    /// 利息
    Interest,
    /// 本金
    Principal,
}

impl From<PartArg> for Part {
    fn from(part: PartArg) -> Self {
        match part {
            PartArg::Costs => Self::Costs,
            PartArg::Fees => Self::Fees,
            PartArg::Interest => Self::Interest,
            PartArg::Principal => Self::Principal,
        }
    }
}

/// An amount on a day.
#[derive(Debug, clap::Args)]
pub struct EntryArgs {
    /// The debt's number 债的编号
    pub id: i64,
    /// Yuan 金额（元）
    #[arg(value_parser = fen, allow_hyphen_values = true)]
    pub amount: Fen,
    /// The day; today by default 日期
    #[arg(long, value_parser = day)]
    pub date: Option<Date>,
    /// What proves it: a number of the evidence store, or a word 凭证
    #[arg(long)]
    pub evidence: Option<String>,
}

/// `debt add`.
#[derive(Debug, clap::Args)]
pub struct AddDebtArgs {
    /// A name for it 名称
    #[arg(long)]
    pub name: String,
    /// Kind of lender 放款方种类
    #[arg(long, value_parser = lender, default_value = "unknown")]
    pub lender: LenderKind,
    /// Who lent it 放款方名称
    #[arg(long)]
    pub lender_name: Option<String>,
    /// Through which platform 平台名称
    #[arg(long)]
    pub platform: Option<String>,
    /// Who guarantees it 担保方名称
    #[arg(long)]
    pub guarantor: Option<String>,
    /// What arrived 实际到手（元）
    #[arg(long, value_parser = fen, allow_hyphen_values = true)]
    pub received: Fen,
    /// What the contract says, if more 合同本金（元）
    #[arg(long, value_parser = fen)]
    pub contract: Option<Fen>,
    /// The day it arrived 到账日期
    #[arg(long, value_parser = day)]
    pub date: Date,
    /// The day of the contract, if another 合同日期
    #[arg(long, value_parser = day)]
    pub contract_date: Option<Date>,
    /// Agreed rate, percent 约定利率（%）
    #[arg(long, value_parser = percent)]
    pub rate: Option<Percent>,
    /// Over what it runs 利率的周期
    #[arg(long, value_enum, default_value_t = PerArg::Year)]
    pub per: PerArg,
    /// Another rate from this day on, as penalty interest 从哪天起按逾期利率
    #[arg(long, value_parser = day, requires = "overdue_rate")]
    pub overdue_from: Option<Date>,
    /// That rate, percent, over the same period 逾期利率（%，周期同上）
    #[arg(long, value_parser = percent, requires = "overdue_from")]
    pub overdue_rate: Option<Percent>,
    /// Due each month 每月应还（元）
    #[arg(long, value_parser = fen)]
    pub monthly: Option<Fen>,
    /// Day of the month on which it is due 每月还款日
    #[arg(long, value_parser = clap::value_parser!(i8).range(1..=31))]
    pub due_day: Option<i8>,
    /// Fee each month beside interest 每月会员费、担保费等（元）
    #[arg(long, value_parser = fen)]
    pub monthly_fee: Option<Fen>,
    /// What a missed payment costs 每次逾期的费用（元）
    #[arg(long, value_parser = fen)]
    pub late_fee: Option<Fen>,
    /// Missing it costs home, work or freedom: rent, mortgage, maintenance 优先偿还（房租、房贷、抚养费等）
    #[arg(long)]
    pub priority: bool,
    /// A sum that settles it, offered in writing 对方书面同意的一次结清金额（元）
    #[arg(long, value_parser = fen)]
    pub settlement: Option<Fen>,
}

/// `plan`.
#[derive(Debug, clap::Args)]
pub struct PlanArgs {
    /// The inbox 收件箱文件
    #[arg(long, global = true, value_name = "FILE")]
    pub inbox: Option<PathBuf>,
    /// Write JSON 输出 JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// What is left for debts each month, yuan 每月能拿来还债的钱（元）
    #[arg(long, global = true, value_parser = fen, conflicts_with = "income", allow_hyphen_values = true)]
    pub surplus: Option<Fen>,
    /// Income a month, yuan 每月收入（元）
    #[arg(long, global = true, value_parser = fen)]
    pub income: Option<Fen>,
    /// People who live on it 靠它生活的人数
    #[arg(long, global = true, default_value_t = 1)]
    pub people: u8,
    /// Spending a month, as spending-food=1500; again for each 每月生活开支
    #[arg(long, global = true, value_name = "NAME=AMOUNT", value_parser = pair)]
    pub spend: Vec<(String, Fen)>,
    /// Why some spending is above the average, as spending-food=special diet; again for each 某项开支高的原因
    #[arg(long, global = true, value_name = "NAME=TEXT", value_parser = named_text)]
    pub reason: Vec<(String, String)>,
    /// The day from which it is planned; today by default 从哪天开始
    #[arg(long, global = true, value_parser = day)]
    pub from: Option<Date>,
    /// What to do
    #[command(subcommand)]
    pub action: PlanAction,
}

/// Actions of `plan`.
#[derive(Debug, Subcommand)]
pub enum PlanAction {
    /// Show the plans side by side 比较方案
    Compare,
    /// Show one plan month by month 看一个方案
    Show {
        /// cheapest, avalanche, snowball, pro-rata, sixty-instalments, stop-interest, settlement
        strategy: String,
    },
    /// Write one plan to .xlsx, .csv or .ics, or to .toml for the letter that proposes it 导出方案；.toml 用来写协商申请
    Export {
        /// As for show
        strategy: String,
        /// Where to write; the ending says the format 输出文件
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        /// For .toml: the name of the debt that the letter is about 写协商申请的那笔债
        #[arg(long, value_name = "NAME")]
        debt: Option<String>,
    },
}

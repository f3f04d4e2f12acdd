//! Fair shares: a sum split among debts in proportion to what is owed, to the fen. Knows no interest.

use crate::{Error, Fen};

/// Splits a sum in proportion; the shares add up to it exactly (largest remainders get what rounding leaves).
///
/// # Errors
/// [`Error::OverRange`]; [`Error::NotPositive`] where nothing is owed.
pub fn pro_rata(sum: Fen, owed: &[Fen]) -> Result<Vec<Fen>, Error> {
    let total = i128::from(Fen::total(owed.iter().copied())?.get());
    if total <= 0 || owed.iter().any(|amount| *amount < Fen::ZERO) {
        return Err(Error::NotPositive { name: "what is owed", name_zh: "欠款总额" });
    }
    let exact: Vec<i128> = owed.iter().map(|amount| i128::from(sum.get()) * i128::from(amount.get())).collect();
    let mut shares: Vec<i64> = exact.iter().map(|part| i64::try_from(part.div_euclid(total)).unwrap_or(0)).collect();
    let mut order: Vec<usize> = (0..owed.len()).collect();
    order.sort_by_key(|&at| (-exact[at].rem_euclid(total), at));
    let left = sum.get() - shares.iter().sum::<i64>();
    for &at in order.iter().take(usize::try_from(left).unwrap_or(0)) {
        shares[at] += 1;
    }
    shares.into_iter().map(Fen::new).collect()
}

#[cfg(test)]
mod tests {
    use super::pro_rata;
    use crate::Fen;

    #[test]
    fn the_shares_add_up_where_half_up_rounding_loses_a_fen() {
        let owed = [455_000, 670_000, 120_000].map(|fen| Fen::new(fen).expect("small"));
        let shares = pro_rata(Fen::new(16_000).expect("small"), &owed).expect("small");
        assert_eq!(shares.iter().map(|share| share.get()).collect::<Vec<_>>(), [5_847, 8_611, 1_542]);
    }
}

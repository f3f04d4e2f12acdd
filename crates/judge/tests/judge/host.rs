//! Look-alike hosts are traced to their brand; the official ones raise no alarm.

use judge::verdict::LinkVerdict;

use super::case::{judge, library, verdict};

#[test]
fn look_alike_hosts_are_traced_to_their_brand() {
    let table = [
        ("icbc-95588.example-top", "icbc"),
        ("lcbc.com.cn", "icbc"),
        ("alipay-kf.com", "alipay"),
        ("gongshangyinhang.com", "icbc"),
        ("a1ipay.com", "alipay"),
        ("icbc.com.cn.wap-a.top", "icbc"),
        ("icbc.com.cn@evil.top/x", "icbc"),
        ("cmbchlna.com", "cmb"),
        ("www.bankcornm.com", "bocom"),
        ("10086-jf.cc", "china-mobile"),
        ("xn--lipay-3ve.com", "alipay"),
        ("evil.top/icbc.com.cn/login", "icbc"),
    ];
    for (address, brand) in table {
        let verdict = verdict(None, None, &format!("请点击 http://{address} 办理"));
        let link = verdict.links.first().unwrap_or_else(|| panic!("{address} is no link"));
        let imitated = link.imitates.map(|at| judge().index().institutions[usize::from(at)].id.as_str());
        assert_eq!(link.verdict, LinkVerdict::Lookalike, "{address}");
        assert_eq!(imitated, Some(brand), "{address}");
    }
}

#[test]
fn official_domains_raise_no_alarm() {
    for (id, institution) in &library().institution {
        for domain in &institution.domains {
            for address in [domain.clone(), format!("www.{domain}"), format!("m.{domain}/a?b=1")] {
                let verdict = verdict(None, None, &format!("详情请登录 https://{address} 查看"));
                let link = verdict.links.first().unwrap_or_else(|| panic!("{address} of {id} is no link"));
                assert_eq!(link.verdict, LinkVerdict::Official, "{address} of {id}");
            }
        }
    }
}

#[test]
fn a_link_ends_where_its_alphabet_ends() {
    let body = "请登录icbc.com.cn查询，或访问https://t.cn/A000。谢谢";
    let verdict = verdict(None, None, body);
    let texts: Vec<&str> = verdict
        .links
        .iter()
        .map(|l| body.get(l.span[0] as usize..l.span[1] as usize).expect("on characters"))
        .collect();
    assert_eq!(texts, ["icbc.com.cn", "https://t.cn/A000"]);
}

#[test]
fn numbers_and_versions_are_no_links() {
    for body in ["年化利率3.6%起", "版本v2.0.1已发布", "2026.6.18到期", "金额1,234.56元", "第3.5节"] {
        assert!(verdict(None, None, body).links.is_empty(), "{body}");
    }
}

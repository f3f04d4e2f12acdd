-- One made-up message to /api/check, for wrk: see README.md.
wrk.method = "POST"
wrk.body = '{"text":"【工商银行】您的手机银行将于今日失效，请点击 icbc-vip.top 重新认证，逾期将停用。","sender":"+85261234567"}'
wrk.headers["Content-Type"] = "application/json"

"""Made-up messages of the repository, with senders and moments, for pictures of them."""
import datetime
import hashlib
import pathlib
import tomllib

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "knowledge" / "message"
BEIJING = datetime.timezone(datetime.timedelta(hours=8))
PUNCTUATION = set("“”‘’…—·￥¥【】《》（）！？，。：；、～％")
ANSWERS = ["收到", "我没有借过你们的钱，请不要再发。", "请问是哪家公司？", "T", "R", "已经还清了，凭证号 20240725881203", "不是本人",
           "请提供合同编号和放款记录", "好的，谢谢", "TD", "我下周三之前还 1,500.00 元，可以吗？"]


def drawable(text):
    """Only what every font here has, and what a phone's own font shows without tricks."""
    for character in text:
        if character in PUNCTUATION or character == "\n" or " " <= character <= "~":
            continue
        try:
            if len(character.encode("gb2312")) != 2 or "\u2500" <= character <= "\u27bf":
                return False
        except UnicodeEncodeError:
            return False
    return "  " not in text and text == text.strip()


def is_held_out(text):
    """Half of the texts is for the last measurement only."""
    return hashlib.sha256(text.encode()).digest()[0] % 2 == 1


def pool(held_out):
    """Returns (body, sender) of the messages that can be drawn, in a fixed order."""
    found = {}
    for path in sorted(FOLDER.glob("*.toml")):
        for case in tomllib.loads(path.read_text(encoding="utf-8")).get("case", []):
            body, sender = case["body"], case.get("sender") or ""
            if 4 <= len(body) <= 300 and drawable(body) and is_held_out(body) == held_out:
                found[body] = sender
    return sorted(found.items())


def names(held_out):
    """Returns names that phones show instead of numbers: what stands in 【】."""
    found = set()
    for body, _ in pool(held_out):
        start, end = body.find("【"), body.find("】")
        if 0 <= start < end and 2 <= end - start - 1 <= 8:
            found.add(body[start + 1:end])
    return sorted(found)

"""How message apps look: measures in thousandths of the width, colours, where senders and times stand.

Skins named in UNSEEN take no part in making the layout rules; they are for measuring only.
"""
import dataclasses

WEEKDAY = "一二三四五六日"


def clock(moment, style):
    if style == "24":
        return f"{moment.hour}:{moment.minute:02}"
    if style == "024":
        return f"{moment.hour:02}:{moment.minute:02}"
    hour = moment.hour % 12 or 12
    if style == "12":
        return f"{'上午' if moment.hour < 12 else '下午'}{hour}:{moment.minute:02}"
    part = "凌晨" if moment.hour < 6 else "上午" if moment.hour < 12 else "中午" if moment.hour < 13 else "下午" if moment.hour < 18 else "晚上"
    return f"{part}{hour}:{moment.minute:02}"


def stamp(moment, now, skin):
    """What an app writes for a moment, seen now."""
    text = clock(moment, skin.clock)
    days = (now.date() - moment.date()).days
    gap = skin.gap
    if days == 0 and skin.relative:
        return (f"今天{gap}" if skin.today else "") + text
    if days == 1 and skin.relative:
        return f"昨天{gap}{text}"
    if days < 7 and skin.relative:
        return f"{skin.week}{WEEKDAY[moment.weekday()]}{gap}{text}"
    if skin.date == "han":
        year = f"{moment.year}年" if moment.year != now.year or skin.year else ""
        week = f" {skin.week}{WEEKDAY[moment.weekday()]}" if skin.with_week else ""
        return f"{year}{moment.month}月{moment.day}日{week} {text}"
    if skin.date == "dash":
        return f"{moment.year}-{moment.month:02}-{moment.day:02} {text}"
    if skin.date == "slash":
        return f"{moment.year}/{moment.month}/{moment.day} {text}"
    year = f"{moment.year}-" if moment.year != now.year else ""
    return f"{year}{moment.month:02}-{moment.day:02} {text}"


@dataclasses.dataclass
class Skin:
    name: str
    # (ground, received, received text, sent, sent text, faint text, link)
    light: tuple = ("#ffffff", "#e9e9eb", "#000000", "#34c759", "#ffffff", "#8e8e93", "#0a60ff")
    dark: tuple = ("#000000", "#262629", "#ffffff", "#30d158", "#ffffff", "#8e8e93", "#4da3ff")
    header: str = "centre"        # centre: picture over name; left: arrow and name; two: name and number below
    header_ground: tuple = None   # light, dark
    status: str = "ios"
    body: int = 43
    line: float = 1.32
    left: int = 40
    right: int = 40
    widest: int = 700
    padding: tuple = (32, 22)
    radius: int = 45
    avatar: int = 0
    avatar_square: bool = False
    time: str = "centre"          # centre, above, below, inside, first (inside, on top)
    time_size: int = 30
    sim: bool = False             # 卡1 after the time
    clock: str = "24"
    relative: bool = True
    today: bool = True
    gap: str = " "
    week: str = "周"
    with_week: bool = False
    year: bool = False
    date: str = "han"
    card: bool = False            # one wide card a message
    names: bool = False           # a small name above each bubble
    underline: bool = True
    input: str = "短信"
    extra: str = ""               # a faint line below the header


SEEN = [
    Skin("ios", extra="信息 • 短信", with_week=True),
    Skin("ios-blue", light=("#ffffff", "#e9e9eb", "#000000", "#0b84fe", "#ffffff", "#8a8a8e", "#0a60ff"), extra="短信/彩信", clock="12", input="短信/彩信"),
    Skin("miui", light=("#f7f7f7", "#ffffff", "#1a1a1a", "#d7ecff", "#1a1a1a", "#999999", "#0d84ff"),
         dark=("#000000", "#242424", "#e6e6e6", "#17375a", "#e6e6e6", "#808080", "#4aa3ff"), header="two", status="android",
         body=41, time="above", sim=True, clock="12", today=False, radius=36, widest=760, input="发送短信"),
    Skin("hyperos", light=("#f2f2f2", "#ffffff", "#191919", "#3482ff", "#ffffff", "#8c8c8c", "#3482ff"),
         dark=("#000000", "#1f1f1f", "#e5e5e5", "#2a6fe0", "#ffffff", "#7a7a7a", "#5b9dff"), header="left", status="android",
         body=42, time="centre", clock="part", today=False, radius=48, widest=740, gap="", input="短信"),
    Skin("emui", light=("#f1f3f5", "#ffffff", "#191919", "#cfe6ff", "#191919", "#808080", "#007dff"),
         dark=("#000000", "#202224", "#e6e6e6", "#123a63", "#e6e6e6", "#8a8a8a", "#3f97e9"), header="two", status="android",
         body=41, time="below", clock="12", today=False, radius=44, widest=780, avatar=90, input="短信"),
    Skin("harmony", light=("#f1f3f5", "#ffffff", "#1b1b1b", "#0a59f7", "#ffffff", "#777777", "#0a59f7"),
         dark=("#000000", "#202224", "#e9e9e9", "#317af7", "#ffffff", "#8b8b8b", "#5291ff"), header="left", status="android",
         body=42, card=True, time="first", clock="024", date="han", year=True, radius=50, left=44, right=44, input="短信"),
    Skin("coloros", light=("#ffffff", "#f2f2f2", "#1a1a1a", "#2ad181", "#ffffff", "#8c8c8c", "#1f7aff"),
         dark=("#000000", "#262626", "#e6e6e6", "#1aa566", "#ffffff", "#7f7f7f", "#5c9dff"), header="left", status="android",
         body=42, time="centre", clock="024", today=False, week="星期", radius=40, widest=750, input="编写短信"),
    Skin("originos", light=("#f6f6f8", "#ffffff", "#121212", "#415fff", "#ffffff", "#8f8f94", "#415fff"),
         dark=("#0b0b0d", "#1e1e21", "#e6e6e6", "#3c57e0", "#ffffff", "#85858a", "#7d93ff"), header="two", status="android",
         body=41, time="centre", clock="024", date="dash", relative=False, radius=42, widest=730, sim=True, input="信息"),
    Skin("chat", light=("#ededed", "#ffffff", "#191919", "#95ec69", "#191919", "#b2b2b2", "#576b95"),
         dark=("#111111", "#2c2c2c", "#d5d5d5", "#3eb575", "#0e0e0e", "#5d5d5d", "#7d90a9"), header="left", status="ios",
         body=43, time="centre", clock="24", today=False, gap=" ", week="星期", radius=12, avatar=104, avatar_square=True,
         left=30, right=30, widest=640, underline=False, input=""),
    Skin("chat-group", light=("#ededed", "#ffffff", "#191919", "#95ec69", "#191919", "#8a8a8a", "#576b95"),
         dark=("#111111", "#2c2c2c", "#d5d5d5", "#3eb575", "#0e0e0e", "#707070", "#7d90a9"), header="left", status="android",
         body=42, time="centre", clock="part", today=False, week="周", radius=12, avatar=104, avatar_square=True,
         left=30, right=30, widest=640, underline=False, names=True, input=""),
]

UNSEEN = [
    Skin("unseen-a", light=("#fcfcfc", "#eeeeee", "#252525", "#387aff", "#ffffff", "#8b8b8b", "#2a5fd0"),
         dark=("#010101", "#2e2e30", "#fafafa", "#3e7bf0", "#ffffff", "#98989b", "#78a8ff"), header="left", status="android",
         body=40, time="below", clock="part", today=False, radius=54, widest=720, left=52, right=52, underline=True, input="输入消息"),
    Skin("unseen-b", light=("#f3f6fb", "#e3e9f3", "#1a1c20", "#d3e3fd", "#0b1d3a", "#5f6368", "#0b57d0"),
         dark=("#131314", "#2a2b2e", "#e3e3e3", "#1f3760", "#dfe8ff", "#9aa0a6", "#a8c7fa"), header="left", status="android",
         body=41, time="centre", clock="024", week="星期", relative=True, radius=60, widest=780, left=34, right=34, avatar=80,
         underline=True, input="短信"),
    Skin("unseen-c", light=("#f5f5f5", "#ffffff", "#333333", "#4c8dff", "#ffffff", "#9a9a9a", "#198ded"),
         dark=("#050505", "#222222", "#d9d9d9", "#2f66c9", "#ffffff", "#777777", "#5aa7ff"), header="two", status="android",
         body=43, time="first", clock="12", today=False, date="slash", relative=False, card=True, left=30, right=30, radius=20,
         sim=True, input="写短信"),
    Skin("unseen-d", light=("#f1f1f1", "#ffffff", "#000000", "#12b7f5", "#ffffff", "#999999", "#1e6fff"),
         dark=("#141414", "#262626", "#eaeaea", "#0f86b6", "#ffffff", "#6f6f6f", "#62a3ff"), header="left", status="ios",
         body=44, time="centre", clock="024", date="short", today=False, radius=34, avatar=96, names=True, left=28, right=28,
         widest=660, underline=False, input=""),
    Skin("unseen-e", light=("#ffffff", "#f0f2f7", "#22252b", "#ffe3c2", "#3a2200", "#8f949e", "#006edb"),
         dark=("#0d0f12", "#23262b", "#e4e6ea", "#5c3c12", "#ffeeda", "#828893", "#5fb0ff"), header="centre", status="android",
         body=39, line=1.45, time="above", clock="24", week="周", with_week=True, radius=28, widest=800, left=48, right=48, input="短信/彩信"),
]

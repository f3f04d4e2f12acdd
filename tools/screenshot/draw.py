"""Draws a screen of messages by a skin; returns the picture and exactly what it says."""
import functools
import re

from PIL import Image, ImageDraw, ImageFont

from skin import stamp

FONTS = {
    "noto": ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2),
    "microhei": ("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", 0),
    "zenhei": ("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", 0),
}
LINK = re.compile(r"(?:https?://)?[A-Za-z0-9][A-Za-z0-9-]*(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}(?:/[A-Za-z0-9/?=&_.%-]*)?|\d{5,}")
NOT_FIRST = set("，。！？：；、）】》”’…～%％,.!?:;)]}")
NOT_LAST = set("（【《“‘([{￥¥")


@functools.cache
def font(name, size):
    path, index = FONTS[name]
    return ImageFont.truetype(path, size, index=index)


def wrapped(text, face, width):
    """Breaks as phones do: between ideographs, never inside a word that fits into a line."""
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in re.findall(r"[A-Za-z0-9:/?=&_.%,@+-]+|.", paragraph):
            if face.getlength(line + piece) <= width:
                line += piece
                continue
            if len(piece) > 1 and face.getlength(piece) > width:
                for character in piece:
                    if line and face.getlength(line + character) > width:
                        lines.append(line)
                        line = ""
                    line += character
                continue
            carried = ""
            if piece in NOT_FIRST and line:
                line, carried = line[:-1], line[-1]
            while line and line[-1] in NOT_LAST:
                line, carried = line[:-1], line[-1] + carried
            lines.append(line.rstrip(" "))
            line = (carried + piece).lstrip(" ")
        lines.append(line)
    return lines


class Screen:
    def __init__(self, skin, theme, width, face, now, random):
        self.skin, self.width, self.face, self.now, self.random = skin, width, face, now, random
        (self.ground, self.received, self.received_text, self.sent, self.sent_text, self.faint, self.link) = getattr(skin, theme)
        self.is_dark = theme == "dark"
        self.image = Image.new("RGB", (width, width * 8), self.ground)
        self.pen = ImageDraw.Draw(self.image)
        self.messages = []

    def px(self, thousandths):
        return round(self.width * thousandths / 1000)

    def font(self, thousandths):
        return font(self.face, max(9, self.px(thousandths)))

    def write(self, x, y, text, size, colour, anchor="lm"):
        self.pen.text((self.px(x), self.px(y)), text, font=self.font(size), fill=colour, anchor=anchor)

    def status(self):
        ink = "#ffffff" if self.is_dark else "#000000"
        clock = f"{self.now.hour}:{self.now.minute:02}" if self.skin.status == "ios" else f"{self.now.hour:02}:{self.now.minute:02}"
        if self.skin.status == "ios":
            self.write(130, 66, clock, 42, ink, "mm")
            self.write(820, 66, "5G", 34, ink, "mm")
            self.write(905, 66, str(self.random.randint(8, 100)), 28, ink, "mm")
            return 130
        self.write(60, 45, clock, 34, ink)
        self.write(700, 45, self.random.choice(["5G", "4G", "HD 5G", "12.3KB/s"]), 26, ink)
        self.write(940, 45, f"{self.random.randint(5, 100)}%", 28, ink, "rm")
        return 90

    def header(self, y, title, number):
        ink = "#ffffff" if self.is_dark else "#000000"
        x = 70
        self.pen.line([(self.px(x), self.px(y + 30)), (self.px(x - 22), self.px(y + 55)), (self.px(x), self.px(y + 80))], fill=ink, width=max(2, self.px(5)))
        if self.skin.header == "centre":
            self.pen.ellipse([self.px(440), self.px(y), self.px(560), self.px(y + 120)], fill="#a5abb8")
            self.write(500, y + 150, title, 32, ink, "mm")
            y += 190
        elif self.skin.header == "two":
            self.write(130, y + 35, title, 48, ink)
            if number and number != title:
                self.write(130, y + 88, number, 30, self.faint)
            y += 130
        elif self.random.random() < 0.5 and self.skin.avatar_square:
            self.write(500, y + 55, title, 46, ink, "mm")
            y += 115
        else:
            self.write(130, y + 55, title, 50, ink)
            y += 115
        self.pen.line([(0, self.px(y)), (self.width, self.px(y))], fill="#3a3a3c" if self.is_dark else "#d8d8dc", width=1)
        return y + 30

    def stamp(self, moment, centre):
        text = stamp(moment, self.now, self.skin)
        if self.skin.sim and not centre:
            text += self.random.choice(["  卡1", "  卡2", " 卡1 中国移动"])
        return text

    def message(self, y, message, title):
        skin, sent = self.skin, message["direction"] == "sent"
        centre = skin.time == "centre"
        if centre and message["time"]:
            self.write(500, y + 25, self.stamp(message["time"], True), skin.time_size, self.faint, "mm")
            y += 75
        face = self.font(skin.body)
        pad_x, pad_y = skin.padding
        side = skin.avatar + (28 if skin.avatar else 0)
        widest = 1000 - skin.left - skin.right if skin.card else skin.widest
        lines = wrapped(message["text"], face, self.px(widest - 2 * pad_x))
        text_width = max(face.getlength(line) for line in lines)
        width = self.px(widest) if skin.card else round(text_width) + 2 * self.px(pad_x)
        step = round(self.px(skin.body) * skin.line)
        x = self.width - self.px(skin.right + (side if skin.avatar_square or skin.names else 0)) - width if sent and not skin.card else self.px(skin.left + side)
        if skin.avatar:
            at = self.width - self.px(skin.right + skin.avatar) if sent and (skin.avatar_square or skin.names) else self.px(skin.left)
            box = [at, self.px(y), at + self.px(skin.avatar), self.px(y + skin.avatar)]
            if not sent or skin.avatar_square or skin.names:
                colour = self.random.choice(["#7aa7d9", "#d99a7a", "#8bbf8b", "#b58bd0"])
                (self.pen.rounded_rectangle(box, radius=self.px(12), fill=colour) if skin.avatar_square else self.pen.ellipse(box, fill=colour))
        if skin.names and not sent:
            self.write(skin.left + side, y + 16, message["sender"], 28, self.faint)
            y += 44
        if skin.time == "above" and message["time"]:
            text = self.stamp(message["time"], False)
            self.write(*((1000 - skin.right, y + 18, text, skin.time_size, self.faint, "rm") if sent else (skin.left + side + 8, y + 18, text, skin.time_size, self.faint)))
            y += 50
        inside = skin.time == "first" and message["time"]
        height = step * len(lines) + 2 * self.px(pad_y) + (self.px(58) if inside else 0)
        top = self.px(y)
        fill, ink = (self.sent, self.sent_text) if sent else (self.received, self.received_text)
        self.pen.rounded_rectangle([x, top, x + width, top + height], radius=min(self.px(skin.radius), height // 2), fill=fill)
        at = top + self.px(pad_y)
        if inside:
            self.pen.text((x + self.px(pad_x), at + self.px(20)), self.stamp(message["time"], False), font=self.font(skin.time_size), fill=self.faint, anchor="lm")
            at += self.px(58)
        self.lines(x + self.px(pad_x), at, step, lines, face, ink, sent)
        self.messages.append({
            "text": message["text"], "direction": message["direction"], "sender": None if sent else message["sender"],
            "time": message["time"] and message["time"].strftime("%Y-%m-%dT%H:%M"), "rectangle": [x, top, width, height],
            "text_rectangle": [x, at, width, top + height - at],
        })
        y = (top + height) * 1000 / self.width
        if skin.time == "below" and message["time"]:
            text = self.stamp(message["time"], False)
            self.write(*((1000 - skin.right - 8, y + 30, text, skin.time_size, self.faint, "rm") if sent else (skin.left + side + 8, y + 30, text, skin.time_size, self.faint)))
            y += 50
        return y + self.random.choice([28, 36, 50])

    def lines(self, x, y, step, lines, face, ink, sent):
        # A link goes on over line ends, so its colour is found in the whole text.
        spans = [(m.start(), m.end()) for m in LINK.finditer("".join(lines))]
        at = 0
        for line in lines:
            left, middle = x, y + step // 2
            for kind, group in runs(line, at, spans):
                colour = ink if not kind or sent else self.link
                self.pen.text((left, middle), group, font=face, fill=colour, anchor="lm")
                length = face.getlength(group)
                if kind and self.skin.underline and not sent:
                    below = middle + round(face.size * 0.56)
                    self.pen.line([(left, below), (left + length, below)], fill=colour, width=max(1, self.px(3)))
                left += length
            at += len(line)
            y += step

    def foot(self, y):
        ground = "#1c1c1e" if self.is_dark else "#f8f8f8"
        self.pen.rectangle([0, self.px(y), self.width, self.px(y + 190)], fill=ground)
        self.pen.rounded_rectangle([self.px(120), self.px(y + 30), self.px(880), self.px(y + 115)], radius=self.px(42), fill=ground, outline=self.faint, width=max(1, self.px(2)))
        if self.skin.input:
            self.write(160, y + 72, self.skin.input, 38, self.faint)
        return y + 190

    def menu(self, y):
        words = self.random.choice([["复制", "转发", "删除", "多选"], ["拷贝", "翻译", "更多…"], ["复制", "收藏", "提醒", "引用"]])
        fill, ink = ("#3a3a3c", "#ffffff") if not self.is_dark else ("#f2f2f2", "#111111")
        self.pen.rounded_rectangle([self.px(150), self.px(y), self.px(850), self.px(y + 110)], radius=self.px(24), fill=fill)
        for at, word in enumerate(words):
            self.write(150 + 700 * (2 * at + 1) / (2 * len(words)), y + 55, word, 36, ink, "mm")
        return y + 140

    def cut(self, y):
        return self.image.crop((0, 0, self.width, min(self.image.height, self.px(y))))


def runs(line, start, spans):
    """Splits a line into pieces that are a link or not."""
    out = []
    for at, character in enumerate(line):
        kind = any(first <= start + at < last for first, last in spans)
        if out and out[-1][0] == kind:
            out[-1][1] += character
        else:
            out.append([kind, character])
    return out

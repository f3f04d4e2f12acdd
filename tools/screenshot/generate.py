#!/usr/bin/env python3
"""Writes made-up screenshots and, beside each, exactly what it says.

Usage: python3 generate.py --out DIR [--count 300] [--seed 1] [--skins seen|unseen|NAME,…] [--held-out] [--photo]
Needs: pip install pillow; apt-get install fonts-noto-cjk fonts-wqy-microhei fonts-wqy-zenhei
"""
import argparse
import datetime
import json
import pathlib
import random as randoms

from PIL import Image

import message
import photo
import skin as skins
from draw import Screen

WIDTHS = [720, 828, 1080, 1080, 1080, 1170, 1290, 1440]
QUALITIES = [None, None, 95, 85, 75, 60]


def moments(random, now, count):
    """Ascending moments up to now; the oldest may lie a year back."""
    back = random.choice([0.2, 1.5, 6, 60, 400])
    ago = sorted((random.random() * back * 1440 for _ in range(count)), reverse=True)
    return [(now - datetime.timedelta(minutes=int(minutes) + 1)).replace(second=0) for minutes in ago]


def screen(random, skin, held_out, width, theme, face, now, height):
    pool, names = message.pool(held_out), message.names(held_out)
    page = Screen(skin, theme, width, face, now, random)
    body, number = random.choice(pool)
    number = number or "10690000123456"
    title = random.choice([number, random.choice(names)])
    y = page.header(page.status(), title, number)
    if skin.extra and random.random() < 0.5:
        page.write(500, y + 10, skin.extra, 26, page.faint, "mm")
        y += 45
    times = moments(random, now, 12)
    is_menu = random.random() < 0.06
    for at, moment in enumerate(times):
        sent = not skin.card and at > 0 and random.random() < 0.25
        text = random.choice(message.ANSWERS) if sent else random.choice(pool)[0]
        sender = random.choice(names) if skin.names else title
        bare = skin.time == "centre" and at > 0 and random.random() < 0.3
        before = (y, len(page.messages))
        y = page.message(y, {"text": text, "direction": "sent" if sent else "received", "sender": sender, "time": None if bare else moment}, title)
        if bare:
            # Without a line of its own a message counts to the time above it.
            page.messages[-1]["time"] = page.messages[-2]["time"]
        if y > height - 190 and len(page.messages) > 1:
            # What does not fit is not on the screen.
            page.pen.rectangle([0, page.px(before[0]), width, page.image.height], fill=page.ground)
            del page.messages[before[1]:]
            y = before[0]
            break
    if is_menu and y < height - 350:
        y = page.menu(y)
    y = page.foot(max(y, min(height - 190, 2000)))
    for shown in page.messages:
        shown["number"] = number if skin.header == "two" else None
    truth = {"title": title, "messages": page.messages}
    return page.cut(max(y, height)), truth


def picture(random, choice, held_out, is_photo):
    skin = random.choice(choice)
    theme = random.choice(["light", "light", "dark"])
    width, face = random.choice(WIDTHS), random.choice(["noto", "noto", "microhei", "zenhei"])
    now = datetime.datetime(2024, 1, 1) + datetime.timedelta(minutes=random.randrange(0, 3 * 365 * 1440))
    height = random.choice([1780, 2050, 2160, 2220]) if random.random() > 0.06 else random.choice([3600, 5200])
    image, truth = screen(random, skin, held_out, width, theme, face, now, height)
    columns = 1
    if random.random() < 0.05 and height < 3000:
        other, more = screen(random, skin, held_out, width, theme, face, now, height)
        both = Image.new("RGB", (2 * width, max(image.height, other.height)), image.getpixel((0, image.height - 1)))
        both.paste(image, (0, 0))
        both.paste(other, (width, 0))
        for shown in more["messages"]:
            shown["rectangle"][0] += width
            shown["text_rectangle"][0] += width
        truth["messages"] += more["messages"]
        image, columns = both, 2
    quality = random.choice(QUALITIES)
    if quality and quality < 90 and random.random() < 0.4:
        # Chat apps make pictures smaller.
        scale = 0.75 if width >= 1080 else 0.85
        image = image.resize((round(image.width * scale), round(image.height * scale)), Image.LANCZOS)
        for shown in truth["messages"]:
            for key in ("rectangle", "text_rectangle"):
                shown[key] = [round(value * scale) for value in shown[key]]
    if is_photo:
        image, quality = photo.taken(image, random), quality or 90
    truth |= {"skin": skin.name, "theme": theme, "width": image.width, "height": image.height, "font": face, "quality": quality,
              "columns": columns, "captured": now.strftime("%Y-%m-%dT%H:%M:%S"), "is_photo": is_photo}
    return image, truth


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", required=True, type=pathlib.Path)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--skins", default="seen")
    parser.add_argument("--held-out", action="store_true")
    parser.add_argument("--photo", action="store_true")
    given = parser.parse_args()
    known = {"seen": skins.SEEN, "unseen": skins.UNSEEN}
    by_name = {skin.name: skin for skin in skins.SEEN + skins.UNSEEN}
    choice = known.get(given.skins) or [by_name[name] for name in given.skins.split(",")]
    given.out.mkdir(parents=True, exist_ok=True)
    for at in range(given.count):
        random = randoms.Random(f"{given.seed}-{at}")
        image, truth = picture(random, choice, given.held_out, given.photo)
        taken = datetime.datetime.fromisoformat(truth["captured"])
        stem = f"{given.seed}_{at:04}_Screenshot_{taken:%Y%m%d_%H%M%S}"
        path = given.out / f"{stem}.{'jpg' if truth['quality'] else 'png'}"
        image.save(path, **({"quality": truth["quality"]} if truth["quality"] else {}))
        truth["picture"] = path.name
        (given.out / f"{stem}.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()

"""Makes of a screenshot the photo of a phone: tilted, a little blurred, with the pattern of the screen and noise."""
import math

import numpy
from PIL import Image, ImageFilter


def coefficients(to, of):
    rows = []
    for (x, y), (u, v) in zip(to, of):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
    return numpy.linalg.solve(numpy.array(rows, float), numpy.array(of, float).reshape(8))


def taken(image, random):
    width, height = image.size
    edge = round(width * 0.12)
    wide, high = width + 2 * edge, height + 2 * edge
    jitter = lambda: random.uniform(-0.02, 0.02) * width
    turn = math.radians(random.uniform(-3, 3))
    corners = [(0, 0), (width, 0), (width, height), (0, height)]
    middle = (width / 2, height / 2)
    placed = []
    for x, y in corners:
        dx, dy = x - middle[0], y - middle[1]
        placed.append((wide / 2 + dx * math.cos(turn) - dy * math.sin(turn) + jitter(), high / 2 + dx * math.sin(turn) + dy * math.cos(turn) + jitter()))
    ground = tuple(random.randint(40, 120) for _ in range(3))
    out = image.transform((wide, high), Image.PERSPECTIVE, coefficients(placed, corners), Image.BICUBIC, fillcolor=ground)
    out = out.filter(ImageFilter.GaussianBlur(random.uniform(0.4, 1.1) * width / 1080))
    pixels = numpy.asarray(out).astype(numpy.float32)
    y, x = numpy.mgrid[0:high, 0:wide]
    fine = random.uniform(0.18, 0.32)
    pattern = numpy.sin(x * fine * 2 * math.pi / 3 + y * 0.05) * numpy.sin(y * fine * 2 * math.pi / 3)
    light = 0.8 + 0.25 * (x / wide) * random.random()
    noise = numpy.random.default_rng(random.randrange(1 << 30)).normal(0, 4, (high, wide, 1))
    pixels = pixels * light[..., None] + pattern[..., None] * random.uniform(3, 9) + noise
    return Image.fromarray(numpy.clip(pixels, 0, 255).astype(numpy.uint8))

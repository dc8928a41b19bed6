"""A body in Hounsfield units, slice by slice: chest to upper abdomen.

Everything is an analytic shape over (x, y) in millimetres, x to the patient's left and y to
the back, and t from 0 (top of the chest) to 1 (kidneys). No voxel comes from a patient.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from app.cli.demo.canvas import Canvas, Cover, Plane, bump, scatter, smooth

AIR, LUNG, FAT, SKIN, MUSCLE = -1000.0, -840.0, -100.0, 10.0, 55.0
BLOOD, LIVER, SPLEEN, KIDNEY, CORTEX = 155.0, 108.0, 118.0, 165.0, 185.0
COMPACT_BONE, SPONGY_BONE, CARTILAGE = 780.0, 230.0, 110.0
NODULE_T, LESION_T = 0.34, 0.74


@dataclass(frozen=True, slots=True)
class Outline:
    """The body's half axes at a level, and where the chest wall ends."""

    rx: float
    ry: float
    wall: float

    @classmethod
    def at(cls, t: float) -> Outline:
        """Shoulders are wide, the waist is narrower and deeper."""
        shoulder = 1 - smooth(t, 0.0, 0.16)
        return cls(
            rx=160 + 26 * shoulder - 9 * smooth(t, 0.5, 0.95),
            ry=104 + 5 * smooth(t, 0.1, 0.45) - 7 * shoulder,
            wall=15 + 6 * smooth(t, 0.45, 0.95) - 3 * shoulder,
        )


def paint_slice(canvas: Canvas, t: float) -> Plane:
    """Paint the body at level `t` and answer its HU, without acquisition noise."""
    outline = Outline.at(t)
    canvas.hu[...] = AIR
    _table(canvas)
    canvas.paint(canvas.ellipse(0, 0, outline.rx, outline.ry, box=0.35), SKIN)
    inside = canvas.ellipse(0, 0, outline.rx - 2.2, outline.ry - 2.2, box=0.35)
    canvas.paint(inside, FAT, coarse=5, fine=4)
    _muscles(canvas, t, outline, canvas.plane(inside))
    canvas.paint(_cavity(canvas, t, outline), FAT + 14, middle=6)
    _lungs(canvas, t, outline)
    _abdomen(canvas, t, outline)
    _mediastinum(canvas, t)
    _spine(canvas, t)
    _ribs(canvas, t, outline)
    return canvas.hu


def _table(canvas: Canvas) -> None:
    """A curved couch: two shells with foam between, cut off above the patient's back."""
    below = (canvas.down > 80).astype(np.float32)
    for depth, hu in ((0.0, -250.0), (-3.0, -900.0), (-11.0, -180.0), (-14.0, AIR)):
        canvas.paint(canvas.ellipse(0, depth, 232, 124, box=0.23) * below, hu)


def _muscles(canvas: Canvas, t: float, outline: Outline, inside: Plane) -> None:
    """The muscular wall, the long back muscles, and the chest muscles above."""
    rx, ry, fat = outline.rx, outline.ry, outline.wall
    canvas.paint(
        canvas.ellipse(0, 2, rx - fat, ry - fat * 0.8, box=0.32) * inside, MUSCLE, middle=5
    )
    high = 1 - smooth(t, 0.12, 0.4)
    for side in (-1, 1):
        if high > 0.02:
            canvas.paint(
                canvas.ellipse(side * 70, -ry + 19, 62, 12 * high, side * 0.2) * inside,
                MUSCLE,
                middle=5,
            )
            canvas.paint(
                canvas.ellipse(side * (rx - 22), 22, 13 * high, 46, side * 0.12) * inside,
                MUSCLE,
                middle=5,
            )
        canvas.paint(
            canvas.ellipse(side * 31, ry - 27, 27.5, 17.5, side * -0.18) * 0.6 * inside, FAT
        )
        canvas.paint(
            canvas.ellipse(side * 31, ry - 27, 26, 16, side * -0.18) * inside, MUSCLE, middle=5
        )


def _cavity(canvas: Canvas, t: float, outline: Outline) -> Cover:
    grow = 0.62 + 0.38 * smooth(t, -0.05, 0.28)
    rx, ry = (outline.rx - outline.wall - 12) * grow, outline.ry - outline.wall - 9
    return canvas.ellipse(0, -4, rx, ry * (0.8 + 0.2 * grow), box=0.35)


def _lungs(canvas: Canvas, t: float, outline: Outline) -> None:
    """Both lungs with density rising to the back, vessels, and the domes of the diaphragm."""
    grow = 0.55 + 0.45 * smooth(t, -0.02, 0.25)
    rx = (outline.rx - outline.wall - 14) * 0.455
    for side in (-1, 1):
        end = 0.74 if side < 0 else 0.78
        shrink = grow * math.sqrt(max(0.0, 1 - smooth(t, end - 0.09, end) ** 2))
        if shrink < 0.12:
            continue
        cx, ry = side * (rx * 1.17 + 4), (outline.ry - outline.wall - 12) * 0.93
        push = 5 * smooth(t, end - 0.2, end)
        lung = canvas.ellipse(
            cx, 2 + push * 3, rx * (0.72 + 0.28 * shrink), ry * shrink, side * 0.05, box=0.32
        )
        medial = canvas.ellipse(0, -8, 30 + 12 * smooth(t, 0.2, 0.45), 62, box=0)
        lung = lung * canvas.outside(medial)
        canvas.paint(lung, LUNG + 0.55 * canvas.down, middle=9, fine=7)
        _vessels(canvas, t, side, canvas.plane(lung))
        if side < 0:
            _nodule(canvas, t, canvas.plane(lung))


def _vessels(canvas: Canvas, t: float, side: int, lung: Plane) -> None:
    """Branches that leave the hilum and thin out; each wanders slowly from slice to slice."""
    hilum = bump(t, 0.36, 0.62)
    for k in range(26):
        reach = 0.16 + 0.84 * ((k * 0.618034) % 1.0)
        angle = -1.35 + 2.7 * ((k * 0.7548777) % 1.0) + 0.35 * math.sin(9 * t + k)
        wander = 0.10 * math.sin(21 * t + 2.1 * k)
        distance = 24 + (66 + 14 * math.cos(k)) * min(1.0, max(0.08, reach + wander))
        cx = side * (distance * math.cos(angle) + 14)
        cy = 4 + 1.02 * distance * math.sin(angle)
        size = (4.6 - 3.7 * reach) * (0.55 + 0.45 * hilum)
        stretch = 1.0 + 2.4 * abs(math.sin(13 * t + 1.3 * k)) * (1 - reach * 0.4)
        branch = canvas.ellipse(cx, cy, size * stretch, size, side * angle)
        canvas.paint(branch * lung, 45.0 if k % 3 else 62.0)


def _nodule(canvas: Canvas, t: float, lung: Plane) -> None:
    """A solid 11 mm nodule with short spicules in the right upper lobe: worth finding."""
    size = 5.6 * bump(t, NODULE_T, 0.026)
    if size <= 0.3:
        return
    cx, cy = -88.0, -30.0
    canvas.paint(canvas.ellipse(cx, cy, size, size * 0.9, 0.4), 38.0)
    for k in range(7):
        turn = k * 2 * math.pi / 7 + 0.3
        px, py = cx + 1.05 * size * math.cos(turn), cy + 1.05 * size * math.sin(turn)
        canvas.paint(canvas.ellipse(px, py, size * 0.42, 0.6, turn) * 0.6 * lung, -250.0)


def _mediastinum(canvas: Canvas, t: float) -> None:
    """Trachea and bronchi, great vessels, heart, oesophagus, aorta."""
    if t < 0.66:
        soft = canvas.ellipse(0, -4, 25 + 6 * smooth(t, 0.1, 0.3), 42, box=0.23)
        fade = 1 - smooth(t, 0.6, 0.66)
        canvas.paint(soft * 0.92 * fade, FAT + 45, middle=9)
    _heart(canvas, t)
    _great_vessels(canvas, t)
    _airway(canvas, t)
    down = 27 - 1 * smooth(t, 0.2, 0.9)
    if t > 0.17:
        radius = 11.5 - 2.5 * smooth(t, 0.4, 1.0)
        x = 24 - 13 * smooth(t, 0.5, 0.8)
        canvas.paint(canvas.ellipse(x, down, radius + 1.1, radius + 1.1), 62.0)
        canvas.paint(canvas.ellipse(x, down, radius, radius), BLOOD, fine=5)
        plaque = canvas.ellipse(x + radius * 0.8, down + 3, 1.4, 3.6, 0.4)
        canvas.paint(plaque * (bump(t, 0.82, 0.05) > 0), 620.0)
    gullet = canvas.ellipse(5 + 6 * smooth(t, 0.4, 0.6), 19, 6.5, 5.0) * (t < 0.62)
    canvas.paint(gullet, 38.0)
    canvas.paint(canvas.ellipse(6, 19, 1.6, 1.2) * (t < 0.2), -700.0)


def _airway(canvas: Canvas, t: float) -> None:
    if t < 0.27:
        canvas.paint(canvas.ellipse(0, 4, 10.2, 9.8), 40.0)
        canvas.paint(canvas.ellipse(0, 4, 8.6, 8.2), AIR)
    elif t < 0.44:
        spread = 6 + 92 * (t - 0.27)
        for side in (-1, 1):
            size = 6.8 - 11 * (t - 0.27)
            canvas.paint(canvas.ellipse(side * spread * 1.4, 9, size + 3.2, size + 1.2), 40.0)
            canvas.paint(canvas.ellipse(side * spread * 1.4, 9, size + 1.8, size), AIR)


def _great_vessels(canvas: Canvas, t: float) -> None:
    blood = BLOOD
    if t < 0.15:  # the three branches of the arch, and the veins before them
        for cx, cy, size in ((-14, -8, 6.2), (9, -4, 4.4), (22, 6, 5.2), (-24, -20, 8.0)):
            canvas.paint(canvas.ellipse(cx, cy, size, size), blood)
        canvas.paint(canvas.ellipse(18, -22, 13, 6, 0.5), blood)
    elif t < 0.23:  # the arch itself
        canvas.paint(canvas.ellipse(13, 8, 34, 11.5, 1.05), blood)
        canvas.paint(canvas.ellipse(-23, -12, 8.5, 9.5), blood)
    elif t < 0.42:
        canvas.paint(canvas.ellipse(-10, -24, 15.5, 15), blood)
        canvas.paint(canvas.ellipse(-29, -12, 8.5, 9.5), blood)
        trunk = bump(t, 0.335, 0.085)
        canvas.paint(canvas.ellipse(18, -24, 14 * trunk, 14 * trunk), blood + 10)
        canvas.paint(canvas.ellipse(-4, -7, 34 * trunk, 8.2 * trunk, -0.10), blood + 10)


def _heart(canvas: Canvas, t: float) -> None:
    size = bump(t, 0.505, 0.155)
    if size <= 0.05:
        return
    muscle, blood = 98.0, BLOOD + 8
    canvas.paint(canvas.ellipse(20, -25, 73 * size, 49 * size, 0.42, box=0.12), FAT + 8)
    canvas.paint(canvas.ellipse(20, -25, 68 * size, 45 * size, 0.42, box=0.12), muscle)
    canvas.paint(canvas.ellipse(46, -17, 35 * size, 19 * size, 0.62), blood)
    canvas.paint(canvas.ellipse(8, -44, 34 * size, 14 * size, 0.30), blood - 6)
    canvas.paint(canvas.ellipse(-28, -24, 19 * size, 25 * size), blood - 9)
    canvas.paint(canvas.ellipse(8, 4, 31 * size, 15 * size, 0.06), blood + 4)
    canvas.paint(canvas.ellipse(31, -1, 2.6 * size, 11 * size, 0.9), muscle)
    groove = canvas.ellipse(-9, -33, 3.2 * size, 9 * size, 0.2)
    canvas.paint(groove * 0.8, FAT)
    canvas.paint(canvas.ellipse(-9, -34, 2.0, 2.0) * (size > 0.4), blood)


def _abdomen(canvas: Canvas, t: float, outline: Outline) -> None:
    """Liver with vessels and one lesion, spleen, stomach, pancreas, kidneys, bowel."""
    if t < 0.50:
        return
    dome = smooth(t, 0.47, 0.73)
    rx, ry = outline.rx - outline.wall - 12, outline.ry - outline.wall - 9
    canvas.paint(canvas.ellipse(0, -6, rx * dome, ry * dome, box=0.3), FAT + 8, middle=7)
    for side in (-1, 1):
        psoas = smooth(t, 0.72, 1.0)
        canvas.paint(canvas.ellipse(side * 33, 52, 13 * psoas, 16 * psoas), MUSCLE, middle=5)
        crus = 1 - smooth(t, 0.86, 0.95)
        canvas.paint(canvas.ellipse(side * 19, 38, 4.2 * crus, 15 * crus, side * 0.3), MUSCLE)
    _liver(canvas, t)
    spleen = bump(t, 0.72, 0.13)
    if spleen > 0.05:
        shape = canvas.ellipse(97, 38, 24 * spleen, 43 * spleen, -0.35)
        shape = shape * canvas.outside(canvas.ellipse(72, 24, 26, 30, -0.3))
        canvas.paint(shape, SPLEEN, fine=5)
    _stomach(canvas, t)
    for side, middle in ((-1, 0.89), (1, 0.86)):
        _kidney(canvas, t, side, middle)
    _bowel(canvas, t)
    cava = smooth(t, 0.5, 0.56)
    canvas.paint(canvas.ellipse(-23, 14, 11 * cava, 9 * cava, 0.2), BLOOD - 12)
    gland = bump(t, 0.83, 0.07)
    canvas.paint(canvas.ellipse(16, -6, 46 * gland, 9.5 * gland, -0.28), 92, fine=7)
    canvas.paint(canvas.ellipse(8, 4, 4.6, 4.6) * (t > 0.78), BLOOD)


def _liver(canvas: Canvas, t: float) -> None:
    size = bump(t, 0.74, 0.225)
    if size <= 0.05:
        return
    right = canvas.ellipse(-66, 0, 64 * size, 74 * size, 0.12, box=0.32)
    left_size = size * bump(t, 0.69, 0.15)
    left = canvas.ellipse(-8, -46, 58 * left_size, 27 * left_size, 0.16, box=0.23)
    fissure = canvas.ellipse(-27, -42, 2.6, 16, 0.35) * (left_size > 0.4)
    room = canvas.outside(canvas.ellipse(-14, 18, 26, 34)) * canvas.outside(fissure * 0.85)
    for lobe in (right, left):
        canvas.paint(lobe * room, LIVER, middle=4, fine=3)
    shape = np.maximum(canvas.plane(right), canvas.plane(left)) * room
    for k in range(11):
        turn = -0.9 + 0.34 * k + 0.3 * math.sin(6 * t + k)
        away = 22 + 38 * ((k * 0.618) % 1) + 8 * math.sin(15 * t + k)
        cx, cy = -38 - away * math.cos(turn), -4 + away * math.sin(turn)
        vein = canvas.ellipse(cx, cy, 8.5 - away * 0.06, 2.5, turn) * shape
        canvas.paint(vein, LIVER + 42)
    lesion = 11.5 * bump(t, LESION_T, 0.05)
    if lesion > 0.3:
        canvas.paint(canvas.ellipse(-92, 20, lesion + 1.8, lesion + 1.5) * shape, LIVER + 24)
        canvas.paint(canvas.ellipse(-92, 20, lesion, lesion * 0.93) * shape, 64.0)
        canvas.paint(canvas.ellipse(-91, 21, lesion * 0.45, lesion * 0.4) * shape, 38.0)
    bladder = bump(t, 0.845, 0.055)
    canvas.paint(canvas.ellipse(-45, -44, 16 * bladder, 21 * bladder, 0.3), 9.0)


def _stomach(canvas: Canvas, t: float) -> None:
    size = bump(t, 0.715, 0.125)
    if size <= 0.05:
        return
    canvas.paint(canvas.ellipse(62, -30, 41 * size, 37 * size, -0.4, box=0.23), 78.0)
    canvas.paint(canvas.ellipse(62, -30, 36.5 * size, 32.5 * size, -0.4, box=0.23), 22.0)
    gas = canvas.ellipse(62, -34, 34 * size, 29 * size, -0.4) * (canvas.down < -40).astype(
        np.float32
    )
    canvas.paint(gas, -930.0)


def _kidney(canvas: Canvas, t: float, side: int, middle: float) -> None:
    size = bump(t, middle, 0.125)
    if size <= 0.05:
        return
    cx, turn = side * 64.0, side * -0.5
    canvas.paint(canvas.ellipse(cx, 40, 36 * size, 31 * size, turn), FAT)
    shape = canvas.ellipse(cx, 40, 29 * size, 23.5 * size, turn)
    canvas.paint(shape, CORTEX, fine=4)
    for k in range(9):
        angle = k * 2 * math.pi / 9 + 0.4
        px, py = cx + 15 * size * math.cos(angle), 40 + 12 * size * math.sin(angle)
        canvas.paint(canvas.ellipse(px, py, 5.2 * size, 3.6 * size, angle), KIDNEY - 40)
    canvas.paint(canvas.ellipse(cx - side * 10 * size, 38, 14 * size, 8 * size, turn), FAT + 6)
    pelvis = canvas.ellipse(cx - side * 9 * size, 38, 7 * size, 4 * size, turn)
    canvas.paint(pelvis, 12.0)
    canvas.paint(canvas.ellipse(cx - side * 26, 33, 16, 3.4, side * -0.25) * (size > 0.8), BLOOD)


def _bowel(canvas: Canvas, t: float) -> None:
    size = smooth(t, 0.80, 0.90)
    if size <= 0.02:
        return
    for k in range(20):
        cx = -66 + 150 * scatter(k) + 6 * math.sin(8 * t + k)
        cy = -70 + 74 * scatter(k + 40) + 5 * math.cos(9 * t + k)
        if k in (2, 7, 10, 15):
            continue
        radius = (11 + 4 * math.sin(k)) * size
        canvas.paint(canvas.ellipse(cx, cy, radius * 1.25, radius, 0.5 * k), 66.0)
        canvas.paint(canvas.ellipse(cx, cy, radius * 0.98, radius * 0.74, 0.5 * k), 28.0)
        if k % 4 == 1:
            gas = canvas.ellipse(cx, cy - 2, radius * 0.8, radius * 0.5, 0.5 * k)
            canvas.paint(gas, -880.0)
    for side in (-1, 1):
        canvas.paint(canvas.ellipse(side * 104, -16, 15 * size, 21 * size), 50.0)
        stool = canvas.ellipse(side * 104, -16, 12.5 * size, 18.5 * size)
        canvas.paint(stool, -110, fine=75)


def _spine(canvas: Canvas, t: float) -> None:
    """A vertebra with cortical shell and spongy core, discs between, canal, arch, processes."""
    phase = (t * 11.5) % 1.0
    disc = 1 - smooth(abs(phase - 0.5), 0.07, 0.14)
    cy, width = 52.0 - 3 * smooth(t, 0.3, 0.9), 17.5 + 4.5 * t
    body = canvas.ellipse(0, cy, width, width * 0.76, box=0.32)
    plate = bump(abs(phase - 0.5), 0.16, 0.045)
    spongy = SPONGY_BONE + 240 * plate
    canvas.paint(body, COMPACT_BONE * (1 - disc) + CARTILAGE * disc)
    core = canvas.ellipse(0, cy, width - 1.9, width * 0.76 - 1.9, box=0.32)
    canvas.paint(core, spongy * (1 - disc) + (CARTILAGE - 22) * disc, fine=38 * (1 - disc))
    back = cy + width * 0.76
    bony = 1 - 0.9 * disc
    for side in (-1, 1):
        canvas.paint(canvas.ellipse(side * 12.5, back + 6, 4.2, 9.5, side * 0.25) * bony, 560.0)
        across = canvas.ellipse(side * 26, back + 9, 17, 4.6, side * -0.30)
        canvas.paint(across * (1 - smooth(disc, 0.1, 0.6)), 520.0)
        marrow = canvas.ellipse(side * 26, back + 9, 14.5, 2.4, side * -0.30)
        canvas.paint(marrow * (1 - smooth(disc, 0.1, 0.6)), 260.0)
    canvas.paint(canvas.ellipse(0, back + 19, 3.6, 13), 600.0)
    canvas.paint(canvas.ellipse(0, back + 19, 1.5, 10), 280.0)
    canvas.paint(canvas.ellipse(0, back + 7, 9.6, 7.8), FAT + 30)
    canvas.paint(canvas.ellipse(0, back + 7, 8.2, 6.6), 14.0)
    canvas.paint(canvas.ellipse(0, back + 7, 5.2, 4.1), 42.0)


def _ribs(canvas: Canvas, t: float, outline: Outline) -> None:
    """Ribs slant through the slices, so each is cut as an oval that travels along the wall."""
    rx, ry = outline.rx - outline.wall - 7, outline.ry - outline.wall - 4
    if t > 0.1 and t < 0.56:
        canvas.paint(canvas.ellipse(0, -ry + 1, 17, 5.4), 520.0)
        canvas.paint(canvas.ellipse(0, -ry + 1, 15, 3.6), 190.0)
    grow = 0.62 + 0.38 * smooth(t, -0.05, 0.28)
    for level in range(13):
        progress = (t * 11.5 - level + 4.2) / 5.2
        if not 0 <= progress <= 1 or (level > 10 and progress > 0.62):
            continue
        angle = 1.22 - 2.55 * progress
        tangent = math.atan2(ry * math.cos(angle), -rx * math.sin(angle))
        end = smooth(progress, 0.86, 0.97)
        for side in (-1, 1):
            cx = side * rx * grow * math.cos(angle) * 1.0
            cy = ry * math.sin(angle) * (0.8 + 0.2 * grow)
            turn = tangent if side > 0 else -tangent
            shell = 700.0 * (1 - end) + 130 * end
            canvas.paint(canvas.ellipse(cx, cy, 12.5, 5.0, turn), shell)
            canvas.paint(canvas.ellipse(cx, cy, 10.6, 3.1, turn), 210.0 * (1 - end) + 105 * end)

"""How plates of the world look: sizes in millimetres, colours, lines and scripts."""

from __future__ import annotations

from dataclasses import dataclass

from plateseg.domain.drawn.brush import Colour

_WHITE, _OFF_WHITE, _BLACK, _SILVER = (238, 239, 234), (226, 226, 214), (22, 22, 26), (206, 208, 212)
_YELLOW, _AMBER, _BLUE, _RED, _GREEN = (246, 200, 40), (244, 176, 26), (24, 62, 150), (178, 28, 38), (12, 92, 60)


@dataclass(frozen=True, slots=True)
class PlateStyle:
    """How plates of one kind look. Sizes in millimetres.

    lines: patterns, `/` between lines: A letter, 9 figure, # a province's sign, h hiragana, @ made-up strokes, else
    the sign itself. shares: how the height is divided among the lines, even when empty.
    band: "left", "both", "right" or "top", blue; caption: small writing at the top.
    """

    width: int
    height: int
    ground: Colour
    ink: Colour
    lines: tuple[str, ...]
    ground_below: Colour | None = None
    band: str = ""
    caption: str = ""
    shares: tuple[float, ...] = ()


STYLES: tuple[PlateStyle, ...] = (
    # Europe
    PlateStyle(520, 112, _WHITE, _BLACK, ("AA-A 9999", "A-AA 999", "AA 999 AA", "AA-999AA", "9A9 9999"), band="left"),
    PlateStyle(520, 110, _WHITE, _BLACK, ("AA-999-AA", "AA 999AA"), band="both"),
    PlateStyle(520, 112, _YELLOW, _BLACK, ("99-AA-AA", "AA-999-A"), band="left"),
    PlateStyle(520, 111, _WHITE, _BLACK, ("AA99 AAA",)),
    PlateStyle(520, 111, _YELLOW, _BLACK, ("AA99 AAA",), band="left"),
    PlateStyle(520, 111, _YELLOW, _BLACK, ("AA99 AAA", "A999 AAA")),
    PlateStyle(520, 112, _WHITE, _BLACK, ("A999AA 99", "A999AA 999")),
    PlateStyle(520, 112, _WHITE, _RED, ("9-AAA-999",), band="left"),
    PlateStyle(520, 110, _WHITE, (24, 60, 130), ("AA 99 999", "999-AAA"), band="right"),
    PlateStyle(500, 110, _OFF_WHITE, _BLACK, ("AA·999999", "AA 999·999")),
    PlateStyle(340, 110, _WHITE, _BLACK, ("AA 9999", "AAA 999"), band="left"),
    PlateStyle(280, 202, _WHITE, _BLACK, ("AA 99/999 A", "A AA/9999"), band="left"),
    PlateStyle(285, 203, _YELLOW, _BLACK, ("AA99/AAA",)),
    PlateStyle(520, 110, _BLACK, _SILVER, ("AAA 999A", "99-AA-99", "A 999 AA")),
    PlateStyle(520, 110, (180, 30, 40), _WHITE, ("999 999", "A-999-AA")),
    # North America, Australia
    PlateStyle(305, 152, (232, 236, 242), (30, 44, 110), ("AAA 9999", "9AAA999"), caption="STATE"),
    PlateStyle(305, 152, (250, 240, 205), (110, 40, 30), ("AAA-999",), (196, 222, 240), caption="SUNNY"),
    PlateStyle(305, 152, (28, 58, 120), (236, 214, 120), ("AAA 999",), caption="COAST"),
    PlateStyle(305, 152, (236, 240, 236), _GREEN, ("AAA 999", "99A·AA9"), (250, 214, 160), caption="EVERGREEN"),
    PlateStyle(305, 152, (246, 246, 240), _BLACK, ("AAA·9999", "AA 99999"), (150, 190, 220), caption="LAKES"),
    PlateStyle(305, 152, (246, 206, 60), (24, 40, 110), ("AAA 9999",), caption="PIONEER"),
    PlateStyle(372, 134, _WHITE, (24, 60, 130), ("AAA·999", "9AA 9AA")),
    PlateStyle(372, 134, (24, 24, 27), _SILVER, ("AAA 999", "AA-99-99")),
    PlateStyle(372, 134, _YELLOW, _BLACK, ("AAA·99A", "999·AAA")),
    # China, Japan, Korea, South East Asia
    PlateStyle(440, 140, (26, 70, 176), (242, 244, 248), ("#A·99A99", "#A·A9999", "#A·99999")),
    PlateStyle(440, 140, (40, 92, 200), _WHITE, ("#A·A99A9", "#A·99999")),
    PlateStyle(480, 140, (236, 244, 238), _BLACK, ("#A A99999", "#A 99999A"), (92, 196, 120)),
    PlateStyle(480, 140, (220, 240, 226), _BLACK, ("#A A99999",), (50, 180, 100)),
    PlateStyle(480, 140, (246, 204, 60), _BLACK, ("#A 99999A",), (80, 190, 110)),
    PlateStyle(440, 140, _YELLOW, _BLACK, ("#A·99999",)),
    PlateStyle(440, 220, _YELLOW, _BLACK, ("#·A/99999",), shares=(0.42, 0.58)),
    PlateStyle(440, 140, _BLACK, _WHITE, ("#A·9999#",)),
    PlateStyle(330, 165, _WHITE, _GREEN, ("## 999/h 99-99",), shares=(0.36, 0.64)),
    PlateStyle(330, 165, _YELLOW, _BLACK, ("## 99/h 99-99",), shares=(0.36, 0.64)),
    PlateStyle(520, 110, _WHITE, _BLACK, ("99# 9999", "999# 9999")),
    PlateStyle(335, 170, (60, 130, 90), _WHITE, ("## 99/9999",), shares=(0.4, 0.6)),
    PlateStyle(340, 150, _WHITE, _BLACK, ("9@@ 9999/#####", "@@ 9999/@@@@"), shares=(0.68, 0.32)),
    PlateStyle(470, 110, _WHITE, _BLACK, ("99A-999.99",)),
    # South Asia, the Middle East, Africa
    PlateStyle(500, 120, _WHITE, _BLACK, ("AA 99 AA 9999", "AA99A9999")),
    PlateStyle(500, 120, _YELLOW, _BLACK, ("AA 99 AA 9999", "AA 99 A 9999")),
    PlateStyle(340, 200, (245, 246, 244), _BLACK, ("AA 99/A 9999", "AA 99 AA/9999")),
    PlateStyle(340, 200, _AMBER, _BLACK, ("AA 99 A/9999",)),
    PlateStyle(335, 155, _WHITE, _BLACK, ("9999 @@@/9999 AAA", "@@@@/9999 A")),
    PlateStyle(520, 110, _WHITE, _BLACK, ("@ 99999", "99 @ 999 99"), band="left"),
    PlateStyle(520, 110, _YELLOW, _BLACK, ("99-999-99", "999-99-999"), band="left"),
    PlateStyle(440, 120, _WHITE, (24, 60, 130), ("AA 99 AA AA", "AAA 999 AA"), (200, 220, 236)),
    # South America
    PlateStyle(400, 130, _WHITE, _BLACK, ("AAA9A99",), band="top"),
    PlateStyle(400, 130, (190, 192, 194), _BLACK, ("AAA·9999",), caption="SP·CIDADE"),
    PlateStyle(300, 150, _YELLOW, _BLACK, ("AAA 999",), caption="CAPITAL"),
    PlateStyle(294, 129, _BLACK, _WHITE, ("AAA 999",)),
    # Motorcycles, and whatever is square
    PlateStyle(200, 200, _WHITE, _BLACK, ("AA 9/999", "AAA/9999"), band="top"),
    PlateStyle(180, 200, _WHITE, _BLACK, ("AA/99 A", "9999/AA")),
    PlateStyle(190, 140, _WHITE, _BLACK, ("99-A9/999.99",)),
    PlateStyle(240, 190, _YELLOW, _BLACK, ("AA 99/9999",)),
    PlateStyle(220, 160, (26, 70, 176), _WHITE, ("#·A/99999",)),
    PlateStyle(178, 102, (232, 236, 242), (30, 44, 110), ("AA999", "9A9999"), caption="STATE"),
    PlateStyle(230, 125, _WHITE, _GREEN, ("# 99/h 99-99",)),
)

"""What comes in as a photograph, and what is kept of it."""

import io

import cv2
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow

from plateseg.domain import foreign, images, jpeg
from plateseg.errors import BadImage
from tests.unit.heic_sample import HEIC
from tests.unit.pictures import animated, exif_with, gif_of, jpeg_of, photograph, png_of, png_with_header


def served_is_what_was_decoded(decoded: images.DecodedImage) -> bool:
    return np.array_equal(images.read(decoded.served), decoded.pixels)


# Plain photographs are kept byte for byte, without their metadata


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_plain_jpeg_keeps_its_compressed_picture_and_loses_its_metadata(mode, progressive):
    secret = b"GPS 52.5200 N 13.4050 E"
    data = jpeg_of(
        Pillow.fromarray(photograph()).convert(mode),
        progressive=progressive,
        exif=exif_with(orientation=1, extra=secret),
        comment=secret,
        icc_profile=b"profile " * 20,
    )
    decoded = images.decode(data + b"trailing " + secret)
    assert secret in data
    assert secret not in decoded.served
    assert b"Exif" not in decoded.served
    assert b"ICC_PROFILE" not in decoded.served
    assert decoded.media_type == "image/jpeg"
    assert (decoded.width, decoded.height, decoded.format) == (96, 64, "JPEG")
    assert np.array_equal(decoded.pixels, np.array(Pillow.open(io.BytesIO(data)).convert("RGB")))
    assert served_is_what_was_decoded(decoded)
    scan = data[data.index(b"\xff\xda") : data.rindex(b"\xff\xd9")]
    assert scan in decoded.served


def test_a_thumbnail_within_jfif_is_dropped():
    data = jpeg_of(Pillow.fromarray(photograph()))
    body = b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x02\x02" + b"secret thumb"
    with_thumb = b"\xff\xd8\xff\xe0" + (len(body) + 2).to_bytes(2, "big") + body + data[20:]
    decoded = images.decode(with_thumb)
    assert b"secret" not in decoded.served
    assert np.array_equal(decoded.pixels, images.decode(data).pixels)


def test_an_adobe_rgb_jpeg_keeps_the_segment_that_says_its_colours():
    buffer = io.BytesIO()
    Pillow.fromarray(photograph()).save(buffer, "JPEG", quality=95, keep_rgb=True)
    decoded = images.decode(buffer.getvalue())
    assert np.abs(decoded.pixels.astype(int) - photograph()).mean() < 6
    assert served_is_what_was_decoded(decoded)


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_plain_png_keeps_its_pixels_and_loses_its_chunks(mode):
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Location", "secret place")
    picture = Pillow.fromarray(photograph()).convert(mode)
    data = png_of(picture, pnginfo=info, dpi=(300, 300))
    decoded = images.decode(data)
    assert b"secret" in data
    assert b"secret" not in decoded.served
    assert b"pHYs" not in decoded.served
    assert np.array_equal(decoded.pixels, np.array(picture.convert("RGB")))
    assert served_is_what_was_decoded(decoded)


# Orientation


def test_exif_names_the_camera():
    exif = Pillow.Exif()
    exif[0x010F], exif[0x0110] = "Canon", "EOS 5D"
    for make in (jpeg_of, png_of):
        decoded = images.decode(make(Pillow.fromarray(photograph()), exif=exif))
        assert decoded.camera == "Canon EOS 5D"
        assert b"Canon" not in decoded.served
    assert images.decode(jpeg_of(Pillow.fromarray(photograph()))).camera == ""


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_baked_into_the_pixels(orientation):
    from PIL import ImageOps

    data = jpeg_of(Pillow.fromarray(photograph()), quality=95, exif=exif_with(orientation=orientation))
    expected = np.array(ImageOps.exif_transpose(Pillow.open(io.BytesIO(data))).convert("RGB"))
    decoded = images.decode(data)
    assert decoded.pixels.shape == expected.shape
    assert np.abs(decoded.pixels.astype(int) - expected).mean() < 4
    assert served_is_what_was_decoded(decoded)
    assert not Pillow.open(io.BytesIO(decoded.served)).getexif()


def test_orientation_of_a_png_is_baked_in_exactly():
    exif = Pillow.Exif()
    exif[0x0112] = 6
    decoded = images.decode(png_of(Pillow.fromarray(photograph()), exif=exif))
    assert np.array_equal(decoded.pixels, np.rot90(photograph(), -1))


@pytest.mark.parametrize("compression", [None, "tiff_lzw"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_tiff_is_turned_upright_once_and_not_twice(orientation, compression):
    buffer = io.BytesIO()
    Pillow.fromarray(photograph()).save(buffer, "TIFF", tiffinfo={0x0112: orientation}, compression=compression)
    upright = foreign.turn(photograph(), orientation)
    assert np.array_equal(images.decode(buffer.getvalue()).pixels, upright)


def test_a_png_that_tells_its_orientation_behind_its_pixels_is_upright():
    exif = Pillow.Exif()
    exif[0x0112] = 6
    data = png_of(Pillow.fromarray(photograph()), exif=exif)
    start = data.index(b"eXIf") - 4
    end = start + 12 + int.from_bytes(data[start : start + 4], "big")
    iend = data.index(b"IEND") - 4
    late = data[:start] + data[end:iend] + data[start:end] + data[iend:]
    assert np.array_equal(images.decode(late).pixels, np.rot90(photograph(), -1))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2024:05:01 12:33:11", "2024-05-01T12:33:11"),
        ("2024-05-01 12:33:11", "2024-05-01T12:33:11"),
        ("0000:00:00 00:00:00", None),
        ("yesterday", None),
    ],
)
def test_the_time_of_capture_is_read(written, read):
    data = jpeg_of(Pillow.fromarray(photograph()), exif=exif_with(orientation=1, taken=written))
    assert images.decode(data).captured_at == read


# Other kinds of pixels


def test_cmyk_becomes_rgb_with_a_note():
    decoded = images.decode(jpeg_of(Pillow.fromarray(photograph()).convert("CMYK")))
    assert decoded.note == "CMYK converted to RGB"
    assert np.abs(decoded.pixels.astype(int) - photograph()).mean() < 8
    assert Pillow.open(io.BytesIO(decoded.served)).mode == "RGB"


@pytest.mark.parametrize("format", ["PNG", "TIFF"])
def test_sixteen_bits_of_grey_become_eight(format):
    grey = photograph()[:, :, 0].astype(np.uint16) * 257
    buffer = io.BytesIO()
    Pillow.fromarray(grey).save(buffer, format)
    decoded = images.decode(buffer.getvalue())
    assert np.array_equal(decoded.pixels, np.repeat(photograph()[:, :, :1], 3, axis=2))
    assert decoded.note == "16 bits reduced to 8"


def test_sixteen_bits_of_colour_become_eight():
    data = cv2.imencode(".png", photograph()[:, :, ::-1].astype(np.uint16) * 257)[1].tobytes()
    assert np.array_equal(images.decode(data).pixels, photograph())


def test_a_palette_becomes_its_colours():
    picture = Pillow.fromarray(photograph()).quantize(16)
    decoded = images.decode(png_of(picture))
    assert np.array_equal(decoded.pixels, np.array(picture.convert("RGB")))


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparency_is_laid_on_white(mode):
    picture = Pillow.new("RGBA", (40, 30), (200, 30, 40, 255))
    picture.paste((0, 0, 0, 0), (0, 0, 20, 30))
    picture = picture.quantize(4) if mode == "P" else picture.convert(mode)
    decoded = images.decode(png_of(picture))
    assert (decoded.pixels[:, :20] == 255).all()
    assert (decoded.pixels[:, 20:] < 230).any()
    assert decoded.note == "transparency laid on white"


def test_an_opaque_alpha_channel_changes_nothing():
    decoded = images.decode(png_of(Pillow.fromarray(photograph()).convert("RGBA")))
    assert np.array_equal(decoded.pixels, photograph())


@pytest.mark.parametrize(("format", "options"), [("WEBP", {"lossless": True}), ("BMP", {}), ("TIFF", {}), ("GIF", {})])
def test_other_formats_are_read_and_kept_as_png(format, options):
    buffer = io.BytesIO()
    picture = Pillow.fromarray(photograph())
    picture = picture.quantize(32) if format == "GIF" else picture
    picture.save(buffer, format, **options)
    decoded = images.decode(buffer.getvalue())
    assert np.array_equal(decoded.pixels, np.array(picture.convert("RGB")))
    assert (decoded.format, decoded.media_type) == (format, "image/png")
    assert served_is_what_was_decoded(decoded)


def test_of_a_tiff_with_pages_the_first_is_taken():
    buffer = io.BytesIO()
    first, second = Pillow.fromarray(photograph()), Pillow.new("RGB", (50, 50))
    first.save(buffer, "TIFF", save_all=True, append_images=[second])
    decoded = images.decode(buffer.getvalue())
    assert decoded.note == "first of 2 pages taken"
    assert np.array_equal(decoded.pixels, photograph())


# What is refused, each with its sentence

HEADER = "The image says it is 60000x60000"
REFUSED = {
    "empty": (b"", "empty"),
    "text": (b"hello, this is a note\n" * 40, "This is text"),
    "text whose last character the look-ahead cuts in two": (("a" + "ü" * 4097).encode(), "This is text"),
    "svg": (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "SVG is a drawing"),
    "web page": (b"<!DOCTYPE html><html><body>404</body></html>", "web page"),
    "pdf": (b"%PDF-1.7 ...", "PDF"),
    "zip": (b"PK\x03\x04" + b"\x00" * 60, "ZIP"),
    "heic": (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 40, "This HEIF is damaged or cut off"),
    "half a heic": (HEIC[: len(HEIC) // 2], "This HEIF is damaged or cut off"),
    "video": (b"\x00\x00\x00\x18ftypisom" + b"\x00" * 40, "video"),
    "noise": (bytes(range(7, 256)) * 4, "not an image"),
    "animated gif": (animated("GIF"), "animation"),
    "animated png": (animated("PNG"), "animation"),
    "animated webp": (animated("WEBP"), "animation"),
    "png header bomb": (png_with_header(60_000, 60_000), HEADER),
    "jpeg header bomb": (
        b"\xff\xd8\xff\xc0\x00\x11\x08\xea\x60\xea\x60\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01"
        b"\xff\xda\x00\x0c\x03\x01\x00\x02\x11\x03\x11\x00\x3f\x00\xff\xd9",
        HEADER,
    ),
    "gif header bomb": (b"GIF89a" + (60_000).to_bytes(2, "little") * 2 + gif_of(photograph())[10:], "far larger"),
    "too small": (png_of(Pillow.new("RGB", (15, 400))), "at least 16"),
    "only a header of jpeg": (b"\xff\xd8\xff\xe0\x00\x10JFIF", "cut off"),
    "only a header of png": (b"\x89PNG\r\n\x1a\n\x00\x00", "cut off"),
    "png with a broken checksum": (
        png_of(Pillow.fromarray(photograph()))[:60] + b"\x00\x01\x02" + png_of(Pillow.fromarray(photograph()))[63:],
        "damaged",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_photograph_is_refused_with_a_sentence(case):
    data, words = REFUSED[case]
    with pytest.raises(BadImage, match=words) as caught:
        images.decode(data)
    assert str(caught.value).endswith(".")


def test_a_file_over_the_limit_is_refused_before_it_is_decoded():
    with pytest.raises(BadImage, match="at most 1 MB"):
        images.decode(b"\xff\xd8" + bytes(2 * 2**20), images.ImageLimits(max_bytes=2**20))


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("share", [0.3, 0.5, 0.7, 0.9, 0.97])
def test_a_truncated_jpeg_is_refused(share, progressive):
    data = jpeg_of(Pillow.fromarray(photograph(width=400, height=300)), progressive=progressive)
    with pytest.raises(BadImage, match="cut off"):
        images.decode(data[: int(len(data) * share)])


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7, 0.9])
def test_a_truncated_jpeg_that_was_given_an_end_is_refused(share):
    data = jpeg_of(Pillow.fromarray(photograph(width=400, height=300)))
    with pytest.raises(BadImage, match="cut off"):
        images.decode(data[: int(len(data) * share)] + jpeg.END)


def test_a_jpeg_that_lacks_nothing_but_its_end_marker_is_taken():
    data = jpeg_of(Pillow.fromarray(photograph()))
    assert np.array_equal(images.decode(data[:-2]).pixels, images.decode(data).pixels)


def test_a_photograph_with_a_grey_corner_is_no_truncated_one():
    grey = photograph(width=160, height=160)
    grey[80:] = 128
    decoded = images.decode(jpeg_of(Pillow.fromarray(grey)))
    assert (decoded.pixels[-1, -1] == 128).all()


@pytest.mark.parametrize("share", [0.2, 0.6, 0.98])
@pytest.mark.parametrize("format", ["PNG", "WEBP", "TIFF", "BMP", "GIF"])
def test_a_truncated_file_of_another_format_is_refused(format, share):
    buffer = io.BytesIO()
    Pillow.fromarray(photograph(width=200, height=150)).save(buffer, format)
    with pytest.raises(BadImage):
        images.decode(buffer.getvalue()[: int(len(buffer.getvalue()) * share)])


# Wild input: an image or a sentence, nothing else


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([b"", b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"BM", b"II*\x00"]))
@example(b"\xff" * 30, b"\xff\xd8")
def test_random_bytes_never_raise_anything_but_bad_image(data, start):
    try:
        decoded = images.decode(start + data)
    except BadImage:
        return
    assert served_is_what_was_decoded(decoded)


SEEDS = {
    "jpeg": jpeg_of(Pillow.fromarray(photograph()), exif=exif_with(orientation=6, taken="2024:05:01 12:33:11")),
    "progressive": jpeg_of(Pillow.fromarray(photograph()), progressive=True),
    "cmyk": jpeg_of(Pillow.fromarray(photograph()).convert("CMYK")),
    "png": png_of(Pillow.fromarray(photograph())),
    "palette": png_of(Pillow.fromarray(photograph()).quantize(16)),
}


@settings(max_examples=250, deadline=None)
@given(
    st.sampled_from(sorted(SEEDS)),
    st.lists(st.tuples(st.floats(0, 0.999, allow_subnormal=False), st.integers(0, 255)), max_size=8),
    st.data(),
)
def test_a_damaged_photograph_decodes_or_is_refused(seed, changes, data):
    damaged = bytearray(SEEDS[seed])
    for where, value in changes:
        damaged[int(where * len(damaged))] = value
    end = data.draw(st.integers(len(damaged) // 2, len(damaged)))
    try:
        decoded = images.decode(bytes(damaged[:end]))
    except BadImage:
        return
    assert decoded.pixels.shape == (decoded.height, decoded.width, 3)
    assert served_is_what_was_decoded(decoded)


# Small versions


@pytest.mark.parametrize(
    ("width", "height"), [(4000, 3000), (3000, 4000), (641, 479), (320, 100), (100, 80), (20000, 20)]
)
def test_a_thumbnail_keeps_the_proportions(width, height):
    pixels = np.full((height, width, 3), (200, 100, 50), np.uint8)
    small = images.shrink(pixels)
    assert max(small.shape[:2]) == min(320, max(width, height))
    expected = max(1, min(320, max(width, height)) * min(width, height) / max(width, height))
    assert abs(min(small.shape[:2]) - expected) <= 1.01
    assert np.abs(small.astype(int) - (200, 100, 50)).max() <= 1
    assert Pillow.open(io.BytesIO(images.thumbnail(pixels))).size == (small.shape[1], small.shape[0])


def test_a_thumbnail_looks_like_its_photograph():
    pixels = photograph(width=1280, height=720)
    small = images.shrink(pixels)
    exact = cv2.resize(pixels, (small.shape[1], small.shape[0]), interpolation=cv2.INTER_AREA)
    assert np.abs(small.astype(int) - exact).mean() < 3


def test_reading_a_damaged_stored_photograph_says_what_to_do():
    with pytest.raises(BadImage, match="import it again"):
        images.read(b"nothing of the kind")


def test_a_telephones_heic_stands_upright():
    photo = images.decode(HEIC)

    assert (photo.width, photo.height, photo.format, photo.captured_at) == (48, 96, "HEIF", "2024-05-06T07:08:09")
    assert photo.media_type == "image/jpeg"
    seen = photo.pixels[[40, 40, 80], [10, 40, 10]].astype(int)
    assert np.abs(seen - [[200, 40, 30], [240, 240, 240], [30, 60, 190]]).max() < 12

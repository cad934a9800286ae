"""LabelMe, CVAT and Pascal VOC as people have them."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image as Pillow

from plateseg.domain.types import Split
from plateseg.errors import BadMask
from tests.unit.annotation_files import answers, as_json, drawn, extent, read, troubles


def png(values: np.ndarray, palette: list[int] | None = None) -> bytes:
    picture = Pillow.fromarray(values)
    if palette:
        picture.putpalette(palette)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def only(files, **how):
    (answer,) = answers(files, **how).values()
    return answer


class TestLabelMe:
    """One JSON a photograph."""

    def upload(self, *shapes, name="a.json", **more):
        content = {"version": "5.5.0", "shapes": list(shapes), "imagePath": "a.jpg", "imageData": "AAAA"} | more
        return {name: as_json(content), "a.jpg": b""}

    def shape(self, points, kind="polygon", label="plate", **more):
        return {"label": label, "points": points, "shape_type": kind, "flags": {}} | more

    def test_polygon(self):
        drawing = drawn(only(self.upload(self.shape([[5.4, 5.2], [25.9, 5], [25, 15], [5, 15.9]]))))
        assert drawing.is_label
        assert extent(drawing) == (5, 5, 21, 11)

    def test_rectangle_is_a_proposal(self):
        drawing = drawn(only(self.upload(self.shape([[25, 15], [5, 5]], "rectangle"))))
        assert not drawing.is_label
        assert extent(drawing) == (5, 5, 20, 10)

    def test_a_rectangle_of_four_corners(self):
        """As X-AnyLabeling writes it."""
        found = only(self.upload(self.shape([[5, 5], [25, 5], [25, 15], [5, 15]], "rectangle")))
        assert extent(drawn(found)) == (5, 5, 20, 10)

    def test_circle(self):
        assert extent(drawn(only(self.upload(self.shape([[20, 15], [20, 20]], "circle")))))[2:] == (11, 11)

    def test_mask(self):
        pixels = np.zeros((6, 8), np.uint8)
        pixels[1:, 2:] = 1
        text = base64.b64encode(png(pixels)).decode()
        drawing = drawn(only(self.upload(self.shape([[30, 20], [37, 25]], "mask", mask=text))))
        assert drawing.is_label
        assert extent(drawing) == (32, 21, 6, 5)

    def test_without_shapes_nobody_has_answered(self):
        assert not only(self.upload()).answered

    BAD = (
        ({"points": [[1, 2], [3, 4]]}, "at least 3 points"),
        ({"points": "x"}, "its points are no list of pairs"),
        ({"points": [[1, 2], [3]]}, "its points are no list of pairs"),
        ({"points": [[1, 1], [9, 9]], "shape_type": "line"}, "a line has no inside"),
        ({"points": [[1, 1], [9, 9]], "shape_type": "rectangle"}, ""),
    )

    @pytest.mark.parametrize(("wrong", "sentence"), BAD)
    def test_what_does_not_fit(self, wrong, sentence):
        found = troubles(self.upload(self.shape([]) | wrong))
        assert not found if not sentence else (found[0].startswith("a.json: Line 4: ") and sentence in found[0])

    @pytest.mark.parametrize("text", ["%%%", "AAAA", None])
    def test_a_damaged_mask(self, text):
        with pytest.raises(BadMask):
            drawn(only(self.upload(self.shape([[3, 2], [7, 5]], "mask", mask=text))))

    def test_files_that_are_none(self):
        assert troubles({"a.json": b'{"shapes": 5, "imagePath": "a.jpg"}', "a.jpg": b""}) == [
            "a.json: Line 1: a LabelMe file holds the list shapes. Export it again."
        ]
        assert "names no photograph" in troubles(self.upload(imagePath=7))[0]
        assert "this is no JSON" in troubles({"a.json": self.upload()["a.json"][:-3], "a.jpg": b""})[0]


class TestCvat:
    """One XML for all."""

    SHAPE = '<polygon label="plate" points="5.00,5.00;25.00,5.00;25.00,15.00;5.00,15.00"/>'

    def upload(self, shapes=SHAPE, image='id="0" name="a.jpg" width="40" height="30"', head=""):
        text = f"{head}<annotations>\n<image {image}>\n{shapes}\n</image>\n</annotations>"
        return {"annotations.xml": text.encode(), "images/a.jpg": b""}

    def test_polygon(self):
        drawing = drawn(only(self.upload()))
        assert drawing.is_label
        assert extent(drawing) == (5, 5, 20, 10)

    def test_box_is_a_proposal_turned_or_not(self):
        box = '<box label="plate" xtl="5" ytl="10" xbr="25" ybr="20" rotation="{}"/>'
        assert extent(drawn(only(self.upload(box.format(0))))) == (5, 10, 20, 10)
        turned = drawn(only(self.upload(box.format("90.0"))))
        assert extent(turned) == (10, 5, 10, 20)
        assert not turned.is_label

    def test_mask(self):
        shape = '<mask label="plate" rle="1, 3, 1, 3" left="30" top="20" width="4" height="2"/>'
        assert drawn(only(self.upload(shape))).mask[20:22, 30:34].tolist() == [[0, 1, 1, 1], [0, 1, 1, 1]]

    def test_without_shapes_nobody_has_answered(self):
        assert not only(self.upload("")).answered

    def test_subsets_are_splits(self):
        answer = only(self.upload(image='name="sub/a.jpg" subset="Validation" width="40" height="30"'))
        assert answer.split is Split.VAL

    @pytest.mark.parametrize(
        ("shape", "sentence"),
        [
            ('<polygon label="plate" points="1,2;3,4"/>', "Line 3: a polygon needs at least 3 points"),
            ('<polygon label="plate" points="a,2;3,4;5,6"/>', "Line 3: a polygon holds something else"),
            ('<polygon label="plate"/>', "Line 3: a polygon needs at least 3 points"),
            ('\n<box label="plate" xtl="5"/>', "Line 4: its ytl is no number"),
            ('<polyline label="plate" points="1,2;3,4"/>', "Line 3: a polyline has no outline of a plate"),
            (
                '<mask label="plate" rle="1" left="1e9" top="0" width="4" height="2"/>',
                "Line 3: its left lies far",
            ),
        ],
    )
    def test_what_does_not_fit(self, shape, sentence):
        assert any(sentence in each for each in troubles(self.upload(shape))), troubles(self.upload(shape))

    @pytest.mark.parametrize("rle", ["1, 3", "x", "", "-1, 9", "9999999999999999999999"])
    def test_run_lengths_that_do_not_fit(self, rle):
        shape = f'<mask label="plate" rle="{rle}" left="30" top="20" width="4" height="2"/>'
        with pytest.raises(BadMask):
            drawn(only(self.upload(shape)))

    def test_entities_are_refused(self):
        """A billion laughs, and files of this machine."""
        for entity in ('<!ENTITY a "haha">', '<!ENTITY a SYSTEM "file:///etc/passwd">'):
            (sentence,) = troubles(self.upload(head=f"<!DOCTYPE x [{entity}]>\n"))
            assert "declares the entity a" in sentence

    def test_no_xml(self):
        assert "Line 2: this is no XML" in troubles({"a.xml": b"<annotations>\n<image </annotations>"})[0]
        assert "nested more than 100 deep" in troubles({"a.xml": b"<a>" * 5000})[0]

    def test_video(self):
        (sentence,) = troubles({"a.xml": b"<annotations><track label='plate'/></annotations>"})
        assert "CVAT for video" in sentence


class TestVoc:
    """Folders of boxes and of masks."""

    BOX = (
        "<object><name>plate</name><bndbox><xmin>6</xmin><ymin>6</ymin><xmax>25</xmax><ymax>15</ymax></bndbox></object>"
    )
    PLATE = np.zeros((30, 40), np.uint8)
    PLATE[5:15, 5:25] = 1

    def xml(self, objects=BOX, name="a.jpg"):
        size = "<size><width>40</width><height>30</height></size>"
        return f"<annotation>\n<filename>{name}</filename>{size}\n{objects}\n</annotation>".encode()

    def upload(self, objects=BOX, **more):
        return {"VOC/Annotations/a.xml": self.xml(objects), "VOC/JPEGImages/a.jpg": b""} | more

    def test_boxes_are_proposals(self):
        drawing = drawn(only(self.upload()))
        assert not drawing.is_label
        assert extent(drawing) == (5, 5, 20, 10)

    def test_without_objects_there_is_no_plate(self):
        drawing = drawn(only(self.upload("")))
        assert drawing.is_label
        assert not drawing.mask.any()

    def test_masks_go_before_boxes(self):
        files = self.upload() | {"VOC/SegmentationClass/a.png": png(self.PLATE, [0, 0, 0, 128, 0, 0])}
        drawing = drawn(only(files))
        assert drawing.is_label
        assert (drawing.mask == self.PLATE).all()

    def test_a_labelmap_names_the_colours(self):
        labelmap = b"background:0,0,0::\ncar:128,0,0::\nplate:0,128,0::\n"
        values = self.PLATE * 2
        values[20:, :] = 1
        palette = [0, 0, 0, 128, 0, 0, 0, 128, 0]
        for mask in (png(values, palette), png(np.array(palette, np.uint8).reshape(3, 3)[values])):
            files = self.upload() | {"VOC/labelmap.txt": labelmap, "VOC/SegmentationClass/a.png": mask}
            assert (drawn(only(files)).mask == self.PLATE).all()

    @pytest.mark.parametrize("bits", [np.uint8, np.uint16])
    def test_a_mask_of_many_classes(self, bits):
        values = np.arange(1200, dtype=bits).reshape(30, 40) % (300 if bits is np.uint16 else 200)
        files = self.upload() | {"VOC/SegmentationClass/a.png": png(values)}
        with pytest.raises(BadMask, match=r"classes, and no labelmap.* says which is a plate"):
            drawn(only(files))

    def test_a_colour_that_nobody_names(self):
        files = self.upload() | {
            "VOC/labelmap.txt": b"plate:0,128,0::\n",
            "VOC/SegmentationClass/a.png": png(self.PLATE),
        }
        files["VOC/SegmentationClass/a.png"] = png(self.PLATE, [0, 0, 0, 1, 2, 3])
        with pytest.raises(BadMask, match="1 colours that its labelmap"):
            drawn(only(files))

    def test_a_mask_of_another_size(self):
        files = self.upload() | {"VOC/SegmentationClass/a.png": png(self.PLATE[:20])}
        with pytest.raises(BadMask, match="The mask is 40x20, the photograph is 40x30"):
            drawn(only(files))

    def test_lists_are_splits(self):
        files = self.upload() | {"VOC/ImageSets/Main/plate_val.txt": b"a  1\nb -1\n"}
        _, found = read(files)
        assert found["VOC/JPEGImages/a.jpg"].split is Split.VAL

    @pytest.mark.parametrize(
        ("objects", "sentence"),
        [
            ("<object><name>plate</name></object>", "VOC/Annotations/a.xml: Line 3: its bndbox does not hold"),
            (BOX.replace(">25<", ">2<"), "Line 3: a box has no width or no height"),
        ],
    )
    def test_what_does_not_fit(self, objects, sentence):
        assert any(sentence in each for each in troubles(self.upload(objects)))

    def test_a_name_that_ends_in_a_number_keeps_its_split(self):
        files = {
            "VOC/Annotations/car 1.xml": self.xml(name="car 1.jpg"),
            "VOC/JPEGImages/car 1.jpg": b"",
            "VOC/JPEGImages/car.jpg": b"",
            "VOC/Annotations/car.xml": self.xml(name="car.jpg"),
            "VOC/ImageSets/Main/train.txt": b"car 1\n",
            "VOC/ImageSets/Main/val.txt": b"car\n",
        }
        found = answers(files)
        assert found["VOC/JPEGImages/car 1.jpg"].split is Split.TRAIN
        assert found["VOC/JPEGImages/car.jpg"].split is Split.VAL

    def test_a_file_renamed_with_its_photograph_is_not_about_the_one_of_its_old_name(self):
        other = self.BOX.replace("<xmin>6", "<xmin>16").replace(">25<", ">35<")
        files = {
            "VOC/Annotations/a.xml": self.xml(other, name="b.jpg"),
            "VOC/JPEGImages/a.jpg": b"",
            "VOC/Annotations/b.xml": self.xml(name="b.jpg"),
            "VOC/JPEGImages/b.jpg": b"",
        }
        found = answers(files)
        assert found["VOC/JPEGImages/a.jpg"].source == "VOC/Annotations/a.xml"
        assert found["VOC/JPEGImages/b.jpg"].source == "VOC/Annotations/b.xml"

    def test_two_files_about_one_photograph_are_told(self):
        files = self.upload() | {"VOC/Annotations/old.xml": self.xml()}
        assert troubles(files) == [
            "VOC/Annotations/old.xml: It is about the same photograph as VOC/Annotations/a.xml, which was taken."
        ]

    def test_a_mask_beside_a_list_of_cars_is_not_read_as_a_plate(self):
        car = self.BOX.replace("plate", "car")
        files = self.upload(car) | {
            "VOC/SegmentationClass/a.png": png(self.PLATE, [0, 0, 0, 128, 0, 0]),
            "VOC/Annotations/b.xml": self.xml(name="b.jpg"),
            "VOC/JPEGImages/b.jpg": b"",
        }
        with pytest.raises(BadMask, match="its XML lists car, and no labelmap"):
            drawn(answers(files)["VOC/JPEGImages/a.jpg"])

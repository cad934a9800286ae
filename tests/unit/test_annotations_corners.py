"""VIA, Label Studio, and lists of four corners as people have them."""

from __future__ import annotations

import numpy as np
import pytest

from plateseg.domain.types import Split
from plateseg.errors import BadMask
from tests.unit.annotation_files import answers, as_json, drawn, extent, read, troubles


def only(files, **how):
    (answer,) = answers(files, **how).values()
    return answer


class TestVia:
    """A project, or its annotations alone; version 1 or 2."""

    POLYGON = {"name": "polygon", "all_points_x": [5, 25, 25, 5], "all_points_y": [5, 5, 15, 15]}  # noqa: RUF012

    def upload(self, *regions, project=False, first=False):
        found = [{"shape_attributes": region, "region_attributes": {"type": "plate"}} for region in regions]
        entry = {"filename": "a.jpg", "size": 7, "regions": dict(enumerate(found)) if first else found}
        content = {"a.jpg7": entry}
        return {"via.json": as_json({"_via_img_metadata": content} if project else content), "a.jpg": b""}

    @pytest.mark.parametrize("how", [{}, {"project": True}, {"first": True}])
    def test_polygon(self, how):
        drawing = drawn(only(self.upload(self.POLYGON, **how)))
        assert drawing.is_label
        assert extent(drawing) == (5, 5, 20, 10)

    def test_a_region_without_a_label_is_not_read_as_no_plate(self):
        regions = [{"shape_attributes": self.POLYGON, "region_attributes": each} for each in ({"type": "plate"}, {})]
        content = {name: {"filename": name, "regions": [region]} for name, region in zip("ab", regions, strict=True)}
        reading, found = read({"via.json": as_json(content), "a": b"", "b": b""})
        assert found["a"].answered
        assert not found["b"].answered
        assert "a region has no label" in reading.troubles[0].text

    def test_rectangle_is_a_proposal(self):
        drawing = drawn(only(self.upload({"name": "rect", "x": 5, "y": 6, "width": 20, "height": 10})))
        assert not drawing.is_label
        assert extent(drawing) == (5, 6, 20, 10)

    def test_ellipse_and_circle(self):
        ellipse = {"name": "ellipse", "cx": 20, "cy": 15, "rx": 10, "ry": 5, "theta": 0}
        assert extent(drawn(only(self.upload(ellipse)))) == (10, 10, 20, 10)
        assert extent(drawn(only(self.upload({"name": "circle", "cx": 20, "cy": 15, "r": 5})))) == (15, 10, 10, 10)

    @pytest.mark.parametrize(
        ("region", "sentence"),
        [
            ({"name": "point", "cx": 1, "cy": 1}, "via.json: Line 2: a.jpg: a point has no inside"),
            ({"name": "rect", "x": 1}, "a rect needs x, y, width, height as numbers"),
            ({"name": "polygon", "all_points_x": [1, 2, 3], "all_points_y": [1]}, "of one length"),
            (None, "has no shape_attributes"),
        ],
    )
    def test_what_does_not_fit(self, region, sentence):
        assert any(sentence in each for each in troubles(self.upload(region))), troubles(self.upload(region))


def brush_of(mask: np.ndarray) -> list[int]:
    """Label Studio's run lengths by the rules of its encoder: runs of at most 256, written bit by bit."""
    values = np.zeros((*mask.shape, 4), np.uint8)
    values[mask > 0] = 255
    flat = values.ravel()
    bits = f"{flat.size:032b}{7:05b}" + "".join(f"{size - 1:04b}" for size in (3, 4, 8, 16))
    at = 0
    while at < flat.size:
        end = at + 1
        while end < flat.size and flat[end] == flat[at] and end - at < 256:
            end += 1
        if at % 3 == 0 and end - at < 8:  # now and then as single values
            bits += "0" + "00" + f"{end - at - 1:03b}" + "".join(f"{value:08b}" for value in flat[at:end])
        else:
            bits += "1" + "10" + f"{end - at - 1:08b}" + f"{flat[at]:08b}"
        at = end
    bits += "0" * (-len(bits) % 8)
    return [int(bits[start : start + 8], 2) for start in range(0, len(bits), 8)]


class TestLabelStudio:
    """Per cent of the photograph, and brushes."""

    def upload(self, *results, image="/data/upload/1/0a1b2c3d-a.jpg", **annotation):
        sides = {"original_width": 40, "original_height": 30}
        done = [{"result": [result | sides for result in results]} | annotation]
        return {"ls.json": as_json([{"id": 1, "data": {"image": image}, "annotations": done}]), "a.jpg": b""}

    def result(self, kind, **value):
        return {"type": f"{kind}labels", "value": value | {f"{kind}labels": ["plate"]}}

    def test_polygon(self):
        points = [[12.5, 20], [62.5, 20], [62.5, 50], [12.5, 50]]
        drawing = drawn(only(self.upload(self.result("polygon", points=points))))
        assert drawing.is_label
        assert extent(drawing) == (5, 6, 20, 9)

    def test_brush(self):
        mask = np.zeros((30, 40), np.uint8)
        mask[5:15, 5:25] = 1
        mask[9, 9:12] = 0
        drawing = drawn(only(self.upload(self.result("brush", format="rle", rle=brush_of(mask)))))
        assert drawing.is_label
        assert (drawing.mask == mask).all()

    @pytest.mark.parametrize("rle", [[], [1, 2, 3], [0] * 40, [255] * 40, ["a"] * 9, brush_of(np.ones((3, 4)))[:-3]])
    def test_a_damaged_brush(self, rle):
        with pytest.raises(BadMask):
            drawn(only(self.upload(self.result("brush", format="rle", rle=rle))))

    def test_rectangle_is_a_proposal_turned_or_not(self):
        box = {"x": 25, "y": 20, "width": 50, "height": 20}
        drawing = drawn(only(self.upload(self.result("rectangle", **box, rotation=0))))
        assert not drawing.is_label
        assert extent(drawing) == (10, 6, 20, 6)
        assert extent(drawn(only(self.upload(self.result("rectangle", **box, rotation=90))))) == (4, 6, 6, 20)

    def test_what_was_answered(self):
        assert not drawn(only(self.upload())).mask.any()
        assert not only(self.upload(was_cancelled=True)).answered
        files = {"ls.json": as_json([{"data": {"image": "a.jpg"}, "annotations": []}]), "a.jpg": b""}
        assert not only(files).answered

    def test_labels_apart_from_their_shapes_are_found_by_the_id(self):
        """A tag Labels of its own: two results a shape. Read without it, every shape would be a plate."""
        car, plate = [[0, 0], [90, 0], [90, 90]], [[12.5, 20], [62.5, 20], [62.5, 50], [12.5, 50]]
        results = []
        for key, points, label in (("x", car, "car"), ("y", plate, "plate")):
            results.append({"id": key, "type": "polygon", "value": {"points": points}})
            results.append({"id": key, "type": "labels", "value": {"points": points, "labels": [label]}})
        assert extent(drawn(only(self.upload(*results)))) == (5, 6, 20, 9)

    def test_a_shape_without_a_label_is_not_read_as_no_plate(self):
        points = [[12.5, 20], [62.5, 20], [62.5, 50]]
        results = {"a.jpg": {"type": "polygonlabels", "value": {"points": points}}}
        results["b.jpg"] = self.result("polygon", points=points)
        tasks = [{"data": {"image": name}, "annotations": [{"result": [one]}]} for name, one in results.items()]
        reading, found = read({"ls.json": as_json(tasks), "a.jpg": b"", "b.jpg": b""})
        assert not found["a.jpg"].answered
        assert found["b.jpg"].answered
        assert "a shape has no label" in reading.troubles[0].text

    def test_addresses_become_names(self):
        image = "/data/local-files/?d=set/%E7%B2%A4%20B.jpg"
        files = self.upload(image=image)
        assert set(answers({"ls.json": files["ls.json"], "set/粤 B.jpg": b""})) == {"set/粤 B.jpg"}

    def test_a_photograph_that_was_turned_there(self):
        found = troubles(self.upload(self.result("polygon", points=[[1, 1], [9, 1], [9, 9]]) | {"image_rotation": 90}))
        assert found[0].startswith("ls.json: Line 2: 0a1b2c3d-a.jpg: the photograph was turned in Label Studio")


class TestCorners:
    """A plate is four points."""

    HEAD = "filename,split,x1,y1,x2,y2,x3,y3,x4,y4\n"
    ROW = "a.jpg,val,5,5,24,5,24,14,5,14\n"

    def csv(self, text):
        return {"corners.csv": text.encode(), "img/a.jpg": b"", "img/b.jpg": b""}

    @pytest.mark.parametrize(
        "text", [HEAD + ROW, "a.jpg,5,5,24,5,24,14,5,14\n", (HEAD + ROW).replace(",", ";"), "\ufeff" + HEAD + ROW]
    )
    def test_csv(self, text):
        drawing = drawn(only(self.csv(text)))
        assert drawing.is_label
        assert extent(drawing) == (5, 5, 20, 10)

    def test_split_several_plates_and_none(self):
        found = answers(self.csv(self.HEAD + self.ROW + "a.jpg,val,30,20,35,20,35,25,30,25\n" + "b.jpg,,,,,,,,,\n"))
        assert found["img/a.jpg"].split is Split.VAL
        assert drawn(found["img/a.jpg"]).mask.sum() == 200 + 36
        assert not drawn(found["img/b.jpg"]).mask.any()

    def test_a_row_that_says_it_is_a_car_is_no_plate(self):
        """As Roboflow and TensorFlow's tools write lists."""
        rows = "a.jpg,car,0,0,39,29\na.jpg,plate,5,5,25,15\n"
        found = only(self.csv("filename,class,xmin,ymin,xmax,ymax\n" + rows))
        assert extent(drawn(found)) == (5, 5, 20, 10)
        (_, answers_of_cars) = read(self.csv("filename,class,xmin,ymin,xmax,ymax\n" + rows), labels=["car"])
        assert extent(drawn(answers_of_cars["img/a.jpg"])) == (0, 0, 39, 29)

    def test_boxes_are_proposals(self):
        drawing = drawn(only(self.csv("filename,class,xmin,ymin,xmax,ymax\na.jpg,plate,5,5,25,15\n")))
        assert not drawing.is_label
        assert extent(drawing) == (5, 5, 20, 10)

    def test_what_does_not_fit(self):
        text = self.HEAD + self.ROW + "b.jpg,,1,2,3\n" + ",,1,2,3,4,5,6,7,8\n"
        assert troubles(self.csv(text)) == [
            "corners.csv: Line 3: 8 numbers are needed, or none where there is no plate.",
            "corners.csv: Line 4: a row without a file name.",
        ]
        assert not read(self.csv(text))[1]["img/b.jpg"].answered

    def test_ccpd(self):
        name = "ccpd/val/025-95_113-5&5_24&14-24&14_5&14_5&5_24&5-0_0_22_27_27_33_16-37-15.jpg"
        answer = only({name: b""})
        assert answer.split is Split.VAL
        assert extent(drawn(answer)) == (5, 5, 20, 10)

    def test_wpod(self):
        drawing = drawn(only({"a.txt": b"4,0.25,0.75,0.75,0.25,0.25,0.25,0.75,0.75,ABC123,\n", "a.jpg": b""}))
        assert drawing.is_label
        assert extent(drawing) == (10, 7, 20, 16)
        found = troubles({"a.txt": b"4,0.2,0.7,0.7,0.2,0.2,0.2,0.7,0.7,,\n4,1,2\n", "a.jpg": b""})
        assert found == ["a.txt: Line 2: a plate is written 4,x1,x2,x3,x4,y1,y2,y3,y4,."]

    def test_other_tables_are_left_alone(self):
        reading, _ = read({"prices.csv": b"what,price\nplate,5\n"})
        assert reading.used == set()

#!/usr/bin/env python3
"""A client of Millrace's HTTP API. One file without dependencies: copy it, and change what you need.

    from millrace import Millrace

    millrace = Millrace("http://localhost:9404")
    answer = millrace.send_image("cats/1", open("cat.png", "rb").read(), wait=True)
    print(answer["prediction"]["label"], answer["prediction"]["probability"])
    millrace.send_label("image/cats/1", "cat")

or from a shell: millrace.py --url http://localhost:9404 image cats/1 cat.png

The token, where one is needed, is in the variable MILLRACE_HTTP_TOKEN. docs/http-api.md describes every answer.
"""

import argparse
import base64
import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request


class MillraceError(Exception):
    """The server says no: `status` is the HTTP status, the message the server's sentence."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


class Millrace:
    """The HTTP API of a Millrace process that runs the console."""

    def __init__(self, url="http://localhost:9404", token=None, timeout=60):
        self.url = url.rstrip("/")
        self.token = token if token is not None else os.environ.get("MILLRACE_HTTP_TOKEN", "")
        self.timeout = timeout

    # Sending. Each answers once the broker has the record: {"topic", "partition", "offset"}; with wait=True once the
    # prediction is there: also "prediction" and "reconstruction" (a data URL, of images).

    def send_document(self, document_id, text, label=None, wait=False):
        if label is None:
            return self._send("documents", document_id, text.encode(), "text/plain; charset=utf-8", wait)
        return self._send_json("documents", document_id, {"text": text, "label": label}, wait)

    def send_image(self, image_id, file, label=None, wait=False):
        """Sends the bytes of an image file: PNG, JPEG, GIF, BMP, TIFF, WebP or PNM."""
        query = {} if label is None else {"label": label}
        return self._send("images", image_id, file, "application/octet-stream", wait, query)

    def send_label(self, subject, label):
        """Says what an image or a document is: send_label("image/cats/1", "cat")."""
        return self._post("/v1/labels", json.dumps({"subject": subject, "label": label}).encode())

    def delete_document(self, document_id):
        return self._json(self._request("DELETE", "/v1/documents/" + _segment(document_id)))

    # Asking by the Open Inference Protocol: nothing is sent to a topic.

    def ask_images(self, files, model="vision", version=None):
        """What the model says of image files: a list of {"label", "probability", "probabilities", "version"}."""
        return self._ask(model, version, "images", [base64.b64encode(file).decode() for file in files])

    def ask_texts(self, texts, model="classifier", version=None):
        """The same of texts."""
        return self._ask(model, version, "texts", texts)

    def _ask(self, model, version, name, elements):
        path = "/v2/models/%s" % _segment(model)
        path += "/infer" if version is None else "/versions/%s/infer" % version
        request = {
            "inputs": [{"name": name, "shape": [len(elements)], "datatype": "BYTES", "data": elements}],
            "outputs": [{"name": "labels"}, {"name": "probabilities"}, {"name": "classes"}],
        }
        answer = self._post(path, json.dumps(request).encode())
        outputs = {output["name"]: output["data"] for output in answer["outputs"]}
        classes = outputs["classes"]
        rows = []
        for row, label in enumerate(outputs["labels"]):
            numbers = outputs["probabilities"][row * len(classes) : (row + 1) * len(classes)]
            probabilities = dict(zip(classes, numbers))
            rows.append({
                "label": label,
                "probability": probabilities.get(label),
                "probabilities": probabilities,
                "version": answer["model_version"],
            })
        return rows

    # Reading.

    def predictions(self, model=None, subject=None, limit=None):
        """Yields predictions as they come, until `limit` or for ever."""
        query = {"model": model, "subject": subject, "limit": limit}
        request = self._request("GET", "/v1/predictions", query, accept="text/event-stream")
        with self._open(request, timeout=None) as stream:
            for line in stream:
                if line.startswith(b"data: "):
                    yield json.loads(line[6:])

    def recent_predictions(self, model=None, subject=None, limit=100):
        """The newest predictions that the console keeps, the newest first."""
        query = {"model": model, "subject": subject, "limit": limit}
        return self._get("/v1/predictions", query)["predictions"]

    def models(self):
        return self._get("/v1/models")["models"]

    def evaluations(self, model=None):
        return self._get("/v1/evaluations", {"model": model})["evaluations"]

    def dead_letters(self, limit=50):
        return self._get("/v1/dead-letters", {"limit": limit})["deadLetters"]

    # Deciding.

    def promote(self, model, version, note=""):
        body = json.dumps({"version": version, "note": note}).encode()
        return self._post("/v1/models/%s/promote" % _segment(model), body)

    def roll_back(self, model, note=""):
        return self._post("/v1/models/%s/rollback" % _segment(model), json.dumps({"note": note}).encode())

    def _send_json(self, kind, subject_id, value, wait):
        return self._send(kind, subject_id, json.dumps(value).encode(), "application/json", wait)

    def _send(self, kind, subject_id, body, content_type, wait, query=None):
        query = dict(query or {}, **({"wait": "prediction"} if wait else {}))
        return self._post("/v1/%s/%s" % (kind, _segment(subject_id)), body, content_type, query)

    def _post(self, path, body, content_type="application/json", query=None):
        return self._json(self._request("POST", path, query, body, content_type))

    def _get(self, path, query=None):
        return self._json(self._request("GET", path, query))

    def _request(self, method, path, query=None, body=None, content_type=None, accept="application/json"):
        given = {name: value for name, value in (query or {}).items() if value is not None}
        url = self.url + path + ("?" + urllib.parse.urlencode(given) if given else "")
        headers = {"Accept": accept}
        if content_type:
            headers["Content-Type"] = content_type
        if self.token:
            headers["Authorization"] = "Bearer " + self.token
        return urllib.request.Request(url, data=body, headers=headers, method=method)

    def _json(self, request):
        with self._open(request, self.timeout) as answer:
            return json.load(answer)

    @staticmethod
    def _open(request, timeout):
        try:
            return urllib.request.urlopen(request, timeout=timeout)
        except urllib.error.HTTPError as error:
            text = error.read().decode(errors="replace")
            try:
                text = json.loads(text)["error"]
            except (ValueError, KeyError, TypeError):
                pass
            raise MillraceError(error.code, text) from None


def _segment(text):
    """One segment of a path: a slash within an id is encoded too."""
    return urllib.parse.quote(text, safe="")


def main():
    parser = argparse.ArgumentParser(description="Asks a Millrace process.")
    parser.add_argument("--url", default="http://localhost:9404")
    commands = parser.add_subparsers(dest="command", required=True)
    image = commands.add_parser("image", help="sends an image and prints its prediction")
    image.add_argument("id")
    image.add_argument("file")
    image.add_argument("--label")
    label = commands.add_parser("label", help="says what an image or a document is")
    label.add_argument("subject")
    label.add_argument("label")
    ask = commands.add_parser("ask", help="prints what the models say, without sending a record")
    ask.add_argument("file", nargs="*", help="images")
    ask.add_argument("--text", action="append", default=[])
    commands.add_parser("watch", help="prints predictions as they come")
    commands.add_parser("models", help="prints the models")
    arguments = parser.parse_args()
    millrace = Millrace(arguments.url)
    try:
        if arguments.command == "image":
            with open(arguments.file, "rb") as file:
                answer = millrace.send_image(arguments.id, file.read(), arguments.label, wait=True)
            prediction = answer["prediction"]
            print(prediction["label"], round(prediction["probability"], 4), "by version", prediction["version"])
        elif arguments.command == "label":
            print(json.dumps(millrace.send_label(arguments.subject, arguments.label)))
        elif arguments.command == "ask":
            files = []
            for name in arguments.file:
                with open(name, "rb") as file:
                    files.append(file.read())
            answers = millrace.ask_images(files) if files else []
            answers += millrace.ask_texts(arguments.text) if arguments.text else []
            for answer in answers:
                print(answer["label"], round(answer["probability"] or 0, 4), "by version", answer["version"])
        elif arguments.command == "watch":
            for prediction in millrace.predictions():
                print(prediction["subject"], prediction["label"], prediction["probability"], flush=True)
        else:
            for model in millrace.models():
                print(model["model"], "newest version", model["newest"], "serves", model["serving"])
    except MillraceError as error:
        sys.exit("millrace.py: %s (%d)" % (error, error.status))


if __name__ == "__main__":
    main()

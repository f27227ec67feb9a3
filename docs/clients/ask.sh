#!/bin/sh
# Millrace by curl: sends a document and an image, asks the models, and for what is known. Usage: ask.sh URL IMAGE
# The token, where one is needed, is in the variable MILLRACE_HTTP_TOKEN.
set -e
url=$1
image=$2

ask() {
  # By standard input, since other users of this machine can see the arguments.
  printf '%s' "${MILLRACE_HTTP_TOKEN:+Authorization: Bearer $MILLRACE_HTTP_TOKEN}" \
    | curl --silent --show-error --fail-with-body --max-time 60 -H @- "$@"
  echo
}

# A document, as text; and one with its label.
ask -H 'Content-Type: text/plain' --data-binary 'cheap pills' "$url/v1/documents/mail-1"
ask -H 'Content-Type: application/json' --data-binary '{"text": "see you at noon", "label": "ham"}' "$url/v1/documents/mail-2"

# An image with its label, as a form; and one that waits for its prediction.
ask -F "file=@$image" -F label=cat "$url/v1/images/cats%2F1"
ask -H 'Content-Type: application/octet-stream' --data-binary "@$image" "$url/v1/images/cats%2F2?wait=prediction"

# A label for what was sent without.
ask -H 'Content-Type: application/json' --data-binary '{"subject": "image/cats/2", "label": "cat"}' "$url/v1/labels"
ask -F subject=document/mail-1 -F label=spam "$url/v1/labels"

# The same by the Open Inference Protocol: nothing is sent to a topic.
request=$(mktemp)
printf '{"inputs": [{"name": "images", "shape": [1], "datatype": "BYTES", "data": ["%s"]}], "outputs": [{"name": "labels"}]}' \
  "$(base64 < "$image" | tr -d '\n')" > "$request"
ask -H 'Content-Type: application/json' --data-binary "@$request" "$url/v2/models/vision/infer"
rm "$request"
ask -H 'Content-Type: application/json' --data-binary \
  '{"inputs": [{"name": "texts", "shape": [1], "datatype": "BYTES", "data": ["the meeting"]}], "outputs": [{"name": "labels"}]}' \
  "$url/v2/models/classifier/infer"

# The newest predictions; as they come: curl --no-buffer -H 'Accept: text/event-stream' URL/v1/predictions
ask -H 'Accept: application/json' "$url/v1/predictions?limit=3"
ask "$url/v1/models"
ask "$url/v1/dead-letters?limit=1"

# The document is deleted.
ask -X DELETE "$url/v1/documents/mail-1"

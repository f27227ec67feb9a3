/**
 * Where services, topics and arrows stand in the picture of the flow: from left to right on a wide
 * screen, from top to bottom on a phone.
 *
 * A node is `[x, y, width]` of its middle. An arrow is `[from, to, path, labelX, labelY, "beside"]`;
 * without a path it is a curve from edge to edge, with its label over the middle. A label is over its
 * place, or beside it, for arrows that go up and down. An aside is `[x, y, text]`.
 */

const SERVICES = new Set(["text", "embedding", "labelling", "vision", "classifier", "scoring", "evaluation", "search"]);

/** Whether a node is a service; all others are topics. */
export function isService(name) {
  return SERVICES.has(name);
}

/** For screens of about 1,000 pixels and more. */
export const WIDE = {
  name: "wide",
  width: 1200,
  height: 566,
  horizontal: true,
  nodes: {
    documents: [76, 106, 120],
    images: [76, 262, 120],
    labels: [76, 430, 120],
    text: [280, 62, 132],
    embedding: [280, 158, 132],
    labelling: [280, 374, 132],
    "document-vectors": [496, 62, 152],
    "word-vectors": [496, 158, 152],
    "image-examples": [496, 330, 152],
    "document-examples": [496, 424, 152],
    search: [716, 158, 132],
    vision: [716, 330, 132],
    classifier: [716, 424, 132],
    models: [924, 376, 110],
    scoring: [924, 106, 132],
    reconstructions: [1120, 48, 140],
    predictions: [1120, 140, 140],
    evaluation: [1120, 280, 140],
    evaluations: [1120, 424, 140],
    "dead-letters": [76, 534, 120],
  },
  asides: [[146, 538, "what cannot be used, from text, scoring and evaluation"]],
  arrows: [
    ["documents", "text"],
    ["documents", "embedding"],
    ["text", "document-vectors"],
    ["embedding", "word-vectors", "M346 158 L419 158", 374, 158],
    ["document-vectors", "search", "M572 74 C612 84 612 134 650 146", 612, 116],
    ["word-vectors", "search"],
    ["document-vectors", "scoring", "M572 58 C680 52 780 66 858 94", 736, 62],
    ["images", "scoring", "M136 256 C330 222 560 250 700 232 C800 218 800 140 858 120", 590, 240],
    ["images", "labelling", "M136 272 C176 284 180 340 214 356", 172, 306],
    ["labels", "labelling", "M136 424 C172 416 180 394 214 386", 174, 408],
    ["document-vectors", "labelling", "M460 79 C404 110 420 190 398 236 C372 290 306 300 292 345", 330, 306, "beside"],
    ["labelling", "image-examples"],
    ["labelling", "document-examples"],
    ["image-examples", "vision"],
    ["document-examples", "classifier"],
    ["vision", "models"],
    ["classifier", "models"],
    ["models", "scoring", "M924 359 L924 134", 924, 250, "beside"],
    ["scoring", "reconstructions"],
    ["scoring", "predictions"],
    ["predictions", "evaluation", "M1120 157 L1120 252", 1120, 200, "beside"],
    ["labels", "evaluation", "M136 440 C220 486 330 486 500 486 L860 486 C1010 486 1006 350 1048 292", 560, 486],
    ["evaluation", "evaluations", "M1120 308 L1120 405", 1120, 360, "beside"],
  ],
};

/** For phones. */
export const NARROW = {
  name: "narrow",
  width: 364,
  height: 1064,
  horizontal: false,
  nodes: {
    documents: [74, 26, 96],
    images: [192, 26, 80],
    labels: [300, 26, 80],
    embedding: [52, 130, 92],
    text: [158, 130, 92],
    "word-vectors": [52, 232, 92],
    "document-vectors": [164, 232, 122],
    search: [48, 334, 88],
    labelling: [232, 334, 92],
    "document-examples": [172, 436, 130],
    "image-examples": [294, 436, 106],
    classifier: [172, 538, 92],
    vision: [288, 538, 92],
    models: [230, 640, 80],
    scoring: [176, 742, 92],
    reconstructions: [70, 846, 116],
    predictions: [208, 846, 96],
    evaluation: [208, 944, 92],
    evaluations: [208, 1042, 96],
    "dead-letters": [70, 944, 104],
  },
  asides: [],
  arrows: [
    ["documents", "embedding"],
    ["documents", "text"],
    ["embedding", "word-vectors"],
    ["text", "document-vectors"],
    ["word-vectors", "search"],
    ["document-vectors", "search", "M122 247 C106 276 84 280 66 308", 100, 284],
    ["images", "labelling", "M200 43 C238 120 236 220 234 306", 233, 150],
    ["labels", "labelling", "M292 43 C280 150 268 220 250 306", 276, 200],
    ["document-vectors", "labelling", "M176 249 C184 276 204 284 214 307", 186, 282],
    ["document-vectors", "scoring", "M140 249 C92 330 96 420 96 540 C96 640 110 700 148 714", 96, 560],
    ["images", "scoring", "M226 43 C300 80 350 120 350 240 L350 600 C350 690 300 726 224 738", 338, 660],
    ["labelling", "document-examples"],
    ["labelling", "image-examples"],
    ["document-examples", "classifier"],
    ["image-examples", "vision"],
    ["classifier", "models"],
    ["vision", "models"],
    ["models", "scoring"],
    ["scoring", "reconstructions"],
    ["scoring", "predictions"],
    ["predictions", "evaluation"],
    ["labels", "evaluation", "M326 43 C356 90 358 160 358 260 L358 760 C358 880 330 934 256 942", 340, 860],
    ["evaluation", "evaluations", "M208 971 L208 1023", 208, 1000, "beside"],
  ],
};

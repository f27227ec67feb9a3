package io.millrace.cli.send;

import io.millrace.topics.Topic;
import io.millrace.topics.Topics;

/** The kinds of input that can be sent. */
public enum InputKind {
  IMAGES,
  DOCUMENTS,
  LABELS;

  /** The topic of the kind. */
  public Topic<byte[], byte[]> topic(Topics topics) {
    return switch (this) {
      case IMAGES -> topics.images();
      case DOCUMENTS -> topics.documents();
      case LABELS -> topics.labels();
    };
  }

  /** The CloudEvents type of its records. */
  String eventType() {
    return switch (this) {
      case IMAGES -> "io.millrace.image";
      case DOCUMENTS -> "io.millrace.document";
      case LABELS -> "io.millrace.label";
    };
  }
}

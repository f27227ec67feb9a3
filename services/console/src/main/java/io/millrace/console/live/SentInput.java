package io.millrace.console.live;

import java.util.Optional;

/** What producers have sent, as it was understood. */
public sealed interface SentInput {

  /** The subject: {@code image/17}. */
  String subject();

  /** The label inside the record, if any. */
  Optional<String> label();

  /**
   * An image.
   *
   * @param mediaType of the bytes, which a browser can show
   */
  record SentImage(String subject, String mediaType, byte[] file, Optional<String> label, long time)
      implements SentInput {}

  /**
   * A document.
   *
   * @param cut whether only its beginning is kept
   */
  record SentDocument(String subject, String text, boolean cut, Optional<String> label, long time)
      implements SentInput {}
}

package io.millrace.labelling;

import io.millrace.schemas.avro.DocumentExample;
import io.millrace.schemas.avro.ImageExample;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.avro.Source;
import org.jspecify.annotations.Nullable;

/**
 * A record on its way to the instance that holds its subject: an example with or without a label,
 * or a label.
 */
sealed interface JoinInput {

  /** An image or document, with or without its label. */
  sealed interface Example extends JoinInput {

    /** The coordinates of the input record. */
    Source source();

    /** The label inside the record, or null. */
    @Nullable String label();

    /** The same example with a label. */
    Example labelled(String label);
  }

  /** An image as it came. */
  record OfImage(ImageExample example) implements Example {

    @Override
    public Source source() {
      return example.getSource();
    }

    @Override
    public @Nullable String label() {
      return example.getLabel();
    }

    @Override
    public OfImage labelled(String label) {
      return new OfImage(
          new ImageExample(
              example.getSubject(),
              example.getPayload(),
              example.getContentType(),
              label,
              example.getSource()));
    }
  }

  /** The TF-IDF vector of a document. */
  record OfDocument(DocumentExample example) implements Example {

    @Override
    public Source source() {
      return example.getSource();
    }

    @Override
    public @Nullable String label() {
      return example.getLabel();
    }

    @Override
    public OfDocument labelled(String label) {
      return new OfDocument(
          new DocumentExample(
              example.getSubject(),
              example.getTerms(),
              example.getWeights(),
              label,
              example.getSource()));
    }
  }

  /** A label sent on the topic {@code labels}. */
  record OfLabel(Label label) implements JoinInput {}
}

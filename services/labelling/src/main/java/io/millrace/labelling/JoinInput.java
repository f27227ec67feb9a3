package io.millrace.labelling;

import io.millrace.schemas.avro.DocumentExample;
import io.millrace.schemas.avro.ImageExample;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.avro.Source;
import org.jspecify.annotations.Nullable;

/** What a record says of its subject, on the way to the instance that joins it. */
sealed interface JoinInput {

  /** Something to learn from, with or without its label. */
  sealed interface Example extends JoinInput {

    /** Where the record lay that it was made from. */
    Source source();

    /** The label that came inside the record, or null. */
    @Nullable String label();

    /** The same with a label. */
    Example labelled(String label);
  }

  /** An image. */
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

  /** A weighed document. */
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

  /** A label given apart. */
  record OfLabel(Label label) implements JoinInput {}
}

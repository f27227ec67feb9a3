package io.millrace.schemas;

import io.millrace.schemas.avro.CheckpointManifest;
import io.millrace.schemas.avro.Command;
import io.millrace.schemas.avro.Comparison;
import io.millrace.schemas.avro.CountedDocument;
import io.millrace.schemas.avro.Document;
import io.millrace.schemas.avro.DocumentExample;
import io.millrace.schemas.avro.DocumentFrequencies;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.schemas.avro.Evaluation;
import io.millrace.schemas.avro.ForgottenSubjects;
import io.millrace.schemas.avro.Image;
import io.millrace.schemas.avro.ImageExample;
import io.millrace.schemas.avro.InputRange;
import io.millrace.schemas.avro.Judgement;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.Prediction;
import io.millrace.schemas.avro.ServingDecision;
import io.millrace.schemas.avro.Tally;
import io.millrace.schemas.avro.WordVector;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;

/** The Avro schemas of all values on topics. */
public enum Schemas {
  DOCUMENT(Document.class),
  IMAGE(Image.class),
  LABEL(Label.class),
  COUNTED_DOCUMENT(CountedDocument.class),
  DOCUMENT_VECTOR(DocumentVector.class),
  DOCUMENT_FREQUENCIES(DocumentFrequencies.class),
  IMAGE_EXAMPLE(ImageExample.class),
  DOCUMENT_EXAMPLE(DocumentExample.class),
  WORD_VECTOR(WordVector.class),
  MODEL_MANIFEST(ModelManifest.class),
  CHECKPOINT_MANIFEST(CheckpointManifest.class),
  PREDICTION(Prediction.class),
  EVALUATION(Evaluation.class),
  INPUT_RANGE(InputRange.class),
  JUDGEMENT(Judgement.class),
  TALLY(Tally.class),
  COMMAND(Command.class),
  SERVING_DECISION(ServingDecision.class),
  COMPARISON(Comparison.class),
  FORGOTTEN_SUBJECTS(ForgottenSubjects.class);

  private final Class<? extends SpecificRecordBase> type;

  Schemas(Class<? extends SpecificRecordBase> type) {
    this.type = type;
  }

  /** The generated class. */
  public Class<? extends SpecificRecordBase> type() {
    return type;
  }

  /** The schema, with the documentation of every field. */
  public Schema schema() {
    return SpecificData.get().getSchema(type);
  }
}

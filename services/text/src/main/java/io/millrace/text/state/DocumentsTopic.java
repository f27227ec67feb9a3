package io.millrace.text.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.runtime.records.Sha256;
import io.millrace.runtime.settings.IncompatibleStateException;
import java.nio.ByteBuffer;

/**
 * Checks that the documents of a partition came from the topic {@code documents} that there is now.
 * A topic that was deleted and created again has lost them, and its offsets begin anew: its records
 * would count as older than what is stored.
 */
public final class DocumentsTopic {

  private static final String NAME = "documents-topic";

  private DocumentsTopic() {}

  /**
   * Compares the topic's id with that of the stored documents. State of an earlier build has none;
   * it gets the present one.
   *
   * @param id the ids of cluster and topic; empty if unknown
   * @throws IncompatibleStateException if they differ
   */
  public static void requireSame(PartitionMetadata metadata, String id) {
    if (id.isEmpty()) {
      return;
    }
    long hash = ByteBuffer.wrap(Sha256.digest().digest(id.getBytes(UTF_8))).getLong();
    long stored = metadata.get(NAME);
    if (stored == 0) {
      metadata.put(NAME, hash);
    } else if (stored != hash) {
      throw new IncompatibleStateException(
          "the topic documents was deleted and created again, or restored elsewhere (its id is now %s);"
                  .formatted(id)
              + " the text service has counted the documents of the topic before: stop its"
              + " instances and run `millrace documents reset`, which counts the present topic from"
              + " its beginning");
    }
  }
}

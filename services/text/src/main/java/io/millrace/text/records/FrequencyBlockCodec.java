package io.millrace.text.records;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.learning.text.frequencies.FrequencyBlock;
import io.millrace.learning.text.frequencies.PartitionSummary;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.DocumentFrequencies;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.util.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the Avro bytes of {@code DocumentFrequencies}, field by field as the schema has
 * them: the generated record would hold a string and a box for each term. What an earlier schema
 * wrote, and what cannot be used, is read by way of that record. Not thread-safe.
 */
public final class FrequencyBlockCodec {

  private final AvroCodec<DocumentFrequencies> avro = AvroCodec.of(DocumentFrequencies.class);
  private final byte[] header = avro.header();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(4096);
  private final BinaryEncoder encoder = AvroFields.encoder(out);
  private @Nullable BinaryDecoder decoder;
  private @Nullable Utf8 text;

  /**
   * What a record says.
   *
   * @param batch counts
   * @param acknowledged the last command to refresh that the partition has seen; 0 for none
   * @param refreshed the last that it has carried out
   * @param analysis the fingerprint of what the documents were taken apart with; 0 if not known
   */
  public record PublishedBlock(
      FrequencyBlock block, long acknowledged, long refreshed, long analysis) {}

  /** The single-object bytes. */
  public byte[] encode(PublishedBlock statement) {
    FrequencyBlock batch = statement.block();
    try {
      out.reset();
      out.writeBytes(header);
      encoder.writeLong(batch.documents());
      encoder.writeArrayStart();
      encoder.setItemCount(batch.size());
      for (int place = 0; place < batch.size(); place++) {
        encoder.writeBytes(batch.term(place));
      }
      encoder.writeArrayEnd();
      encoder.writeArrayStart();
      encoder.setItemCount(batch.size());
      for (int place = 0; place < batch.size(); place++) {
        encoder.writeLong(batch.count(place));
      }
      encoder.writeArrayEnd();
      encoder.writeLong(batch.summary().evicted());
      encoder.writeLong(batch.summary().streamTime());
      encoder.writeLong(statement.acknowledged());
      encoder.writeLong(statement.refreshed());
      encoder.writeLong(statement.analysis());
      encoder.flush();
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads single-object bytes; invalid, with the reason, if they are no batch. */
  public Decoded<PublishedBlock> decode(long sequence, byte[] bytes) {
    int length = Math.min(bytes.length, header.length);
    if (Arrays.equals(bytes, 0, length, header, 0, header.length)) {
      try {
        return Decoded.valid(read(sequence, bytes));
      } catch (IOException | AvroRuntimeException | IllegalArgumentException e) {
        // The other way finds the same and tells it for all records alike.
      }
    }
    return switch (avro.decode(bytes)) {
      case Decoded.Invalid<DocumentFrequencies>(String reason) -> Decoded.invalid(reason);
      case Decoded.Valid<DocumentFrequencies>(DocumentFrequencies stated) ->
          batch(sequence, stated);
    };
  }

  private PublishedBlock read(long sequence, byte[] bytes) throws IOException {
    BinaryDecoder in =
        DecoderFactory.get()
            .binaryDecoder(bytes, header.length, bytes.length - header.length, decoder);
    decoder = in;
    long documents = in.readLong();
    byte[][] terms = new byte[1024][];
    int size = 0;
    for (long left = in.readArrayStart(); left > 0; left = in.arrayNext()) {
      for (long i = 0; i < left; i++) {
        Utf8 read = in.readString(text);
        text = read;
        if (size == terms.length) {
          terms = Arrays.copyOf(terms, 2 * size);
        }
        terms[size++] = Arrays.copyOf(read.getBytes(), read.getByteLength());
      }
    }
    long[] counts = new long[size];
    int counted = 0;
    for (long left = in.readArrayStart(); left > 0; left = in.arrayNext()) {
      for (long i = 0; i < left; i++) {
        if (counted == size) {
          throw new IllegalArgumentException("more counts than terms");
        }
        counts[counted++] = atLeastZero(in.readLong());
      }
    }
    if (counted < size) {
      throw new IllegalArgumentException("fewer counts than terms");
    }
    var figures = new PartitionSummary(documents, in.readLong(), in.readLong());
    var batch = new FrequencyBlock(sequence, figures, Arrays.copyOf(terms, size), counts);
    return new PublishedBlock(batch, in.readLong(), in.readLong(), in.readLong());
  }

  private static long atLeastZero(long count) {
    if (count < 0) {
      throw new IllegalArgumentException("a count must be >= 0, was " + count);
    }
    return count;
  }

  private static Decoded<PublishedBlock> batch(long sequence, DocumentFrequencies stated) {
    try {
      var batch =
          new FrequencyBlock(
              sequence,
              new PartitionSummary(stated.getDocuments(), stated.getEvicted(), stated.getLatest()),
              stated.getTerms().stream().map(term -> term.getBytes(UTF_8)).toArray(byte[][]::new),
              stated.getCounts().stream().mapToLong(FrequencyBlockCodec::atLeastZero).toArray());
      return Decoded.valid(
          new PublishedBlock(
              batch, stated.getAcknowledged(), stated.getRefreshed(), stated.getAnalysis()));
    } catch (IllegalArgumentException e) {
      return Decoded.invalid("its counts are none: " + e.getMessage());
    }
  }
}
